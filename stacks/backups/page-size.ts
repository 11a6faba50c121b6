import type { Construct } from "constructs";
import { shards } from "../cache/shards";
import { Check } from "../terraform/elements";
import { expression } from "../terraform/expression";
import { shownNumber } from "../terraform/rules";

/**
 * The most bytes of JSON that Step Functions accepts as the result of a call.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
export const mostBytes = 256 * 1024;

/**
 * Bytes of a snapshot in an answer to DescribeSnapshots, and of each shard in it, for a cache with an id of 40 characters. AWS does not
 * document which members of a shard it fills: `fewest` is with its id, its size and its time, `shard` with all.
 */
export const snapshotBytes = { itself: 1200, shard: 235, fewest: 95 } as const;

/** Terraform: the backups on a page: all that are kept and, while new ones are taken, one more of each kind; or a full page. */
const onPage = `min(${shards.snapshotsPerPage}, var.backup_retention_days + var.manual_backups_kept + 2)`;

/**
 * Warns of so many shards that Step Functions may not accept a page of their snapshots. Such a cache works, and automatic backups of it are
 * taken, so a plan goes on.
 */
export function warnOfLargePages(scope: Construct): void {
  const mostShards = `floor((${mostBytes} / ${onPage} - ${snapshotBytes.itself}) / ${snapshotBytes.shard})`;
  new Check(scope, "check.backups_readable", [
    {
      condition: `var.num_node_groups <= ${mostShards}`,
      errorMessage: `num_node_groups is ${shownNumber("var.num_node_groups")}: with ${expression(onPage)} backups on a page, of which each lists every shard, ElastiCache may answer with more than the 256 KiB that Step Functions accepts. Then no backup is verified: the backup check, manual backups, restore tests of the newest backup and copies into the vault fail, and their alarms report it. ElastiCache takes automatic backups all the same. Use at most ${expression(mostShards)} shards, or keep fewer backups (backup_retention_days, manual_backups_kept). See docs/scaling.md, "Caches with many shards".`,
    },
  ]);
}
