import { clustersAtOnce } from "../../../stacks/policy/evaluation";

/** The nodes on a page of DescribeCacheClusters. */
const nodesAtOnce = 50;

/** The clusters that a child execution reads at the same time. */
const clustersInParallel = 5;

/** Checks a month: a year of days in twelve parts. */
const checks = 730 / 24;

/** How long a call of AWS's API takes, in seconds; assumed, as the limit of the 15-minute check is. */
export const secondsOfCall = 0.15;

/**
 * What the daily check uses, measured by running its definition (__tests__/policy/scale.test.ts): events of the history and state
 * transitions. A cluster counts as fresh, with one call for its snapshots; the account has one trail, and a message is sent.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
 */
export const measured = {
  /** Once a check. */
  check: { events: 87, transitions: 27 },
  /** For a page of nodes. */
  page: { events: 7, transitions: 2 },
  /** For a child execution, in the execution that starts it. */
  start: { events: 10, transitions: 3 },
  /** Once a child execution. */
  child: { events: 8, transitions: 2 },
  /** For a cluster, in the child execution. */
  cluster: { events: 23, transitions: 6 },
  /** For each further call for the snapshots of a cluster. */
  furtherCall: { events: 7, transitions: 2 },
  /** Calls that do not depend on the clusters. */
  calls: 9,
  /** Before it looks for an earlier check, in seconds. */
  wait: 10,
} as const;

/** What one check of so many clusters uses, of so many nodes each. */
export function usageOf(clusters: number, nodes: number) {
  const pages = Math.ceil((clusters * nodes) / nodesAtOnce);
  const children = Math.ceil(clusters / clustersAtOnce);
  const { check, page, start, child, cluster, calls, wait } = measured;
  const sum = (of: "events" | "transitions"): number => check[of] + pages * page[of] + children * start[of];
  return {
    pages,
    children,
    events: sum("events"),
    eventsOfChild: child.events + Math.min(clusters, clustersAtOnce) * cluster.events,
    transitions: sum("transitions") + children * child.transitions + clusters * cluster.transitions,
    /** Of ElastiCache: pages of nodes, and for each cluster its group, its snapshots and its tags. */
    elasticacheCalls: pages + 3 * clusters,
    /** Without waiting for busy clusters. */
    seconds:
      wait +
      secondsOfCall *
        (calls + pages + children * (1 + 3 * Math.ceil(Math.min(clusters, clustersAtOnce) / clustersInParallel))),
  };
}

/** The same in a month, as AWS bills it. */
export function monthOf(clusters: number, nodes: number) {
  const { children, transitions } = usageOf(clusters, nodes);
  return {
    executions: checks * (1 + children),
    transitions: checks * transitions,
    // Two rules, each evaluated once a day for each cluster.
    evaluations: checks * 2 * clusters,
  };
}
