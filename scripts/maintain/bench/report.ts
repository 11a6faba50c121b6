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
  readonly stacks: Apps;
  /** Stacks with as many elements, which say nothing, through cdktf's own synthesis. */
  readonly empty: Apps;
  /** The bare load of main.ts's modules, in turns with the stacks. */
  readonly load: readonly Sample[];
  /** Of `npm test`. @default - not measured */
  readonly tests?: TestRun;
  readonly machine: string;
}

type Apps = readonly { readonly count: number; readonly samples: readonly Sample[] }[];

export interface TestRun {
  readonly count: number;
  readonly milliseconds: number;
  /** App synths, before and after the tests. */
  readonly synths: readonly Sample[];
}

/** Ours, and what it is compared with. */
export interface Pair {
  readonly ours: readonly Sample[];
  readonly reference: readonly Sample[];
}

/** What must hold, with what was measured. */
export function limits({ app, cli, stacks, load, tests }: Results): readonly Limit[] {
  const { fewest, most, time, memory } = furtherStack(stacks, load);
  const [perStackOfMost, perStackOfFewest] = [most, fewest].map(({ count, samples }) => synthTime(samples) / count);
  return [
    { name: "App synth / bare load of its modules", limit: 1.12, unit: "×", ...shownRatio(timeRatio(app)) },
    { name: "cdktf synth / the stock template's", limit: 0.45, unit: "×", ...shownRatio(timeRatio(cli)) },
    {
      name: `A further stack, from ${fewest.count} to ${most.count} / bare load`,
      limit: 2.2,
      unit: "%",
      ...shownRatio(time),
    },
    {
      name: `Memory of a further stack, from ${fewest.count} to ${most.count}`,
      measured: memory,
      limit: 0.4,
      unit: "MB",
    },
    {
      name: `A stack of ${most.count} / a stack of ${fewest.count}`,
      measured: (perStackOfMost ?? Number.NaN) / (perStackOfFewest ?? Number.NaN),
      limit: 1.1,
      unit: "×",
    },
    ...(tests === undefined
      ? []
      : [
          {
            name: "npm test with empty caches, per 1,000 tests",
            measured: (tests.milliseconds / median(milliseconds(tests.synths)) / tests.count) * 1000,
            // Three quarters of the 29 app synths that 999 tests once took.
            limit: 21.8,
            unit: "app synths",
          },
        ]),
  ];
}

/** What each additional stack costs, from the smallest app of at least 30 stacks to the largest. */
function furtherStack(
  apps: Apps,
  load: readonly Sample[],
): { fewest: Apps[number]; most: Apps[number]; time: Ratio; memory: number } {
  const many = apps.filter(({ count }) => count >= 30);
  const [fewest] = many;
  const most = many.at(-1);
  if (fewest === undefined || most === undefined || fewest === most)
    throw new Error("The benchmark measured no two apps of 30 stacks or more.");
  const further = most.count - fewest.count;
  const shares = most.samples.map(
    ({ stdout }, round) => ((Number(stdout) - Number(fewest.samples[round]?.stdout)) / further) * 100,
  );
  return {
    fewest,
    most,
    time: ratio(shares, milliseconds(load)),
    memory: (peakMemory(most.samples) - peakMemory(fewest.samples)) / further,
  };
}

export const isMissed = ({ measured, limit }: Limit): boolean => !(measured <= limit);

