import { expression } from "../../terraform/expression";
import { onAnyError } from "../../workflows/catching";
import { jsonata } from "../../workflows/definition";
import { fragment } from "../../workflows/states";
import { failWith } from "./group";
import { period, readKeys } from "./keys";

/** How long the first metrics of the restored cache are waited for, in seconds. AWS documents no time. */
const longestWaitForKeys = 20 * 60;

/** How long a reading that does not match is repeated, in seconds: the first one may be from before all data was loaded. */
const repeated = 5 * 60;

/**
 * JSONata: seconds between readings. Each has seven events for each shard, and an execution at most 25,000: those of hundreds of shards are
 * rarer, and even more so where the source is read again too.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
const betweenReadings = "$max([60, $ceil($count($restoredShards) * ($sourceSettled ? 0.8 : 2.4))])";

/** What share of the keys must have no expiry to be compared. The others may have expired between the backup and the test. */
const comparableShare = 0.05;

/** How young a backup must be, in milliseconds, for keys that expire to count as restored. */
const fresh = 60 * 60 * 1000;

/** Around the moment of the backup, in milliseconds: metrics are of a minute, and the copy of the data begins within one. */
const around = `($period := ${period("$chosen.created")}; $period = 60 ? 300000 : $period = 300 ? 600000 : 3600000)`;

/**
 * JSONata: the shards whose metrics show what was backed up. Without shards a snapshot names its node, which may be of another cache, or
 * gone. With shards it names its cache only, so that the nodes of another one are not known.
 */
const sourceShards = `$chosen.own and ($chosen.node = '' or $chosen.node in $shards.nodes) ? $shards
  : $chosen.node != '' ? [{'nodes': [$chosen.node]}]
  : []`;

/** JSONata: all of the restored shards have reported, and so have all that were backed up. */
const restoredKnown = "($count($restored) > 0 and $not(false in $restored.known))";
const sourceKnown = "($count($source) = $chosen.shards and $not(false in $source.known))";

/** JSONata: another reading of the source would tell no more. Metrics of a backup that was taken just before the test may still come. */
const sourceSettled = `($count($sourceShards) = 0
  or $count($source.problem) = 0 and $millis() - $chosen.created > ${longestWaitForKeys * 1000} + ${around})`;

const minimumRatio = expression("var.restore_test_min_keys_ratio");
const allowEmpty = expression("var.allow_empty_cache");

const percent = (ratio: string): string => `$string($round(${ratio} * 1000) / 10) & ' %'`;
const taken = "' when ' & $chosen.name & ' was taken'";

/**
 * JSONata: what came of comparing `$source` with `$restored`, both lists of what a shard held. Keys without expiry are compared: they
 * are still there however old the backup is. A shard that lost all of them counts even where the others make up for it. In a fresh backup,
 * all keys count. Where the cache had nearly none at some moment around the backup, any restored cache would have enough: not comparable.
 */
const comparison = `(
  $restoredKnown := ${restoredKnown};
  $sourceKnown := ${sourceKnown};
  $incomplete := function($shards) { $count($shards.problem) > 0 ? ' CloudWatch returned only a part: ' & $distinct($shards.problem)[0] & '.' : '' };
  $expected := $sum($source.least);
  $expectedAll := $sum($source.leastAll);
  $most := $sum($source.mostAll);
  $keys := $sum($restored.most);
  $all := $sum($restored.mostAll);
  $emptied := $count($restored[most = 0]) - $count($source[least = 0]);
  $allEmptied := $count($restored[mostAll = 0]) - $count($source[leastAll = 0]);
  $isFresh := $began - $chosen.created < ${fresh};
  $hasAll := $expectedAll >= ${comparableShare} * $most and $allEmptied <= 0 and $all >= ${minimumRatio} * $expectedAll;
  $mostKeys := $sum($source.most);
  $bytes := $sum($source.bytes);
  $ttl := $max($source.ttl);
  $result :=
    $not($restoredKnown and $sourceKnown) ? 'not known'
    : $most = 0 ? (${allowEmpty} ? 'verified' : 'empty')
    : $expected < ${comparableShare} * $most ? ($isFresh and $hasAll ? 'verified' : 'not comparable')
    : $emptied > 0 or $keys < ${minimumRatio} * $expected ? 'keys missing'
    : 'verified';
  $reason :=
    $not($restoredKnown) ? 'CloudWatch has no key metrics of the restored cache after ' & $string($waitedForKeys) & ' seconds.' & $incomplete($restored)
    : $count($sourceShards) = 0 ? $chosen.name & ' was taken of another cache with shards, whose nodes are not known.'
    : $not($sourceKnown) ? 'CloudWatch does not have the key metrics of every shard' & ${taken} & '.' & $incomplete($source)
    : $most = 0 ? 'The cache had no keys' & ${taken} & '.'
    : $expected < ${comparableShare} * $mostKeys ?
      'The cache had between ' & $string($expected) & ' and ' & $string($mostKeys) & ' keys without expiry around the time' & ${taken}
      & ', which is too different to compare. The restored cache has ' & $string($keys) & '.'
    : $expected < ${comparableShare} * $most ?
      'Of the ' & $string($most) & ' keys that the cache had' & ${taken} & ', ' & $string($expected) & ' have no expiry. The restored cache has '
      & $string($all) & ' keys, and ' & $string($keys) & ' of them have no expiry. The others may have expired since.'
    : 'The restored cache has ' & $string($keys) & ' keys without expiry, ' & ${percent("$keys / $expected")} & ' of the '
      & $string($expected) & ' that the cache had' & ${taken} & '. restore_test_min_keys_ratio is ${minimumRatio}.'
      & ($emptied > 0 ? ' Shards without such keys, that had some: ' & $string($emptied) & '.' : '');
  {
    'result': $result,
    'reason': $reason,
    'restoredKeys': $restoredKnown ? $keys,
    'expectedKeys': $sourceKnown ? $expected,
    'ratio': $restoredKnown and $sourceKnown and $expected > 0 ? $keys / $expected,
    'restoredExpiringKeys': $restoredKnown ? $all - $keys,
    'expectedExpiringKeys': $sourceKnown ? $expectedAll - $expected,
    'bytes': $bytes,
    'averageTtlSeconds': $exists($ttl) ? $ttl / 1000
  }
)`;

