import type { Stack } from "../costs/count";
import { markdown } from "../tables";
import { monthOf, usageOf } from "./policy-check";
import { alarmsPerSecond, quotas, unlimited } from "./quotas";

const sizes = [100, 1000, 5000];

/** The nodes of a cluster in the tables. */
export const nodesOfCluster = 3;

/** The environments in the tables. */
const many = 100;

const shown = (value: number): string => Math.round(value).toLocaleString("en-US");

/** A row for each quantity, a column for each number of clusters. */
const bySize = (rows: readonly (readonly [name: string, value: (clusters: number) => string])[]): string =>
  markdown(
    ["", ...sizes.map((size) => `${shown(size)} clusters`)],
    rows.map(([name, value]) => [name, ...sizes.map(value)]),
  );

/** The tables of docs/scaling.md by name, as Markdown, from the synthesized stacks of environments. */
export function scalingTables(environments: readonly Stack[]): Readonly<Record<string, string>> {
  const usage = (clusters: number) => usageOf(clusters, nodesOfCluster);
  const month = (clusters: number) => monthOf(clusters, nodesOfCluster);
  /** Of the environment that uses most. */
  const most = (used: (stack: Stack) => number): number => Math.max(...environments.map(used));
  return {
    policy_check: bySize([
      ["Events of the check", (clusters) => shown(usage(clusters).events)],
      ["Child executions", (clusters) => shown(usage(clusters).children)],
      ["Events of each child execution", (clusters) => shown(usage(clusters).eventsOfChild)],
      ["Calls of ElastiCache's API", (clusters) => shown(usage(clusters).elasticacheCalls)],
      ["Seconds, at 150 ms a call", (clusters) => shown(usage(clusters).seconds)],
    ]),
    policy_costs: bySize([
      ["Standard workflows: executions", (clusters) => shown(month(clusters).executions)],
      ["Standard workflows: state transitions", (clusters) => shown(month(clusters).transitions)],
      ["AWS Config: rule evaluations", (clusters) => shown(month(clusters).evaluations)],
    ]),
    quotas: markdown(
      ["Quota", "Default", "Adjustable", "An environment uses", "Environments that fit"],
      quotas.map(({ name, limit, adjustable, source, used }) => {
        const one = most(used);
        const fit = Math.floor(limit / one);
        return [
          `[${name}](${source})`,
          shown(limit),
          adjustable ? "yes" : "no",
          shown(one),
          fit < many ? `**${shown(fit)}**` : shown(fit),
        ];
      }),
    ),
    alarms: markdown(
      ["", "An environment has", `${many} environments have`, `Seconds to create those of ${many} environments`],
      unlimited.map(({ name, used }) => [
        name,
        shown(most(used)),
        shown(many * most(used)),
        name.endsWith("alarms") ? shown((many * most(used)) / alarmsPerSecond) : "–",
      ]),
    ),
  };
}
