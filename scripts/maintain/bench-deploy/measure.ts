import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { request } from "../../commands/lab/control-calls";
import { Refusal } from "../../shared/aws-sdk";
import { terraformBinary } from "../../shared/terraform-binary";

/** What one run of Terraform took. */
export interface Run {
  readonly seconds: number;
  /** Of the processors, Terraform and its providers together. */
  readonly processorSeconds: number;
  /** The most memory that Terraform or one of its providers held, in MB. */
  readonly peakMemory: number;
  /** Calls of AWS's API, with those that were repeated. */
  readonly calls: number;
  readonly output: string;
}

/** Only a parent is told what its children took, and Node.js does not hand that on. Units: seconds; kilobytes, on macOS bytes. */
const wrapper = `
import json, resource, subprocess, sys, time
begun = time.monotonic()
with open(sys.argv[1], "wb") as output:
    status = subprocess.run(sys.argv[2:], stdout=output, stderr=subprocess.STDOUT).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({
    "status": status,
    "seconds": time.monotonic() - begun,
    "processorSeconds": used.ru_utime + used.ru_stime,
    "peakMemory": used.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10),
}))`;

interface Measured extends Omit<Run, "calls" | "output"> {
  readonly status: number;
}

/** Runs Terraform and counts the calls that the lab received meanwhile: nothing else may call it. */
export class Meter {
  constructor(
    private readonly lab: string,
    private readonly scratch: string,
  ) {}

  /** @throws Refusal with Terraform's output if it failed. */
  public async run(folder: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Run> {
    const file = join(this.scratch, "output");
    const before = await this.calls();
    const { stdout, stderr, status } = spawnSync(
      process.env.LAB_PYTHON ?? "python3",
      ["-c", wrapper, file, terraformBinary, ...args],
      { cwd: folder, encoding: "utf8", env: { ...process.env, TF_INPUT: "0", TF_IN_AUTOMATION: "1", ...env } },
    );
    if (status !== 0) throw new Refusal(`Terraform could not be measured: ${stderr}`);
    const output = readFileSync(file, "utf8");
    const { status: exit, ...measured } = JSON.parse(stdout) as Measured;
    if (exit !== 0) throw new Refusal(`terraform ${args.join(" ")} failed in ${folder}:\n${output.slice(-4000)}`);
    return { ...measured, calls: (await this.calls()) - before, output };
  }

  private async calls(): Promise<number> {
    const counts = (await request(this.lab, "calls", {})) as Readonly<Record<string, number>>;
    return Object.values(counts).reduce((sum, count) => sum + count, 0);
  }
}
