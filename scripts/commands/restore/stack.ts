import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Refusal } from "../../shared/aws-sdk";
import { terraformBinary } from "../../shared/terraform-binary";
import type { Options } from "./options";

/** What a deploy of the stack with these values would be. */
export interface Planned {
  readonly region: string;
  /** What its physical names begin with, e.g. `dev-redis`. */
  readonly name: string;
  readonly replicationGroupId: string;
  readonly engine: string;
  /** As people write it, e.g. `7.1`. */
  readonly version: string;
  readonly nodeType: string;
}

interface Synthesized {
  readonly resource: {
    readonly aws_elasticache_replication_group?: { readonly redis: { lifecycle: { prevent_destroy?: boolean } } };
  };
}

/** The stack that is restored into, through cdktf and Terraform as users run them. */
export class Stack {
  private readonly folder: string;

  constructor(private readonly options: Options) {
    this.folder = join("cdktf.out", "stacks", options.stack);
  }

  /**
   * Writes its Terraform and gets its providers.
   *
   * @throws if there is no such stack, or it has no cache.
   */
  public synth(environment: NodeJS.ProcessEnv = process.env): void {
    this.run("npx", ["cdktf", "synth"], ".", environment);
    const { stacks } = JSON.parse(readFileSync("cdktf.out/manifest.json", "utf8")) as { stacks: object };
    const withCache = Object.keys(stacks).filter(
      (name) => synthesized(name).resource.aws_elasticache_replication_group !== undefined,
    );
    const { stack } = this.options;
    if (!withCache.includes(stack))
      throw new Refusal(
        `${stack in stacks ? `${stack} has no cache to restore into` : `There is no stack ${stack}`}. Name one of ${withCache.join(", ")}.`,
      );
    this.run(terraformBinary, ["init", "-input=false"], this.folder, environment);
  }

  public planned(): Planned {
    const wanted =
      "jsonencode({ region = local.region, name = local.name, replicationGroupId = local.replication_group_id, engine = var.engine, version = var.redis_version, nodeType = var.node_type })\n";
    const answer = this.run(terraformBinary, ["console", ...this.values()], this.folder, process.env, wanted);
    // The console writes a string as Terraform does, in which JSON is a JSON string.
    return JSON.parse(JSON.parse(answer.trim().split("\n").at(-1) ?? "") as string) as Planned;
  }

  /** Whether its Terraform refuses to destroy or replace the cache. */
  public isProtected(): boolean {
    const { aws_elasticache_replication_group: group } = synthesized(this.options.stack).resource;
    return group?.redis.lifecycle.prevent_destroy ?? false;
  }

  /** What the last backup will be called when the live cache is destroyed: null when none is taken, or nothing was deployed. */
  public finalSnapshot(): string | null {
    const outputs = JSON.parse(this.run(terraformBinary, ["output", "-json"], this.folder)) as Partial<
      Record<string, { value: string | null }>
    >;
    const name = outputs.final_snapshot_name?.value ?? "";
    return name === "" ? null : name;
  }

  /** @throws with what Terraform says, if it refuses the deploy: values that are missing or not accepted, a state that is locked. */
  public planRestored(snapshot: string): void {
    const { status, stderr } = this.plan(this.restored(snapshot));
    if (status !== 0) throw new Refusal(`Nothing was changed, because Terraform refuses the deploy:\n${stderr}`);
  }

  /**
   * Deploys with the cache created from the snapshot, and waits until that has ended. Ctrl-C reaches Terraform too, which ends what it
   * has begun and writes the state; `cdktf deploy` would not wait for that.
   */
  public async deployRestored(snapshot: string): Promise<"restored" | "failed" | "interrupted"> {
    const interruption = new AbortController();
    const interrupt = (): void => {
      interruption.abort();
    };
    process.on("SIGINT", interrupt);
    try {
      const approval = this.options.autoApprove ? ["-auto-approve", "-input=false"] : [];
      const child = spawn(terraformBinary, ["apply", ...approval, ...this.restored(snapshot)], {
        cwd: this.folder,
        stdio: "inherit",
      });
      const [code] = (await once(child, "close")) as [number | null];
      return interruption.signal.aborted ? "interrupted" : code === 0 ? "restored" : "failed";
    } finally {
      process.off("SIGINT", interrupt);
    }
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
    const { status, stdout, stderr } = this.plan(["-detailed-exitcode", ...this.values()], plain);
    if (status !== 0 && status !== 2) throw new Error(`terraform plan failed:\n${stdout}${stderr}`);
    return status === 2;
  }

  /** What ends the cache's life, so that it is created from the snapshot. */
  private restored(snapshot: string): string[] {
    // The last value counts.
    return ["-replace=random_id.redis_final_snapshot", ...this.values(), `-var=restore_from_snapshot=${snapshot}`];
  }

  /** As Terraform takes them, with one hyphen. */
  private values(): string[] {
    return this.options.values.map((value) => value.slice(1));
  }

  private plan(args: readonly string[], env = process.env) {
    return spawnSync(terraformBinary, ["plan", "-input=false", "-no-color", ...args], {
      cwd: this.folder,
      env,
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
    });
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

const synthesized = (stack: string): Synthesized =>
  JSON.parse(readFileSync(join("cdktf.out", "stacks", stack, "cdk.tf.json"), "utf8")) as Synthesized;
