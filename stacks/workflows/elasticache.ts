import { awsSdk, jsonata, retryTransient } from "./definition";

/** A Task that calls ElastiCache; give it `Next` or `End`. */
export const elasticache = (action: string, args: object | string, retry: object = retryTransient("ElastiCache")) => ({
  Type: "Task",
  Resource: awsSdk("elasticache", action),
  Arguments: args,
  Retry: [retry],
});

/**
 * Arguments of a call that answers in pages of so many records, the next one after `$marker`, which is empty before the first.
 * `filter` is more of them, in JSONata: `'SnapshotSource': 'user'`.
 */
export const page = (records: number, filter = ""): string =>
  jsonata(`$merge([ {'MaxRecords': ${records}${filter && `, ${filter}`}}, $marker = '' ? {} : {'Marker': $marker} ])`);

/**
 * A page of snapshots, as small as AWS makes it: the result of a state may have 256 KiB, and a snapshot lists every shard that it
 * was taken of, so that 50 of somebody's large clusters are more than that.
 *
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DescribeSnapshots.html
 */
export const pageOfSnapshots = (filter?: string): string => page(20, filter);

/** What `marker` becomes after a page; empty after the last. */
export const nextMarker = jsonata("$exists($states.result.Marker) ? $states.result.Marker : ''");
