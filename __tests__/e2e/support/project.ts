import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { terraformBinary } from "../../support/terraform";
import type { Network } from "./aws";
import { Background, type Moment } from "./background";
import { dropChecksums } from "./provider-lock";

const root = resolve(__dirname, "../../..");

export interface Run {
  readonly ok: boolean;
  /** Everything that was printed, for people. */
  readonly output: string;
  /** The same as one line: Terraform's boxes break sentences. */
  readonly text: string;
}

type Outputs = Readonly<Record<string, { readonly value: unknown; readonly sensitive: boolean }>>;

/** What was printed, in both forms. */
export function printed(raw: string): Pick<Run, "output" | "text"> {
  // eslint's no-control-regex is right about typos; these are the escapes that colour a terminal.
  const output = raw.replaceAll(new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*[A-Za-z]`, "g"), "");
  return { output, text: output.replaceAll(/[│╷╵]/g, "").replaceAll(/\s+/g, " ") };
}

/** A copy of the project with its own state, used as users use it: through cdktf, and through Terraform in the synthesized folder. */
export class Project {
  public readonly folder = mkdtempSync(join(tmpdir(), "redis-e2e-"));
  private readonly values: Readonly<Record<string, string>>;
  private readonly known = new Map<string, { readonly written: number; readonly outputs: Outputs }>();

  constructor(network: Network, email = "oncall@example.com") {
    for (const path of ["main.ts", "app.ts", "stacks", "scripts", "cdktf.json", "package.json", "tsconfig.json"])
      cpSync(join(root, path), join(this.folder, path), { recursive: true });
    symlinkSync(join(root, "node_modules"), join(this.folder, "node_modules"));
    // Its context may name the bucket of a live state.
    const settings = JSON.parse(readFileSync(join(root, "cdktf.json"), "utf8")) as object;
    writeFileSync(join(this.folder, "cdktf.json"), JSON.stringify({ ...settings, context: {} }));
    this.values = {
      // The provider refuses another one, should the credentials change while the tests run.
      TF_VAR_account_id: process.env.E2E_ACCOUNT_ID ?? "",
      TF_VAR_vpc_id: network.vpcId,
      TF_VAR_vpc_cidr: network.cidr,
      TF_VAR_private_subnet_ids: JSON.stringify(network.subnetIds),
      TF_VAR_notification_email: email,
    };
  }

  public synth(environment: NodeJS.ProcessEnv = {}): Run {
    return this.run("cdktf synth", "node_modules/.bin/cdktf", ["synth"], this.folder, environment);
  }

  /**
   * Deploys a stack by the app and Terraform alone, which takes two thirds of the processor time of `cdktf deploy` (11 seconds instead of 17,
   * measured). The lives of a stack are tested with `deploy`.
   */
  public apply(stack: string, environment: NodeJS.ProcessEnv = {}): Run {
    const written = this.written(stack, environment);
    return written.ok ? this.terraform(stack, ["apply", "-auto-approve", "-input=false"], environment) : written;
  }

  /** Destroys a stack in the same way. */
  public takeDown(stack: string, environment: NodeJS.ProcessEnv = {}): Run {
    const written = this.written(stack, environment);
    return written.ok ? this.terraform(stack, ["destroy", "-auto-approve", "-input=false"], environment) : written;
  }

  /** Synthesizes, and initializes what is not yet. */
  private written(stack: string, environment: NodeJS.ProcessEnv): Run {
    const synth = this.run("node main.ts", "node", ["--import", "tsx", "main.ts"], this.folder, environment);
    if (!synth.ok || this.isInitialized(stack)) return synth;
    return this.terraform(stack, ["init", "-input=false"], environment);
  }

  /** Several stacks, separated by spaces, are deployed at once. */
  public deploy(stacks: string, environment: NodeJS.ProcessEnv = {}): Run {
    return this.run(
      `cdktf deploy ${stacks}`,
      "node_modules/.bin/cdktf",
      ["deploy", ...stacks.split(" "), "--auto-approve"],
      this.folder,
      environment,
    );
  }

  /** Several stacks, separated by spaces, are destroyed at once. */
  public destroy(stacks: string, environment: NodeJS.ProcessEnv = {}): Run {
    return this.run(
      `cdktf destroy ${stacks}`,
      "node_modules/.bin/cdktf",
      ["destroy", ...stacks.split(" "), "--auto-approve"],
      this.folder,
      environment,
    );
  }

  /** A command of package.json. */
  public npm(command: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): Run {
    return this.run(
      `npm run ${command} -- ${args.join(" ")}`,
      "npm",
      ["run", "--silent", command, "--", ...args],
      this.folder,
      // npm passes on where it was called.
      { INIT_CWD: undefined, ...environment },
    );
  }

  /** The documented command that restores a snapshot. */
  public restore(stack: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): Run {
    return this.run(
      `npm run restore -- ${stack} ${args.join(" ")}`,
      "npm",
      ["run", "--silent", "restore", "--", stack, "--auto-approve", ...args],
      this.folder,
      // npm passes on where it was called.
      { INIT_CWD: undefined, ...environment },
    );
  }

  /** The same, with Ctrl-C in its terminal as soon as `moment` has come; answers how it ended. */
  public async interruptRestore(
    stack: string,
    args: readonly string[],
    moment: Moment,
    environment: NodeJS.ProcessEnv = {},
  ): Promise<{ readonly code: number | null; readonly text: string }> {
    return Background.run(
      `npm run restore -- ${stack} ${args.join(" ")}`,
      ["node", "--import", "tsx", "scripts/cli.ts", "restore", stack, "--auto-approve", ...args],
      { cwd: this.folder, env: { ...process.env, CI: "1", INIT_CWD: undefined, ...this.values, ...environment } },
      moment,
      (command) => {
        command.signal("SIGINT");
      },
    );
  }

  /** Terraform in the folder that a synth or deploy wrote. */
  public terraform(
    stack: string,
    [command = "", ...args]: readonly string[],
    environment: NodeJS.ProcessEnv = {},
  ): Run {
    const folder = join(this.folder, "cdktf.out/stacks", stack);
    if (command !== "init") dropChecksums(folder);
    return this.run(
      `terraform ${[command, ...args].join(" ")} (${stack})`,
      terraformBinary,
      // The subcommands of state have no such option, and no colors.
      command === "state" ? [command, ...args] : [command, "-no-color", ...args],
      folder,
      environment,
    );
  }

  /** `npm run recover`. */
  public recover(stack: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): Run {
    return this.run(
      `npm run recover -- ${[stack, ...args].join(" ")}`,
      "npm",
      ["run", "--silent", "recover", "--", stack, ...args],
      this.folder,
      environment,
    );
  }

  /** `npm run restore-test`. */
  public restoreTest(stack: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): Run {
    return this.run(
      `npm run restore-test -- ${[stack, ...args].join(" ")}`,
      "npm",
      ["run", "--silent", "restore-test", "--", stack, ...args],
      this.folder,
      { INIT_CWD: undefined, ...environment },
    );
  }

  /** Begins Terraform in the synthesized folder, and does something as soon as `moment` has come. */
  public async during(
    stack: string,
    command: "apply" | "destroy",
    moment: Moment,
    act: (terraform: Background) => void,
    environment: NodeJS.ProcessEnv = {},
  ): Promise<Run> {
    const folder = join(this.folder, "cdktf.out/stacks", stack);
    dropChecksums(folder);
    const { code, text } = await Background.run(
      `terraform ${command} (${stack})`,
      [terraformBinary, command, "-no-color", "-auto-approve", "-input=false"],
      {
        cwd: folder,
        env: { ...process.env, ...this.values, ...environment },
      },
      moment,
      act,
    );
    return { ok: code === 0, ...printed(text) };
  }

  /** Kills Terraform (kill -9) as soon as `moment` has come. */
  public async kill(
    stack: string,
    command: "apply" | "destroy",
    moment: Moment,
    environment: NodeJS.ProcessEnv = {},
  ): Promise<void> {
    const kill = (terraform: Background): void => {
      terraform.signal("SIGKILL");
    };
    await this.during(stack, command, moment, kill, environment);
  }

  /** The file of the local state of a stack. */
  public stateOf(stack: string): string {
    return join(this.folder, `terraform.${stack}.tfstate`);
  }

  /** Whether Terraform was initialized in the folder of a stack. */
  public isInitialized(stack: string): boolean {
    return existsSync(join(this.folder, "cdktf.out/stacks", stack, ".terraform"));
  }

  /** Whether the local state of a stack knows of anything. */
  public isDeployed(stack: string): boolean {
    const file = this.stateOf(stack);
    // Empty when Terraform was killed while it wrote it.
    if (!existsSync(file) || statSync(file).size === 0) return false;
    return (JSON.parse(readFileSync(file, "utf8")) as { resources: object[] }).resources.length > 0;
  }

  /** Loses the local state of a stack. */
  public loseState(stack: string): void {
    rmSync(this.stateOf(stack));
  }

  /** Terraform is asked once for each time that it wrote a local state. */
  public outputs(stack: string): Outputs {
    const state = this.stateOf(stack);
    const written = existsSync(state) ? statSync(state).mtimeMs : NaN;
    const known = this.known.get(stack);
    if (known?.written === written) return known.outputs;
    const outputs = this.answer(join("cdktf.out/stacks", stack), ["output", "-json"]) as Outputs;
    this.known.set(stack, { written, outputs });
    return outputs;
  }

  /** `npm run hcl` for every stack. */
  public writeHcl(environment: NodeJS.ProcessEnv = {}): Run {
    return this.run("npm run hcl", "npm", ["run", "--silent", "hcl"], this.folder, environment);
  }

  /** Terraform in the folder that `npm run hcl` wrote. */
  public terraformInHcl(stack: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): Run {
    const folder = join(this.folder, "hcl", stack);
    const what = `terraform ${args.join(" ")} (hcl/${stack})`;
    if (args[0] !== "init") dropChecksums(folder);
    return this.run(what, terraformBinary, [...args, "-no-color"], folder, environment);
  }

  /** What a plan file of one of the two folders says. */
  public showPlan(form: "hcl" | "cdktf.out/stacks", stack: string, file: string): Readonly<Record<string, unknown>> {
    return this.answer(join(form, stack), ["show", "-json", file]) as ReturnType<Project["showPlan"]>;
  }

  public remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** @throws with what Terraform said, when it does not answer. */
  private answer(folder: string, args: readonly string[]): unknown {
    dropChecksums(join(this.folder, folder));
    const { status, stdout, stderr } = spawnSync(terraformBinary, args, {
      cwd: join(this.folder, folder),
      encoding: "utf8",
      maxBuffer: 256 * 1024 * 1024,
    });
    if (status !== 0) throw new Error(`terraform ${args.join(" ")} in ${folder}:\n${stderr}`);
    return JSON.parse(stdout);
  }

  private run(what: string, command: string, args: readonly string[], cwd: string, extra: NodeJS.ProcessEnv): Run {
    const began = Date.now();
    const { status, stdout, stderr } = spawnSync(command, args, {
      cwd,
      encoding: "utf8",
      maxBuffer: 256 * 1024 * 1024,
      // cdktf draws its progress as a person reads it, unless it is told that nobody looks.
      env: { ...process.env, CI: "1", ...this.values, ...extra },
    });
    const seconds = ((Date.now() - began) / 1000).toFixed(0);
    const ok = status === 0;
    // Some are meant to fail.
    process.stderr.write(`${seconds.padStart(6)} s  exit ${status ?? "by a signal"}  ${what}\n`);
    return { ok, ...printed(`${stdout}${stderr}`) };
  }
}

/** Fails with what was printed, from the first error on where there is one. */
export function expectOk({ ok, output }: Run): void {
  const lines = output.split("\n");
  const first = lines.findIndex((line) => line.includes("Error: "));
  expect(ok ? "" : lines.slice(Math.max(first, 0)).join("\n")).toBe("");
}

export function expectNoChanges(project: Project, stack: string, environment: NodeJS.ProcessEnv = {}): void {
  const plan = project.terraform(stack, ["plan", "-detailed-exitcode"], environment);
  expect(plan.ok && plan.text.includes("No changes.") ? "" : plan.output).toBe("");
}
