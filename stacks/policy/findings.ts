import { cacheTags } from "../terraform/names";

/** What can be wrong with the backups of a cluster. Sentences and conditions are JSONata; a state machine evaluates them. */
export interface Finding {
  /** What the check's output calls it. */
  readonly code: string;
  /** The metric that counts the clusters which have it. */
  readonly metric: string;
  /** True when the cluster has it; `judgement` says what may be used. */
  readonly condition: string;
  /** The end of "The cluster x: …", of a `$finding` that the judgement wrote. */
  readonly sentence: string;
  /** The first thing to do; `<id>` is the cluster's. */
  readonly remedy: string;
}

export const findings: readonly Finding[] = [
  {
    code: "retention",
    metric: "RetentionBelowFloor",
    condition: "$cluster.retention < $floor",
    sentence:
      "'automatic backups are ' & (retention = 0 ? 'off' : 'kept for ' & retention & (retention = 1 ? ' day' : ' days')) & '; the fewest accepted is ' & floor & (floor = 1 ? ' day' : ' days')",
    remedy:
      "aws elasticache modify-replication-group --replication-group-id <id> --snapshot-retention-limit <days> --apply-immediately",
  },
  {
    code: "snapshot",
    metric: "SnapshotTooOld",
    condition: "$not($young) and $not($exists($age) and $age <= $oldest)",
    sentence:
      "'no available snapshot is younger than ' & oldest & ' hours; ' & ($exists(age) ? 'the newest is ' & age & ' hours old' : 'there is none')",
    remedy:
      "aws elasticache describe-events --source-type replication-group --source-identifier <id> --duration 20160 says why",
  },
  {
    code: "source",
    metric: "SnapshotsFromPrimary",
    condition: "$cluster.fromPrimary",
    sentence: "'backups are taken from the primary, although it has replicas'",
    remedy:
      "aws elasticache modify-replication-group --replication-group-id <id> --snapshotting-cluster-id <a replica> --apply-immediately",
  },
  {
    code: "failover",
    metric: "FailoverMissing",
    condition: "$not($cluster.failover)",
    sentence: "group ? 'automatic failover is off' : 'it has no failover, as a node without a replication group'",
    remedy:
      "add a replica, then aws elasticache modify-replication-group --replication-group-id <id> --automatic-failover-enabled --multi-az-enabled --apply-immediately",
  },
];

/** The tag that exempts a cluster; its value is the reason, and counts for nothing without one. */
export const exemptionTag = "BackupPolicyExemption";

/**
 * The judgement of one cluster, from the answer to ListTagsForResource. It reads `$cluster`, `$newest` (when each cluster's newest
 * snapshot was taken), `$floorDays`, `$maxMinutes` and `$at`, all times in milliseconds. Empty for a cluster with nothing wrong.
 */
export const judgement = `(
  $tags := $merge([$states.result.TagList.{ Key: Value }]);
  $ownFloor := $lookup($tags, '${cacheTags.backupFloorDays}');
  $floor := $exists($ownFloor) and $contains($ownFloor, /^([1-9]|[12][0-9]|3[0-5])$/) ? $number($ownFloor) : $floorDays;
  $reason := $trim($lookup($tags, '${exemptionTag}'));

  $minutes := function($time) { $number($substring($time, 0, 2)) * 60 + $number($substring($time, 3, 2)) };
  $window := ($minutes($substring($cluster.window, 6)) - $minutes($cluster.window) + 1440) % 1440;
  $oldest := $round(24 + ($window + $maxMinutes) / 60, 1);
  $taken := $lookup($newest, $cluster.id);
  $age := $exists($taken) ? $round(($at - $taken) / 3600000, 1);
  $young := $exists($cluster.created) and ($at - $toMillis($cluster.created)) / 3600000 <= $oldest;

  $found := [${findings.map(({ code, condition }) => `(${condition}) ? '${code}'`).join(", ")}];
  $count($found) = 0 ? {} : {
    'id': $cluster.id, 'group': $cluster.group, 'found': $found, 'retention': $cluster.retention, 'floor': $floor,
    'oldest': $oldest, 'age': $age, 'exempt': $length($reason) > 0 ? $reason
  }
)`;
