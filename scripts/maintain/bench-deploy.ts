import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createdIn } from "./bench-deploy/applied";
import { moduleUrl, ours, popularModule, type Candidate } from "./bench-deploy/candidates";
import { Meter, type Run } from "./bench-deploy/measure";
import { report, type Deployed, type Planned } from "./bench-deploy/report";
import { callsIn, type Call } from "./provider-calls";
import { valuesFile } from "../commands/lab/values-file";
import { Refusal } from "../shared/aws-sdk";
import { runProgram } from "../shared/command";
import { scriptCommand, wholeNumber } from "../shared/options";
import { root } from "../shared/synthesize";
import { machine } from "./machine";
import { writeDocument } from "./write";

interface Options {
  readonly module?: string;
  readonly rounds: number;
}

/** Deploys candidates and plans them in turns, so that what slows the machine down for a while slows down all of them. */
class Bench {
  private readonly values = `-var-file=${resolve(root, valuesFile)}`;

  constructor(private readonly meter: Meter) {}

  public async init({ name, folder }: Candidate): Promise<void> {
    console.log(`${name}: init ...`);
    await this.meter.run(folder, ["init"]);
  }

  public async deploy({ name, folder }: Candidate): Promise<Deployed> {
    const firstPlan = await this.plan(folder);
    console.log(`${name}: apply ...`);
    const apply = await this.meter.run(folder, ["apply", "-json", "-auto-approve", this.values]);
    return { name, firstPlan, apply, created: createdIn(apply.output) };
  }

  /** Plans of what is deployed. @throws Refusal if one has changes. */
  public async plans(candidates: readonly Candidate[], rounds: number): Promise<readonly Planned[]> {
    const runs = new Map<string, Run[]>(candidates.map(({ name }) => [name, []]));
    for (let round = 0; round <= rounds; round++) {
      console.log(`plan, round ${round.toString()} of ${rounds.toString()} ...`);
      for (const { name, folder } of round % 2 === 0 ? candidates : candidates.toReversed()) {
        const run = await this.plan(folder, "-detailed-exitcode");
        // The first one fills caches.
        if (round > 0) runs.get(name)?.push(run);
      }
    }
    return candidates.map(({ name }) => ({ name, runs: runs.get(name) ?? [] }));
  }

  /** The calls of one plan; its time does not count, because a log is written. */
  public async callsOfPlan({ folder }: Candidate, scratch: string): Promise<readonly Call[]> {
    const log = join(scratch, "log");
    await this.meter.run(folder, ["plan", this.values], { TF_LOG_PROVIDER: "DEBUG", TF_LOG_PATH: log });
    return callsIn(readFileSync(log, "utf8"));
  }

  private plan(folder: string, ...options: readonly string[]): Promise<Run> {
    return this.meter.run(folder, ["plan", ...options, this.values]);
  }
}

async function bench(scratch: string, { module: source, rounds }: Options): Promise<void> {
  const lab = process.env.LAB_URL;
  if (lab === undefined)
    throw new Refusal(
      "Missing lab: this deploys stacks and leaves them behind. Run it on a lab of its own: npm run lab -- npm run bench:deploy",
    );
  const { json, hcl } = ours(join(scratch, "ours"));
  const other = source === undefined ? [] : [popularModule(join(scratch, "module"), source)];
  const one = new Bench(new Meter(lab, scratch));
  for (const candidate of [json, hcl, ...other]) await one.init(candidate);
  const deployed: Deployed[] = [];
  // The HCL has the state of the JSON.
  for (const candidate of [json, ...other]) deployed.push(await one.deploy(candidate));
  const planned = await one.plans([json, hcl, ...other], rounds);
  const calls = await one.callsOfPlan(json, scratch);
  await writeDocument("docs/benchmark-deploy.md", report({ rounds, deployed, planned, calls, machine: machine() }));
  console.log("Wrote docs/benchmark-deploy.md.");
}

void runProgram(
  scriptCommand("bench:deploy", "Measures plans and a deploy on the lab, and writes docs/benchmark-deploy.md")
    .option("--module <folder>", `compare with a clone of ${moduleUrl}`)
    .option("--rounds <number>", "measured plans of each", wholeNumber, 5)
    .action(async (options: Options) => {
      const scratch = mkdtempSync(join(tmpdir(), "bench-deploy-"));
      try {
        await bench(scratch, options);
      } finally {
        rmSync(scratch, { recursive: true });
      }
    }),
);
