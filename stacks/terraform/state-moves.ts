import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "./input-error";
import type { StateBucket } from "./backend";

export interface StatePlaces {
  /** Names of the stacks. */
  readonly stacks: readonly string[];
  /** Where the settings of this run keep the state. @default - in local files */
  readonly state?: StateBucket;
  /** The stack whose state is being moved (`MOVE_STATE_STACK`): nothing is refused then. @default - none */
  readonly moved?: string;
  /** The folder of cdktf.json, which has local states. */
  readonly folder: string;
  /** The folder that is synthesized to, where Terraform keeps what it was initialized with. */
  readonly outdir: string;
}

/** What `terraform init` wrote of the backend. */
interface Initialized {
  readonly backend?: {
    readonly type?: string;
    readonly config?: { readonly bucket?: string; readonly key?: string; readonly region?: string };
  };
}

/**
 * Refuses a run whose settings keep the state of a stack in another place than earlier runs, e.g. because `STATE_BUCKET` is not set in a new
 * shell. Such a run would find no state and create the resources a second time, so that two states disagree.
 *
 * Earlier runs are known from this machine only: from local states, and from the backend that Terraform was initialized with in `outdir`.
 * A fresh clone has neither. Settings in cdktf.json (`stateBucket`) are in every clone.
 *
 * @throws InputError for the first stack whose state is elsewhere, or if `moved` is none of the stacks
 */
export function refuseForgottenState({ stacks, state, moved, folder, outdir }: StatePlaces): void {
  if (moved !== undefined && moved !== "") {
    if (stacks.includes(moved)) return;
    throw new InputError(
      `Invalid MOVE_STATE_STACK ${JSON.stringify(moved)}: this app has no such stack. Set it to one of ${stacks.join(", ")}.`,
    );
  }
  for (const stack of stacks) {
    const file = `terraform.${stack}.tfstate`;
    if (state !== undefined && hasResources(join(folder, file)))
      throw new InputError(
        `Invalid STATE_BUCKET ${JSON.stringify(state.bucket)} for ${stack}: its state is in the local file ${file}, and the bucket would be a second one. To keep the local state, unset STATE_BUCKET and STATE_REGION (stateBucket and stateRegion in cdktf.json). To move the state, or if it was moved, follow docs/operations.md#move-the-state.`,
      );
    const before = initializedWith(join(outdir, "stacks", stack, ".terraform/terraform.tfstate"));
    if (before === undefined || before === place(stack, state)) continue;
    throw new InputError(
      `Invalid state settings of ${stack}: the last run on this machine kept the state in ${before}, and this one would keep it in ${place(stack, state) ?? `the local file ${file}`}. Set STATE_BUCKET, STATE_REGION and STATE_KEY_PREFIX as before, best as stateBucket, stateRegion and stateKeyPrefix in the context of cdktf.json, which no shell forgets. To move the state, follow docs/operations.md#move-the-state.`,
    );
  }
}

const place = (stack: string, state?: StateBucket): string | undefined => {
  if (state === undefined) return undefined;
  const prefix = state.keyPrefix === undefined ? "" : `${state.keyPrefix.replace(/\/+$/, "")}/`;
  return `s3://${state.bucket}/${prefix}${stack}.tfstate`;
};

/** The bucket and key that Terraform was initialized with; undefined where that is unknown, or a local file. */
function initializedWith(file: string): string | undefined {
  const { backend } = (read(file) ?? {}) as Initialized;
  if (backend?.type !== "s3") return undefined;
  return `s3://${backend.config?.bucket ?? ""}/${backend.config?.key ?? ""}`;
}

/** Whether a local state has anything. One that cannot be read, e.g. since OpenTofu encrypts it, may have. */
function hasResources(file: string): boolean {
  if (!existsSync(file)) return false;
  const { resources } = (read(file) ?? { resources: [undefined] }) as { readonly resources?: readonly unknown[] };
  return resources === undefined || resources.length > 0;
}

function read(file: string): unknown {
  try {
    const text = readFileSync(file, "utf8");
    return text.trim() === "" ? { resources: [] } : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}
