import { remembered } from "./remembered";
import { synthesizeAll } from "./synthesize";

/** The parts of a synthesized stack that tests read; everything is a Terraform JSON value. */
export interface Synthesized {
  readonly terraform: { readonly backend: Readonly<Record<string, object>>; readonly required_version: string };
  readonly variable: Readonly<Record<string, VariableBlock>>;
  readonly output: Readonly<Record<string, { readonly description: string; readonly value: unknown }>>;
  readonly locals: Readonly<Record<string, unknown>>;
  readonly resource: Readonly<Record<string, Readonly<Record<string, Block>>>>;
  readonly data: Readonly<Record<string, Readonly<Record<string, Block>>>>;
  readonly check: Readonly<Record<string, object>>;
}

export type Block = Readonly<Record<string, unknown>>;

export interface VariableBlock {
  readonly type: string;
  readonly description: string;
  readonly default?: unknown;
  readonly nullable: boolean;
  readonly validation?: readonly { readonly condition: string; readonly error_message: string }[];
}

const policy = "redis-backup-policy";
const sharded = "redis-sharded";
const vault = "redis-vault";
const synthesized = remembered(() => synthesizeAll());

/** The stacks of main.ts, and that of the example with shards, each as `cdktf synth` writes it. */
export const everyStack: Readonly<Record<string, () => Synthesized>> = Object.fromEntries(
  Object.entries(synthesized).map(([name, stack]) => [name, () => stack]),
);

/** The stacks of main.ts. */
export const stacks: typeof everyStack = Object.fromEntries(
  Object.entries(everyStack).filter(([name]) => name !== sharded),
);

/** The stacks of environments. */
export const environmentStacks: typeof stacks = Object.fromEntries(
  Object.entries(stacks).filter(([name]) => name !== policy && name !== vault),
);

/** The stack of examples/sharded. */
export const shardedStack = (): Synthesized => stackNamed(sharded);
export const policyStack = (): Synthesized => stackNamed(policy);
export const vaultStack = (): Synthesized => stackNamed(vault);

function stackNamed(name: string): Synthesized {
  const stack = everyStack[name];
  if (stack === undefined) throw new Error(`There is no stack ${name}.`);
  return stack();
}
