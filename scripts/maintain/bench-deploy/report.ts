import type { Created } from "./applied";
import { moduleUrl, stack } from "./candidates";
import type { Run } from "./measure";
import { median } from "../bench/statistics";
import type { Call } from "../provider-calls";
import { markdown as table } from "../tables";

export interface Deployed {
  readonly name: string;
  /** Of an empty state. */
  readonly firstPlan: Run;
  readonly apply: Run;
  readonly created: readonly Created[];
}

/** Plans of what is deployed. */
export interface Planned {
  readonly name: string;
  readonly runs: readonly Run[];
}

export interface Results {
  readonly rounds: number;
  readonly deployed: readonly Deployed[];
  readonly planned: readonly Planned[];
  /** Of one plan of the deployed stack. */
  readonly calls: readonly Call[];
  readonly machine: string;
}

const rowOf = (name: string, runs: readonly Run[]): string[] => {
  const middle = (of: (run: Run) => number): number => median(runs.map(of));
  return [
    name,
    middle(({ seconds }) => seconds).toFixed(1),
    middle(({ processorSeconds }) => processorSeconds).toFixed(1),
    middle(({ calls }) => calls).toFixed(0),
    middle(({ peakMemory }) => peakMemory).toFixed(0),
  ];
};

const columns = ["", "Seconds", "Processor seconds", "API calls", "Peak memory (MB)"];

/** How often each value occurs, the most frequent first. */
const counted = (values: readonly string[]): readonly (readonly [string, number])[] => {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([a, x], [b, y]) => y - x || a.localeCompare(b));
};

/** docs/benchmark-deploy.md. */
export function report({ rounds, deployed, planned, calls, machine }: Results): string {
  const slow = deployed[0]?.created.filter(({ from, to }) => to - from >= 2) ?? [];
  return `# Plans and deploys, measured

\`npm run lab -- npm run bench:deploy -- --module=<folder>\` measures this on the lab and writes this page; the folder is a clone of ${moduleUrl}. Measured on ${machine}.

The lab answers a call in milliseconds and has no throttling, so the seconds are those of Terraform and of its provider on this machine. On AWS, add the time of the calls, which Terraform makes ten at a time, and the minutes that AWS takes to create a cache. The calls are those that AWS would receive. Memory is the most that Terraform or one of its providers held.

## What is compared

- **This project (JSON)**: \`${stack}\` as \`cdktf synth\` writes it, with restore tests enabled: the cache and its secret, backups that are checked and restored, alarms, a dashboard, alerts.
- **The same stack as plain HCL**: what \`npm run hcl\` writes, with the same state.
- **terraform-aws-modules/elasticache**: the most used module, with the same nodes, versions, retention, AUTH and logs. It creates a cache and nothing that watches it: no alarms, no checks, no restore tests, no alerts, and the AUTH token is in its state only.

## Planning what is deployed

${rounds.toString()} rounds in turns, forwards and backwards; the medians. Every plan has no changes.

${table(
  columns,
  planned.map(({ name, runs }) => rowOf(name, runs)),
)}

## The first deploy

${table(
  ["", "Resources", ...columns.slice(1)],
  deployed.flatMap(({ name, firstPlan, apply, created }) => [
    insert(rowOf(`${name}: plan`, [firstPlan]), "–"),
    insert(rowOf(`${name}: apply`, [apply]), created.length.toString()),
  ]),
)}

The resources of \`${stack}\` that take two seconds or more, with the seconds since Terraform began to create:

${table(
  ["Resource", "Begun (s)", "Created (s)"],
  slow.map(({ address, from, to }) => [`\`${address}\``, from.toFixed(0), to.toFixed(0)]),
)}

## What a plan of ${stack} asks AWS

${table(
  ["Calls", "For"],
  counted(calls.map(({ type }) => type || "the provider itself"))
    .slice(0, 12)
    .map(([type, count]) => [count.toString(), type === "the provider itself" ? type : `\`${type}\``]),
)}

${table(
  ["Calls", "Action"],
  counted(calls.map(({ action }) => action))
    .slice(0, 12)
    .map(([action, count]) => [count.toString(), `\`${action}\``]),
)}
`;
}

const insert = ([name = "", ...others]: readonly string[], value: string): string[] => [name, value, ...others];
