import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Options } from "./options";

const terraformBinary = process.env.TERRAFORM_BINARY_NAME ?? "terraform";

/** What a deploy of the stack with these values would be. */
export interface Planned {
  readonly region: string;
  /** What its physical names begin with, e.g. `dev-redis`. */
  readonly name: string;
  readonly replicationGroupId: string;
  readonly engine: string;
  readonly nodeType: string;
}

/** The stack that is restored into, through cdktf and Terraform as users run them. */
export class Stack {
  private readonly folder: string;

  constructor(private readonly options: Options) {
    this.folder = join("cdktf.out", "stacks", options.stack);
  }

  /** Writes its Terraform and gets its providers. */
  public synth(environment: NodeJS.ProcessEnv = process.env): void {
    this.run("npx", ["cdktf", "synth"], ".", environment);
    this.run(terraformBinary, ["init", "-input=false"], this.folder, environment);
  }

  public planned(): Planned {
    const wanted =
      "jsonencode({ region = local.region, name = local.name, replicationGroupId = local.replication_group_id, engine = var.engine, nodeType = var.node_type })\n";
    const answer = this.run(
      terraformBinary,
      ["console", ...this.options.values.map((value) => value.slice(1))],
      this.folder,
      process.env,
      wanted,
    );
    // The console writes a string as Terraform does, in which JSON is a JSON string.
    return JSON.parse(JSON.parse(answer.trim().split("\n").at(-1) ?? "") as string) as Planned;
  }

  /** Whether its Terraform refuses to destroy or replace the cache. */
  public isProtected(): boolean {
    const { resource } = JSON.parse(readFileSync(join(this.folder, "cdk.tf.json"), "utf8")) as {
      resource: { aws_elasticache_replication_group: { redis: { lifecycle: { prevent_destroy?: boolean } } } };
    };
    return resource.aws_elasticache_replication_group.redis.lifecycle.prevent_destroy ?? false;
  }

  /** What the last backup will be called when the live cache is destroyed: null when none is taken, or nothing was deployed. */
  public finalSnapshot(): string | null {
    const outputs = JSON.parse(this.run(terraformBinary, ["output", "-json"], this.folder)) as Partial<
      Record<string, { value: string | null }>
    >;
    const name = outputs.final_snapshot_name?.value ?? "";
    return name === "" ? null : name;
  }

  /** Deploys with the cache's life ended, so that it is created from the snapshot. `file` has the values that come last. */
  public deployRestored(file: string): void {
    const replace = "-replace=random_id.redis_final_snapshot";
    this.show(
      "npx",
      ["cdktf", "deploy", this.options.stack, ...this.approval(), ...this.options.values, `--var-file=${file}`],
      {
        ...process.env,
        TF_CLI_ARGS_apply: [process.env.TF_CLI_ARGS_apply, replace].filter(Boolean).join(" "),
      },
    );
  }

  /** Whether a plain deploy would change anything. */
  public hasChanges(): boolean {
    // Undefined variables are not passed on.
    const plain: NodeJS.ProcessEnv = {
      ...process.env,
      UNPROTECT_STACK: undefined,
      UPGRADE_STACK: undefined,
      ROTATE_AUTH_STACK: undefined,
    };
    this.synth(plain);
    const args = ["plan", "-input=false", "-detailed-exitcode", ...this.options.values.map((value) => value.slice(1))];
    const { status, stdout, stderr } = spawnSync(terraformBinary, args, {
      cwd: this.folder,
      env: plain,
      encoding: "utf8",
    });
    if (status !== 0 && status !== 2) throw new Error(`terraform plan failed:\n${stdout}${stderr}`);
    return status === 2;
  }

  private approval(): string[] {
    return this.options.autoApprove ? ["--auto-approve"] : [];
  }

  private show(command: string, args: readonly string[], env: NodeJS.ProcessEnv): void {
    const { status } = spawnSync(command, args, { env, stdio: "inherit" });
    if (status !== 0) throw new Error(`${command} ${args.slice(0, 3).join(" ")} failed; see above.`);
  }

  private run(command: string, args: readonly string[], cwd: string, env = process.env, input?: string): string {
    const { status, stdout, stderr, error } = spawnSync(command, args, {
      cwd,
      env,
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
      ...(input !== undefined && { input }),
    });
    if (status !== 0)
      throw new Error(`${command} ${args.slice(0, 2).join(" ")} failed:\n${error?.message ?? ""}${stdout}${stderr}`);
    return stdout;
  }
}
