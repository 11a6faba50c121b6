import type { Topology } from "../cache/topology";
import { cacheId } from "../terraform/names";
import { jsonata } from "../workflows/definition";
import { anySnapshot, elasticacheCall } from "../workflows/elasticache-calls";
import { firstPage, page, pages } from "../workflows/paging";
import { type Catcher, type Fragment, forEach } from "../workflows/states";

/** The smallest page that AWS allows, for snapshots of any cache: those of a large one with shards fill a result of 256 KiB sooner. */
const smallestPage = 20;

/** Maximum number of pages of the account's snapshots to read. At 150 ms per call, 25 pages take 4 seconds. */
export const mostPages = 25;

/**
 * Assign this after DescribeReplicationGroups: `$snapshotFilters`, the arguments that find the snapshots of the cache, and `$found`.
 */
export const nothingFound = (topology: Topology) => ({
  snapshotFilters: jsonata(`[$states.result.ReplicationGroups[0].${topology.snapshotFilters(cacheId)}]`),
  found: [],
});

interface ReadingProps<Target extends string, Caught extends string> {
  readonly topology: Topology;
  /** Only automatic or only manual ones. @default - both */
  readonly source?: "system" | "user";
  /**
   * JSONata over the result of DescribeSnapshots: what to keep of a page, as a list of objects with a member `name`. The lists of all pages
   * are joined.
   */
  readonly kept: string;
  /** JSONata: the part of `$listed` (all pages of one node or group) to keep, as a list. @default - everything */
  readonly most?: string;
  /** @default - nothing is caught */
  readonly catch?: readonly Catcher<Caught>[];
  readonly next: Target;
}

export interface OwnSnapshotsProps<Target extends string, Caught extends string> extends ReadingProps<Target, Caught> {
  /** JSONata: the elements of `$snapshotFilters` to call DescribeSnapshots with. */
  readonly filters: string;
}

type Names<Of extends string> = `List${Of}`;

/**
 * A state that reads the snapshots of the cache by its nodes, or by the group with cluster mode enabled, and adds them to `$found`. What
 * that takes depends on nothing else in the account. A node that is gone has none; AWS may also answer that it does not exist.
 *
 * `of` ends the names of its states: `List<of>`, `Begin<of>`, `Read<of>`, `HasMore<of>`, `End<of>`.
 */
export const readSnapshots = <Of extends string, Target extends string, Caught extends string = never>(
  of: Of,
  props: OwnSnapshotsProps<Target, Caught>,
): Fragment<Names<Of>, Target | Caught> => reading(of, { ...props, perPage: props.topology.snapshotsPerPage });

interface NewestSnapshotsProps<Target extends string, Caught extends string> extends ReadingProps<Target, Caught> {
  /** Number of elements of `$snapshotFilters` to call DescribeSnapshots with before looking further. */
  readonly first: number;
  /** JSONata: the newest backup in `$found` is young enough, so that there is no need to look further. */
  readonly isFresh: string;
}

/**
 * States that find the newest snapshots of the cache. If the newest one is not fresh, they look further: first at the other nodes,
 * including removed ones, then among all snapshots of the account, up to `mostPages`. The last step is needed because AWS does not document
 * what DescribeSnapshots answers for a removed node, whose backup may be the newest. A backup beyond `mostPages` is not found.
 *
 * They begin with `ListSnapshots`.
 */
export function newestSnapshots<Target extends string, Caught extends string = never>({
  first,
  isFresh,
  ...props
}: NewestSnapshotsProps<Target, Caught>): Fragment<"ListSnapshots", Target | Caught> {
  const { topology, kept, next } = props;
  if (topology.snapshotsNameGroup) return readSnapshots("Snapshots", { ...props, filters: "$snapshotFilters" });
  const states: Fragment<string, string> = {
    ...readSnapshots("Snapshots", { ...props, filters: `$snapshotFilters[[0..${first - 1}]]`, next: "IsBackupFresh" }),
    IsBackupFresh: {
      Type: "Choice",
      Choices: [{ Condition: jsonata(isFresh), Next: next }],
      Default: "ListFurtherSnapshots",
    },
    ...readSnapshots("FurtherSnapshots", {
      ...props,
      filters: `$snapshotFilters[[${first}..$count($snapshotFilters)]]`,
      next: "IsFurtherBackupFresh",
    }),
    IsFurtherBackupFresh: {
      Type: "Choice",
      Choices: [{ Condition: jsonata(isFresh), Next: next }],
      Default: "ListEverybodysSnapshots",
    },
    ...reading("EverybodysSnapshots", {
      ...props,
      filters: "{}",
      kept: `(${kept})[$not(name in $found.name)]`,
      perPage: smallestPage,
      pages: mostPages,
    }),
  };
  return states as Fragment<"ListSnapshots", Target | Caught>;
}

function reading<Of extends string, Target extends string, Caught extends string>(
  of: Of,
  props: OwnSnapshotsProps<Target, Caught> & { readonly perPage: number; readonly pages?: number },
): Fragment<Names<Of>, Target | Caught> {
  const [list, begin, read, more, end] = [`List${of}`, `Begin${of}`, `Read${of}`, `HasMore${of}`, `End${of}`] as const;
  const bound = props.pages;
  const source = props.source === undefined ? "" : `'SnapshotSource': '${props.source}'`;
  const states: Fragment<string, string> = {
    [list]: {
      Type: "Map",
      Items: jsonata(`[${props.filters}]`),
      MaxConcurrency: 5,
      ItemProcessor: forEach<string>(begin, {
        [begin]: {
          Type: "Pass",
          Assign: {
            ...firstPage,
            snapshotsOf: jsonata("$states.input"),
            listed: [],
            ...(bound !== undefined && { pagesRead: 0 }),
          },
          Output: {},
          Next: read,
        },
        ...pages(
          { read, more },
          {
            call: elasticacheCall("describeSnapshots", page(props.perPage, source, "$snapshotsOf"), [anySnapshot]),
            assign: {
              listed: jsonata(`[$append($listed, ${props.kept})]`),
              ...(bound !== undefined && { pagesRead: jsonata("$pagesRead + 1") }),
            },
            ...(bound !== undefined && { while: `$pagesRead < ${bound}` }),
            catch: [{ ErrorEquals: ["ElastiCache.CacheClusterNotFoundException"], Output: {}, Next: end }],
            next: end,
          },
        ),
        [end]: {
          Type: "Succeed",
          Output: { found: jsonata(props.most === undefined ? "$listed" : `[${props.most}]`) },
        },
      }),
      Assign: { found: jsonata("[$append($found, $states.result.found)]") },
      Output: {},
      ...(props.catch && { Catch: props.catch }),
      Next: props.next,
    },
  };
  return states as Fragment<Names<Of>, Target | Caught>;
}