/** docs/benchmark.md. */
export function report(results: Results): string {
  const { app, cli, stacks, rounds, machine } = results;
  return `# Benchmark

\`npm run bench\` measures this and writes this page; it fails when a limit is missed. Measured on ${machine}.

Each measurement starts the command again. The commands of a comparison take turns, forwards and backwards, so that what slows the machine down slows down all of them; the first round fills caches and is not counted. Times are the median of the rounds, from start to exit, with the quartiles in brackets. CPU is the time on processors, which depends less on what else the machine does. A ratio is the median of the ratios of the rounds, not the ratio of the medians. Memory is the most that one process of the command held.

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

One app with so many stacks, the environments in turn, modules already loaded (${rounds.stacks} rounds, in turns with the bare load, which took ${median(milliseconds(results.load)).toFixed(0)} ms). The first stacks of a process take longer, because Node.js has not compiled their code yet.

${table(
  ["Stacks", "Synth (ms)", "A stack (ms)", "Peak memory (MB)"],
  stacks.map(({ count, samples }) => {
    const { total, perStack, memory } = stackRow(count, samples);
    return [count.toString(), total.toFixed(0), perStack.toFixed(1), memory.toFixed(0)];
  }),
)}

${emptySection(results)}
${testsSection(results.tests)}`;
}

/** What cdktf takes for stacks of so many elements before they say anything. */
function emptySection({ empty, stacks, load }: Results): string {
  const row = (name: string, apps: Apps): string[] => {
    const [first] = apps;
    const { time, memory } = furtherStack(apps, load);
    return [
      name,
      synthTime(first?.samples ?? []).toFixed(0),
      `${time.median.toFixed(2)} %${shownRatio(time).spread}`,
      `${memory.toFixed(2)} MB`,
    ];
  };
  return `For comparison, cdktf's own synthesis (without stack traces of tokens) of stacks with as many resources, data sources, variables, locals and outputs, all of them empty:

${table(
  [
    "",
    `First ${empty[0]?.count ?? Number.NaN} stacks (ms)`,
    "A further stack / bare load",
    "Memory of a further stack",
  ],
  [row("empty elements, synthesized by cdktf", empty), row("this project's stacks", stacks)],
)}`;
}

function testsSection(tests: TestRun | undefined): string {
  const command = "`npm run bench -- --tests` also runs all tests, without Jest's cache and without remembered stacks.";
  if (tests === undefined) return `\n## Tests\n\n${command} That was not measured this time.\n`;
  const seconds = (value: number): string => (value / 1000).toFixed(1);
  return `\n## Tests\n\n${command} ${tests.count} tests took ${seconds(tests.milliseconds)} s; an app synth before and after them ${seconds(median(milliseconds(tests.synths)))} s.\n`;
}

const milliseconds = (samples: readonly Sample[]): number[] => samples.map((sample) => sample.milliseconds);
const peakMemory = (samples: readonly Sample[]): number => median(samples.map((sample) => sample.peakMemory));
const synthTime = (samples: readonly Sample[]): number => median(samples.map(({ stdout }) => Number(stdout)));
const timeRatio = ({ ours, reference }: Pair): Ratio => ratio(milliseconds(ours), milliseconds(reference));

function shownRatio({ median: measured, quartiles: [low, high] }: Ratio): Pick<Limit, "measured" | "spread"> {
  return { measured, spread: ` (${low.toFixed(2)}–${high.toFixed(2)})` };
}

function comparison(pair: Pair, ours: string, reference: string): string {
  const row = (name: string, samples: readonly Sample[]): string[] => {
    const times = milliseconds(samples);
    const [low, middle, high] = [0.25, 0.5, 0.75].map((share) => quantile(times, share).toFixed(0));
    const cpu = median(samples.map((sample) => sample.cpu)).toFixed(0);
    return [name, `${middle ?? ""} (${low ?? ""}–${high ?? ""})`, cpu, peakMemory(samples).toFixed(0)];
  };
  return table(
    ["", "Time (ms)", "CPU (ms)", "Peak memory (MB)"],
    [row(ours, pair.ours), row(reference, pair.reference)],
  );
}

/** Of an app of many stacks; its standard output is how many milliseconds the synth took without loading modules. */
function stackRow(count: number, samples: readonly Sample[]): { total: number; perStack: number; memory: number } {
  const total = synthTime(samples);
  return { total, perStack: total / count, memory: peakMemory(samples) };
}
