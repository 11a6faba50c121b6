import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ourProject, stockProject } from "./bench/projects";
import { isMissed, limits, report, type Pair, type Results } from "./bench/report";
import { inTurns, type Command, type Sample } from "./bench/run";
import { runTests } from "./bench/tests";
import { runProgram } from "../shared/command";
import { scriptCommand } from "../shared/options";
import { root } from "../shared/synthesize";
import { machine } from "./machine";
import { writeDocument } from "./write";

const allRounds = { app: 15, cli: 9, stacks: 5, synths: 5 };
const fewRounds = { app: 7, cli: 3, stacks: 2, synths: 3 };

const run = (scratch: string, count: number, commands: readonly Command[]): ReadonlyMap<string, readonly Sample[]> => {
  console.log(`${commands.map(({ name }) => name).join(", ")}: ${count} rounds ...`);
  return inTurns(count, commands, scratch);
};

function pair(scratch: string, count: number, ours: Omit<Command, "name">, reference: Omit<Command, "name">): Pair {
  const samples = run(scratch, count, [
    { name: ours.command.join(" "), ...ours },
    { name: `${reference.command.join(" ")} (reference)`, ...reference },
  ]);
  const [first = [], second = []] = samples.values();
  return { ours: first, reference: second };
}

async function bench(scratch: string, withTests: boolean, rounds: typeof allRounds): Promise<void> {
  const ours = ourProject(join(scratch, "ours"));
  const stock = stockProject(join(scratch, "stock"));
  const synth = (folder: string): Omit<Command, "name"> => ({ command: ["node_modules/.bin/cdktf", "synth"], folder });
  const tsx = (file: string): Omit<Command, "name"> => ({ command: ["node", "--import", "tsx", file], folder: ours });

  const counts = [3, 30, 100, 300];
  const emptyCounts = [3, 30, 300];
  const stacks = (kind: "many" | "empty", count: number): Command => ({
    name: `${kind} stacks: ${count}`,
    command: [
      "node",
      "--import",
      "tsx",
      `scripts/maintain/bench/${kind}-stacks.ts`,
      count.toString(),
      join(scratch, "out"),
    ],
    folder: root,
  });
  const app = pair(scratch, rounds.app, tsx("main.ts"), tsx("load.ts"));
  const cli = pair(scratch, rounds.cli, synth(ours), synth(stock));
  const many = run(scratch, rounds.stacks, [
    { name: "load", ...tsx("load.ts") },
    ...counts.map((count) => stacks("many", count)),
    ...emptyCounts.map((count) => stacks("empty", count)),
  ]);
  const results: Results = {
    rounds,
    app,
    cli,
    stacks: counts.map((count) => ({ count, samples: many.get(stacks("many", count).name) ?? [] })),
    empty: emptyCounts.map((count) => ({ count, samples: many.get(stacks("empty", count).name) ?? [] })),
    load: many.get("load") ?? [],
    tests: withTests
      ? runTests(scratch, () => run(scratch, rounds.synths, [{ name: "synth", ...tsx("main.ts") }]))
      : undefined,
    machine: machine(),
  };

  await writeDocument("docs/benchmark.md", report(results));
  for (const limit of limits(results)) {
    const { name, measured, unit, spread = "" } = limit;
    console.log(
      `${isMissed(limit) ? "MISSED" : "held"}: ${name}: ${measured.toFixed(2)} ${unit}${spread} (≤ ${limit.limit} ${unit})`,
    );
  }
  console.log("Wrote docs/benchmark.md.");
  if (limits(results).some(isMissed)) process.exitCode = 1;
}

void runProgram(
  scriptCommand("bench", "Measures what a synth costs, against limits, and writes docs/benchmark.md")
    .option("--tests", "measure npm test with empty caches too, which takes minutes")
    .option("--quick", "measure in fewer rounds")
    .action(async ({ tests = false, quick = false }: { readonly tests?: boolean; readonly quick?: boolean }) => {
      const scratch = mkdtempSync(join(tmpdir(), "bench-"));
      try {
        await bench(scratch, tests, quick ? fewRounds : allRounds);
      } finally {
        rmSync(scratch, { recursive: true });
      }
    }),
);
