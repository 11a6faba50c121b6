import { Refusal } from "../../shared/aws-sdk";
import { partsOfName } from "../../../stacks/vault/keys";
import { refuseOtherEnvironment } from "../../shared/environment";
import { hasCache, writeStack, type WrittenStack } from "../../shared/synthesize";
import { assertOk, exitCodes, runInTerminal, terraformIn, type Terraform } from "../../shared/terraform";
import type { Options } from "../restore";

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
  /** null: cluster mode is disabled. */
  readonly shards: number | null;
  /** Tags of every resource. */
  readonly tags: Readonly<Record<string, string>>;
  /** ARN of the vault; null: backups are not copied. */
  readonly vault: string | null;
}

/** What a cache with the values of the stack would be surrounded by, whether the stack is deployed or not. */
export interface Surroundings {
  /** Of the parameter group, e.g. `redis7`. */
  readonly family: string;
  /** ARN of the KMS key; empty: the key of AWS. */
  readonly key: string;
  /** ID of the VPC. */
  readonly vpc: string;
  /** IDs of the subnets. */
  readonly subnets: readonly string[];
}

/** What a cache is created from: a snapshot, or the ARNs of files in S3. */
export type Source = { readonly snapshot: string } | { readonly files: readonly string[] };

/** The stack that is restored into. */
export class Stack {
  private readonly written: WrittenStack;
  private readonly terraform: Terraform;

  /** @throws if there is no such stack, or it has no cache. */
  constructor(
    private readonly options: Pick<Options, "stack" | "values" | "autoApprove" | "json">,
    private readonly env = process.env,
  ) {
    this.written = writeStack(options.stack, env, hasCache);
    this.terraform = terraformIn(this.written.folder, { values: options.values, env });
  }

  /** @throws unless the values are those of the stack's environment. */
  public refuseOtherEnvironment(): Promise<void> {
    return refuseOtherEnvironment(this.written, this.options.values, this.env);
  }

  /** Prepares the folder for Terraform. */
  public initialize(): void {
    assertOk(this.terraform(["init"]), "terraform init failed:");
  }

  public planned(): Planned {
    const shards = "num_node_groups" in this.written.variable ? "var.num_node_groups" : "null";
    return this.evaluate(
      `{ region = local.region, name = local.name, replicationGroupId = local.replication_group_id, engine = var.engine, version = var.redis_version, nodeType = var.node_type, shards = ${shards}, tags = local.tags, vault = var.vault_bucket_arn }`,
    ) as Planned;
  }

  public surroundings(): Surroundings {
    return this.evaluate(
      "{ family = local.redis_family, key = local.cache_key, vpc = var.vpc_id, subnets = var.private_subnet_ids }",
    ) as Surroundings;
  }

  private evaluate(expression: string): unknown {
    const run = this.terraform(["console"], { input: `jsonencode(${expression})\n` });
    const { stdout } = assertOk(run, "Terraform does not accept these values:");
    // The console prints a string as an HCL literal, and JSON in one is a JSON string.
    return JSON.parse(JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as string);
  }

  /** Whether its Terraform refuses to destroy or replace the cache. */
  public isProtected(): boolean {
    const { redis } = (this.written.resource.aws_elasticache_replication_group ?? {}) as {
      readonly redis?: { readonly lifecycle: { readonly prevent_destroy?: boolean } };
    };
    return redis?.lifecycle.prevent_destroy ?? false;
  }

  /** What its cache is called in the keys of the vault. */
  public nameInVault(): string {
    const prefix = String(this.written.locals?.vault_key_prefix).replace(/\$\{[^}]*\}/, "000000000000");
    return partsOfName(`${prefix}000000`)?.cache ?? "";
  }

  /** The name of its landing bucket; empty when it has none. */
  public landingBucket(): string {
    return this.output("vault_landing_bucket") ?? "";
  }

  /** The name of the final snapshot of the live cache; null when none will be taken, or nothing was deployed. */
  public finalSnapshot(): string | null {
    const name = this.output("final_snapshot_name");
    return name === undefined || name === "" ? null : name;
  }

  private output(name: string): string | undefined {
    const { stdout } = assertOk(this.terraform(["output", "-json"]), "The outputs of the stack cannot be read:");
    return (JSON.parse(stdout) as Readonly<Record<string, { readonly value: string } | undefined>>)[name]?.value;
  }

  /** @throws with what Terraform says, if it refuses the deploy: values that are missing or not accepted, a state that is locked. */
  public planRestored(source: Source): void {
    assertOk(
      this.terraform(["plan", ...restored(source)]),
      "Nothing was changed, because Terraform refuses the deploy:",
    );
  }

  /** Deploys with the cache created from the backup. */
  public deployRestored(source: Source): ReturnType<typeof runInTerminal> {
    const approval = this.options.autoApprove === true ? ["-auto-approve"] : [];
    return runInTerminal(this.written.folder, ["apply", ...approval, ...this.options.values, ...restored(source)], {
      env: this.env,
      stdout: this.options.json === true ? "stderr" : "inherit",
    });
  }

  /** Whether a deploy would change anything. */
  public hasChanges(): boolean {
    const run = this.terraform(["plan", exitCodes]);
    if (!run.ok && run.status !== 2) throw new Refusal(`terraform plan failed:\n\n${run.text}`);
    return !run.ok;
  }
}

/** What ends the cache's incarnation, so that it is created from the snapshot. The last value of a variable counts. */
const restored = (source: Source): string[] => [
  "-replace=random_id.redis_final_snapshot",
  "files" in source
    ? `-var=restore_from_vault=${JSON.stringify(source.files)}`
    : `-var=restore_from_snapshot=${source.snapshot}`,
];
