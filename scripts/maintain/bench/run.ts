import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Command {
  readonly name: string;
  /** The program and its arguments. */
  readonly command: readonly [string, ...string[]];
  readonly folder: string;
}

export interface Sample {
  readonly milliseconds: number;
  /** Time on processors of the command's Node processes, in milliseconds: less of it depends on what else the machine does. */
  readonly cpu: number;
  /** The most memory that one of the command's Node processes held, in MB. */
  readonly peakMemory: number;
  readonly stdout: string;
}

/**
 * Runs the commands in turns, forwards and backwards, so that each has each neighbour and slow moments of the machine fall on all.
 * The first round fills caches and is not counted.
 *
 * @param scratch a folder for temporary files
 * @returns the samples of each command, by its name, in the order of the rounds.
 * @throws if a command fails.
 */
export function inTurns(
  rounds: number,
  commands: readonly Command[],
  scratch: string,
): ReadonlyMap<string, readonly Sample[]> {
  const samples = new Map<string, Sample[]>(commands.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round++)
    for (const command of round % 2 === 0 ? commands : commands.toReversed()) {
      const sample = measure(command, scratch);
      if (round > 0) samples.get(command.name)?.push(sample);
    }
  return samples;
}

function measure({ name, command: [program, ...args], folder }: Command, scratch: string): Sample {
  const peaks = join(scratch, "peaks");
  const preload = join(scratch, "peak.cjs");
  rmSync(peaks, { force: true });
  writeFileSync(
    preload,
    `process.on("exit", () => { const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage(); require("node:fs").appendFileSync(${JSON.stringify(peaks)}, JSON.stringify([maxRSS, userCPUTime + systemCPUTime]) + "\\n"); });`,
  );
  const start = performance.now();
  const run = spawnSync(program, args, {
    cwd: folder,
    encoding: "utf8",
    env: { ...quiet(), NODE_OPTIONS: `--require ${JSON.stringify(preload)}` },
  });
  const milliseconds = performance.now() - start;
  if (run.status !== 0) throw new Error(`${name} failed (${program} ${args.join(" ")}):\n${run.stdout}${run.stderr}`);
  if (!existsSync(peaks)) throw new Error(`${name} ran no Node.js process, so its memory is unknown.`);
  const processes = readFileSync(peaks, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as [kilobytes: number, microseconds: number]);
  return {
    milliseconds,
    cpu: processes.reduce((sum, [, microseconds]) => sum + microseconds, 0) / 1000,
    peakMemory: Math.max(...processes.map(([kilobytes]) => kilobytes)) / 1024,
    stdout: run.stdout,
  };
}

/** Without what asks the network for news, and without the settings of whoever measures. */
function quiet(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(TF_|CDKTF_|STATE_|TS_NODE_|NODE_OPTIONS$)|_STACK$/.test(name),
  );
  return { ...Object.fromEntries(own), CI: "true", CHECKPOINT_DISABLE: "1", DISABLE_VERSION_CHECK: "1" };
}