/** CloudWatch could not be asked: that says nothing about the backup. */
const notAsked = onAnyError("IsValidatorSet", {
  data: jsonata(
    "{'result': 'not known', 'reason': 'CloudWatch could not be asked: ' & $states.errorOutput.Error & ': ' & $states.errorOutput.Cause}",
  ),
});

/** States that compare how many keys the restored cache has with how many there were when the backup was taken. */
export const comparing = fragment<"MayHaveGroup" | "IsValidatorSet">()({
  BeginComparison: {
    Type: "Pass",
    Assign: {
      availableAt: jsonata("$millis()"),
      waitedForKeys: 0,
      firstReading: -1,
      sourceShards: jsonata(`[${sourceShards}]`),
    },
    Next: "ReadSource",
  },
  ReadSource: {
    ...readKeys({
      name: "GetSourceMetrics",
      shards: "$sourceShards",
      at: "$chosen.created",
      from: `$chosen.created - ${around}`,
      to: `$chosen.created + ${around}`,
    }),
    Assign: { source: jsonata("[$states.result]") },
    Output: {},
    Catch: notAsked,
    Next: "ReadRestored",
  },
  ReadRestored: {
    ...readKeys({
      name: "GetRestoredMetrics",
      shards: "$restoredShards",
      at: "$availableAt",
      from: "$availableAt",
      to: "($millis() + 60000)",
    }),
    Assign: { restored: jsonata("[$states.result]") },
    Output: {},
    Catch: notAsked,
    Next: "CompareKeys",
  },
  CompareKeys: {
    Type: "Pass",
    Assign: {
      data: jsonata(comparison),
      sourceSettled: jsonata(sourceSettled),
      firstReading: jsonata(
        `$firstReading < 0 and ${restoredKnown} and (${sourceKnown} or ${sourceSettled}) ? $waitedForKeys : $firstReading`,
      ),
    },
    Next: "IsCompared",
  },
  IsCompared: {
    Type: "Choice",
    Choices: [
      { Condition: jsonata("$data.result in ['verified', 'empty']"), Next: "AreKeysMissing" },
      {
        Condition: jsonata(`$firstReading >= 0 and $waitedForKeys - $firstReading >= ${repeated}`),
        Next: "AreKeysMissing",
      },
      { Condition: jsonata(`$waitedForKeys >= ${longestWaitForKeys}`), Next: "AreKeysMissing" },
    ],
    Default: "WaitForKeys",
  },
  WaitForKeys: {
    Type: "Wait",
    Seconds: jsonata(betweenReadings),
    Assign: { waitedForKeys: jsonata(`$waitedForKeys + ${betweenReadings}`) },
    Next: "IsSourceSettled",
  },
  IsSourceSettled: {
    Type: "Choice",
    Choices: [{ Condition: jsonata("$sourceSettled"), Next: "ReadRestored" }],
    Default: "ReadSource",
  },
  AreKeysMissing: {
    Type: "Choice",
    Choices: [{ Condition: jsonata("$data.result = 'keys missing'"), Next: "KeysMissing" }],
    Default: "IsValidatorSet",
  },
  KeysMissing: failWith(jsonata("$data.reason")),
});
