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
  /** JSONata: the elements of `$snapshotFilters`, or others like them, to call DescribeSnapshots with. */
  readonly filters: string;
  /** JSONata: number of pages to read of each node or group. @default - all */
  readonly pages?: string;
}

/** Manual snapshots are listed with the automatic ones: DescribeSnapshots answers both kinds if it is given no SnapshotSource. */
interface ManualSnapshots {
  /** JSONata: whether they are. */
  readonly when: string;
  /**
   * JSONata: number of pages of both kinds to read of each node or group. AWS documents no order, so if there are more, the automatic ones
   * are listed once more by themselves, and the manual ones on later pages are not found.
   */
  readonly pages: string;
}

type Names<Of extends string> = `List${Of}`;

/**
 * A state that reads the snapshots of the cache by its nodes, or by the group with cluster mode enabled, and adds them to `$found`. What
 * that takes depends on nothing else in the account. A node that is gone has none; AWS may also answer that it does not exist.
 *
 * `of` is in the names of its states: `List<of>`, `Begin<of>`, `Read<of>`, `HasMore<of>`, `End<of>`.
 */
export const readSnapshots = <Of extends string, Target extends string, Caught extends string = never>(
  of: Of,
  props: OwnSnapshotsProps<Target, Caught>,
): Fragment<Names<Of>, Target | Caught> => reading(of, { ...props, perPage: props.topology.snapshotsPerPage });

interface NewestSnapshotsProps<Target extends string, Caught extends string> extends ReadingProps<Target, Caught> {
  /** With `source: "system"`: `kept` gets manual snapshots as well. @default - it does not */
  readonly withManual?: ManualSnapshots;
  /** Number of elements of `$snapshotFilters` to call DescribeSnapshots with before looking further. */
  readonly first: number;
  /** JSONata: the newest backup in `$found` is young enough, so that there is no need to look further. */
  readonly isFresh: string;
}

/**
 * States that find the newest snapshots of the cache. If the newest one is not fresh, they look further: first at the other nodes,
 * including removed ones, then among all snapshots of the account, up to `mostPages`. The last step is needed because AWS does not document
 * what DescribeSnapshots answers for a removed node, whose backup may be the newest. A backup beyond `mostPages`, or beyond a page that
 * is larger than Step Functions accepts, is not found.
 *
 * They begin with `ListSnapshots`.
 */
export function newestSnapshots<Target extends string, Caught extends string = never>({
  first,
  isFresh,
  withManual,
  ...props
}: NewestSnapshotsProps<Target, Caught>): Fragment<"ListSnapshots", Target | Caught> {
  const { topology, kept, next } = props;
  const own = { ...props, perPage: topology.snapshotsPerPage, ...(withManual && { withManual }) };
  if (topology.snapshotsNameGroup) return reading("Snapshots", { ...own, filters: "$snapshotFilters" });
  const states: Fragment<string, string> = {
    ...reading("Snapshots", { ...own, filters: `$snapshotFilters[[0..${first - 1}]]`, next: "IsBackupFresh" }),
    IsBackupFresh: {
      Type: "Choice",
      Choices: [{ Condition: jsonata(isFresh), Next: next }],
      Default: "ListFurtherSnapshots",
    },
    ...reading("FurtherSnapshots", {
      ...own,
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
      pages: String(mostPages),
      // Of another cache, with hundreds of shards: what was found counts.
      endsAt: ["States.DataLimitExceeded"],
    }),
  };
  return states as Fragment<"ListSnapshots", Target | Caught>;
}

/** JSONata: the argument of DescribeSnapshots that leaves out manual snapshots. */
const onlyAutomatic = "{'SnapshotSource': 'system'}";

function reading<Of extends string, Target extends string, Caught extends string>(
  of: Of,
  props: OwnSnapshotsProps<Target, Caught> & {
    readonly perPage: number;
    readonly withManual?: ManualSnapshots;
    /** Errors after which no further page is read. @default - none but that of a node that is gone */
    readonly endsAt?: readonly string[];
  },
): Fragment<Names<Of>, Target | Caught> {
  const [list, begin, read, more, end] = [`List${of}`, `Begin${of}`, `Read${of}`, `HasMore${of}`, `End${of}`] as const;
  const [complete, narrow] = [`Are${of}Complete`, `LeaveOutManual${of}`];
  const { withManual } = props;
  const bound = withManual?.pages ?? props.pages;
  const inBound = `$pagesRead < ${bound}`;
  const source = props.source === undefined || withManual ? "" : `'SnapshotSource': '${props.source}'`;
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
            snapshotsOf: jsonata(
              withManual ? `$merge([$states.input, ${withManual.when} ? {} : ${onlyAutomatic}])` : "$states.input",
            ),
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
              listed: jsonata(
                withManual
                  ? `[$append($listed, (${props.kept})[$not(name in $listed.name)])]`
                  : `[$append($listed, ${props.kept})]`,
              ),
              ...(bound !== undefined && { pagesRead: jsonata("$pagesRead + 1") }),
            },
            ...(bound !== undefined && {
              while: withManual ? `($exists($snapshotsOf.SnapshotSource) or ${inBound})` : inBound,
            }),
            catch: [
              {
                ErrorEquals: ["ElastiCache.CacheClusterNotFoundException", ...(props.endsAt ?? [])],
                Output: {},
                Next: end,
              },
            ],
            next: withManual ? complete : end,
          },
        ),
        ...(withManual && {
          [complete]: {
            Type: "Choice",
            Choices: [{ Condition: jsonata("$marker != ''"), Next: narrow }],
            Default: end,
          },
          [narrow]: {
            Type: "Pass",
            Assign: { ...firstPage, snapshotsOf: jsonata(`$merge([$snapshotsOf, ${onlyAutomatic}])`) },
            Output: {},
            Next: read,
          },
        }),
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
