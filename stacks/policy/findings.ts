import { expression } from "../terraform/expression";
import { cacheTags } from "../terraform/names";
import { millis } from "../workflows/values";

/** A way in which the backups of a cluster break the policy. Sentences and conditions are JSONata; a state machine evaluates them. */
export interface Finding {
  /** Its name in the output of the check. */
  readonly code: string;
  /** The metric that counts the clusters which have it. */
  readonly metric: string;
  /** True for a cluster that has it; `evaluation` says which variables there are. @default - no condition: something else reports it */
  readonly condition?: string;
  /** The end of "The cluster x: …", from what `evaluation` or `unreadable` returns. */
  readonly sentence: string;
  /** The first thing to do; `<id>` is the cluster's. */
  readonly remedy: string;
}

/** The policy check is of one Region, and whoever reads its message may use another one by default. */
const region = `--region ${expression("local.region")}`;

export const findings: readonly Finding[] = [
  {
    code: "retention",
    metric: "RetentionBelowFloor",
    condition: "$cluster.retention < $floor",
    sentence:
      "'automatic backups are ' & (retention = 0 ? 'off' : 'retained for ' & retention & (retention = 1 ? ' day' : ' days')) & '; the minimum is ' & floor & (floor = 1 ? ' day' : ' days')",
    remedy: `aws elasticache modify-replication-group ${region} --replication-group-id <id> --snapshot-retention-limit <days> --apply-immediately`,
  },
  {
    code: "snapshot",
    metric: "SnapshotTooOld",
    condition: "$not($young) and $not($exists($age) and $age <= $oldest)",
    sentence:
      "'no snapshot is younger than ' & oldest & ' hours; ' & ($exists(age) ? 'the newest is ' & age & ' hours old' : 'there is none')",
    remedy: `aws elasticache describe-events ${region} --source-type replication-group --source-identifier <id> --duration 20160 shows the reason`,
  },
  {
    code: "source",
    metric: "SnapshotsFromPrimary",
    condition: "$cluster.fromPrimary",
    sentence: "'backups are taken from the primary, although it has replicas'",
    remedy: `aws elasticache modify-replication-group ${region} --replication-group-id <id> --snapshotting-cluster-id <a replica> --apply-immediately`,
  },
  {
    code: "failover",
    metric: "FailoverMissing",
    condition: "$not($cluster.failover)",
    sentence: "group ? 'automatic failover is off' : 'it has no failover, as a node without a replication group'",
    remedy: `add a replica, then aws elasticache modify-replication-group ${region} --replication-group-id <id> --automatic-failover-enabled --multi-az-enabled --apply-immediately`,
  },
  {
    code: "unreadable",
    metric: "ClustersUnreadable",
    sentence: "'its backups cannot be evaluated, since an answer of ElastiCache has an unexpected form: ' & problem",
    remedy: "report the message above to the maintainers of this project, and check the backups of the cluster by hand",
  },
];

/** The tag that exempts a cluster. Its value is the reason; without one the tag has no effect. */
export const exemptionTag = "BackupPolicyExemption";

/** JSONata: the hours that the newest snapshot of a cluster may be old: a day, its backup window, and `$maxMinutes`. */
export const oldestOf = (cluster: string): string => `(
  $minutes := function($time) { $number($substring($time, 0, 2)) * 60 + $number($substring($time, 3, 2)) };
  $window := $contains(${cluster}.window, /^[0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2}$/)
    ? ($minutes($substring(${cluster}.window, 6)) - $minutes(${cluster}.window) + 1440) % 1440 : 0;
  $round(24 + ($window + $maxMinutes) / 60, 1)
)`;

/**
 * JSONata: the findings of one cluster, from the answer to ListTagsForResource. It reads `$cluster`, `$taken` (when its newest snapshot
 * was taken, or 0), `$floorDays`, `$maxMinutes` and `$at`, all times in milliseconds. Empty for a cluster without findings.
 */
export const evaluation = `(
  $tags := $merge([$states.result.TagList[$type(Value) = 'string'].{ Key: Value }]);
  $ownFloor := $lookup($tags, '${cacheTags.backupFloorDays}');
  $floor := $exists($ownFloor) and $contains($ownFloor, /^([1-9]|[12][0-9]|3[0-5])$/) ? $number($ownFloor) : $floorDays;
  $reason := $trim($lookup($tags, '${exemptionTag}'));

  $oldest := ${oldestOf("$cluster")};
  $age := $taken > 0 ? $round(($at - $taken) / 3600000, 1);
  $created := ${millis("$cluster.created")};
  $young := $exists($created) and ($at - $created) / 3600000 <= $oldest;

  $found := [${findings.flatMap(({ code, condition }) => (condition === undefined ? [] : [`(${condition}) ? '${code}'`])).join(", ")}];
  $count($found) = 0 ? {} : {
    'id': $cluster.id, 'group': $cluster.group, 'found': $found, 'retention': $cluster.retention, 'floor': $floor,
    'oldest': $oldest, 'age': $age, 'exempt': $length($reason) > 0 ? $reason
  }
)`;

/** JSONata: the same of a cluster whose evaluation failed with `$problem`. */
export const unreadable = `{
  'id': $cluster.id, 'group': $cluster.group, 'found': ['unreadable'], 'problem': $substring($problem, 0, 300)
}`;
