import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { terraformBinary } from "../../support/terraform";
import { printed, type Run } from "./project";

const root = resolve(__dirname, "../../..");

/**
 * A copy of examples/host-app. The package is the packed tarball; the packages beside it are those that the project has installed, in the
 * versions that the example pins. `npm run test:package` verifies that npm installs the same.
 */
export class HostApp {
  public readonly folder = mkdtempSync(join(tmpdir(), "host-app-"));

  constructor() {
    cpSync(join(root, "examples/host-app"), this.folder, { recursive: true });
    const modules = join(this.folder, "node_modules");
    const own = join(modules, "elasticache-redis-backup");
    mkdirSync(own, { recursive: true });
    for (const name of readdirSync(join(root, "node_modules")))
      symlinkSync(join(root, "node_modules", name), join(modules, name));
    const [packed] = JSON.parse(
      execFileSync("npm", ["pack", "--json", "--pack-destination", this.folder], { cwd: root, encoding: "utf8" }),
    ) as { filename: string }[];
    const tarball = join(this.folder, packed?.filename ?? "");
    execFileSync("tar", ["-xzf", tarball, "--strip-components=1", "-C", own]);
  }

  /** The command that the example's README has. */
  public cdktf(command: "deploy" | "destroy", stacks: readonly string[], environment: NodeJS.ProcessEnv = {}): Run {
    return this.run("node_modules/.bin/cdktf", [command, ...stacks, "--auto-approve"], this.folder, environment);
  }

  /** Terraform in the folder of a stack. */
  public terraform(stack: string, command: string, ...args: readonly string[]): Run {
    const folder = join(this.folder, "cdktf.out/stacks", stack);
    return this.run(terraformBinary, [command, "-no-color", ...args], folder);
  }

  public outputs(stack: string): Readonly<Record<string, { readonly value: unknown }>> {
    return this.read(stack, "output") as ReturnType<HostApp["outputs"]>;
  }

  /** What the app's own stack created. */
  public network(): { vpc: string; subnets: readonly string[]; servers: string; pager: string } {
    const { values } = this.read("network", "show") as {
      values: { root_module: { resources: { type: string; values: { id: string } }[] } };
    };
    const ids = (type: string): string[] =>
      values.root_module.resources.filter((one) => one.type === type).map((one) => one.values.id);
    return {
      vpc: ids("aws_vpc")[0] ?? "",
      subnets: ids("aws_subnet").sort(),
      servers: ids("aws_security_group")[0] ?? "",
      pager: ids("aws_sns_topic")[0] ?? "",
    };
  }

  public remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private read(stack: string, command: "output" | "show"): unknown {
    const cwd = join(this.folder, "cdktf.out/stacks", stack);
    return JSON.parse(
      execFileSync(terraformBinary, [command, "-json"], { cwd, encoding: "utf8", maxBuffer: 256 * 1024 * 1024 }),
    );
  }

  private run(command: string, args: readonly string[], cwd: string, extra: NodeJS.ProcessEnv = {}): Run {
    const began = Date.now();
    const { status, stdout, stderr } = spawnSync(command, args, {
      cwd,
      encoding: "utf8",
      maxBuffer: 256 * 1024 * 1024,
      // The provider refuses another account, should the credentials change while the tests run.
      env: { ...process.env, CI: "1", TF_INPUT: "0", TF_VAR_account_id: process.env.E2E_ACCOUNT_ID, ...extra },
    });
    const seconds = ((Date.now() - began) / 1000).toFixed(0);
    process.stderr.write(`${seconds.padStart(6)} s  exit ${status ?? "by a signal"}  ${args.join(" ")}\n`);
    return { ok: status === 0, ...printed(`${stdout}${stderr}`) };
  }
}
