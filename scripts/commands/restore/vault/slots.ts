import type { NodeGroupConfiguration } from "@aws-sdk/client-elasticache";
import type { File } from "./manifest";

/** Slots of all shards together. */
const allSlots = 16_384;

/** First and last slot; undefined unless it is one range, the only form that CreateReplicationGroup documents. */
function rangeOf(slots: string | undefined): readonly [number, number] | undefined {
  const [, first, last] = /^(\d{1,5})-(\d{1,5})$/.exec(slots ?? "") ?? [];
  return first === undefined || last === undefined ? undefined : [Number(first), Number(last)];
}

/** Whether the files name slots that together are all of them, each once. */
function coverAll(files: readonly File[]): boolean {
  const ranges = files.map(({ slots }) => rangeOf(slots) ?? [NaN, NaN]).sort(([one], [other]) => one - other);
  const end = ranges.reduce((next, [first, last]) => (first === next && last >= first ? last + 1 : NaN), 0);
  return end === allSlots;
}

/**
 * The shards of a cache that is created from the files. They have the slots and IDs of the backup. Where its manifest has none, or a shard
 * has several ranges after a change of their number, the slots are spread evenly: ElastiCache puts each key into the shard of its slot,
 * whichever file it comes from.
 *
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-seeding-redis.html "Distribute your keys in the slots … differently"
 */
export function shardsOf(files: readonly File[], shards: number): NodeGroupConfiguration[] {
  if (files.length === shards && coverAll(files))
    return files.map(({ shard, slots }) => ({
      ...(shard !== undefined && { NodeGroupId: shard }),
      Slots: slots,
      ReplicaCount: 0,
    }));
  const first = (shard: number): number => Math.floor((shard * allSlots) / shards);
  return Array.from({ length: shards }, (_one, i) => ({
    NodeGroupId: String(i + 1).padStart(4, "0"),
    Slots: `${first(i)}-${first(i + 1) - 1}`,
    ReplicaCount: 0,
  }));
}
