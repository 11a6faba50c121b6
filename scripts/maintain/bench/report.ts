import { markdown as table } from "../tables";
import type { Sample } from "./run";
import { median, quantile, ratio, type Ratio } from "./statistics";

export interface Limit {
  readonly name: string;
  readonly measured: number;
  readonly limit: number;
  readonly unit: string;
  /** What the median hides. */
  readonly spread?: string;
}

export interface Results {
  readonly rounds: { readonly app: number; readonly cli: number; readonly stacks: number };
  readonly app: Pair;
  readonly cli: Pair;
  /** By number of stacks, smallest first. */
  readonly stacks: readonly { readonly count: number; readonly samples: readonly Sample[] }[];
  readonly machine: string;
}

/** Ours, and what it is compared with. */
export interface Pair {
  readonly ours: readonly Sample[];
  readonly reference: readonly Sample[];
}

/** What must hold, with what was measured. */
export function limits({ app, cli, stacks }: Results): readonly Limit[] {
  const rows = stacks.map(({ count, samples }) => ({ count, ...stackRow(count, samples) }));
  const [smallest] = rows;
  const largest = rows.at(-1);
  const many = rows.filter(({ count }) => count >= 30);
  const [flatFrom] = many;
  if (smallest === undefined || largest === undefined || flatFrom === undefined)
    throw new Error("The benchmark measured no app of 30 stacks or more.");
  return [
    { name: "App synth / bare load of its modules", limit: 1.25, unit: "×", ...shownRatio(timeRatio(app)) },
    { name: "cdktf synth / the stock template's", limit: 0.65, unit: "×", ...shownRatio(timeRatio(cli)) },
    {
      name: `A stack, of ${many.map(({ count }) => count).join(", ")}: the slowest`,
      measured: Math.max(...many.map(({ perStack }) => perStack)),
      limit: 25,
      unit: "ms",
    },
    {
      name: `Memory of one more stack, from ${smallest.count} to ${largest.count}`,
      measured: (largest.memory - smallest.memory) / (largest.count - smallest.count),
      limit: 0.5,
      unit: "MB",
    },
    {
      name: `A stack of ${largest.count} / a stack of ${flatFrom.count}`,
      measured: largest.perStack / flatFrom.perStack,
      limit: 1.1,
      unit: "×",
    },
  ];
}

export const isMissed = ({ measured, limit }: Limit): boolean => !(measured <= limit);

/** docs/benchmark.md. */
export function report(results: Results): string {
  const { app, cli, stacks, rounds, machine } = results;
  return `# Benchmark

\`npm run bench\` measures this and writes this page; it fails when a limit is missed. Measured on ${machine}.

Each measurement starts the command again. The commands of a comparison take turns, forwards and backwards, so that what slows the machine down slows down all of them; the first round fills caches and is not counted. Times are the median of the rounds, from start to exit, with the quartiles in brackets. A ratio is the median of the ratios of the rounds, not the ratio of the medians. Memory is the most that one process of the command held.

## Limits

${table(
  ["", "Measured", "Limit", ""],
  limits(results).map((limit) => [
    limit.name,
    `${limit.measured.toFixed(2)} ${limit.unit}${limit.spread ?? ""}`,
    `≤ ${limit.limit} ${limit.unit}`,
    isMissed(limit) ? "**missed**" : "held",
  ]),
)}

## The app against loading its modules

\`node --import tsx main.ts\`, which builds the stacks and writes their Terraform, against a file that only imports what main.ts imports (${rounds.app} rounds).

${comparison(app, "main.ts", "its imports alone")}

## cdktf synth against the stock template

\`cdktf synth\` in a copy of this project, against the same main.ts and stacks with the \`app\` command and the tsconfig.json of \`cdktf init --template=typescript\` (${rounds.cli} rounds). That is \`npx ts-node main.ts\`, which checks the types at every synth; here \`npm run typecheck\` does, once. Two settings differ from the template, because it is older than TypeScript 6: \`types\` names Node's, and \`lib\` is the one that the stacks are written for. Both run without cdktf's questions to the network (\`CHECKPOINT_DISABLE\`, \`DISABLE_VERSION_CHECK\`).

${comparison(cli, "this project", "stock template")}

## Many stacks

One app with so many stacks, the environments in turn, modules already loaded (${rounds.stacks} rounds). The first stacks of a process take longer, because Node.js has not compiled their code yet.

${table(
  ["Stacks", "Synth (ms)", "A stack (ms)", "Peak memory (MB)"],
  stacks.map(({ count, samples }) => {
    const { total, perStack, memory } = stackRow(count, samples);
    return [count.toString(), total.toFixed(0), perStack.toFixed(1), memory.toFixed(0)];
  }),
)}
`;
}

const milliseconds = (samples: readonly Sample[]): number[] => samples.map((sample) => sample.milliseconds);
const peakMemory = (samples: readonly Sample[]): number => median(samples.map((sample) => sample.peakMemory));
const timeRatio = ({ ours, reference }: Pair): Ratio => ratio(milliseconds(ours), milliseconds(reference));

function shownRatio({ median: measured, quartiles: [low, high] }: Ratio): Pick<Limit, "measured" | "spread"> {
  return { measured, spread: ` (${low.toFixed(2)}–${high.toFixed(2)})` };
}

function comparison(pair: Pair, ours: string, reference: string): string {
  const row = (name: string, samples: readonly Sample[]): string[] => {
    const times = milliseconds(samples);
    const [low, middle, high] = [0.25, 0.5, 0.75].map((share) => quantile(times, share).toFixed(0));
    return [name, `${middle ?? ""} (${low ?? ""}–${high ?? ""})`, peakMemory(samples).toFixed(0)];
  };
  return table(["", "Time (ms)", "Peak memory (MB)"], [row(ours, pair.ours), row(reference, pair.reference)]);
}

/** Of an app of many stacks; its standard output is how many milliseconds the synth took without loading modules. */
function stackRow(count: number, samples: readonly Sample[]): { total: number; perStack: number; memory: number } {
  const total = median(samples.map(({ stdout }) => Number(stdout)));
  return { total, perStack: total / count, memory: peakMemory(samples) };
}
