import { App, Testing, type TerraformStack } from "cdktf";
import { environments, type Environment } from "../../stacks/environments";
import { PolicyStack } from "../../stacks/policy-stack";
import { RedisStack } from "../../stacks/redis-stack";

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

/** Synthesizes one stack the way `cdktf synth` does: validations run, a backend is there, construct paths are left out. */
export function synthesize(create: (app: App) => TerraformStack): Synthesized {
  const stack = create(new App());
  stack.prepareStack();
  const synthesized = JSON.parse(Testing.synth(stack, true)) as unknown;
  return withoutMetadata(synthesized) as Synthesized;
}

/** The stacks of environments. */
export const environmentStacks: Readonly<Record<string, () => Synthesized>> = Object.fromEntries(
  Object.values<Environment>(environments).map((environment) => [
    `redis-${environment.name}`,
    once(() => synthesize((app) => new RedisStack(app, `redis-${environment.name}`, environment))),
  ]),
);

export const policyStack = once(() =>
  synthesize((app) => new PolicyStack(app, "redis-backup-policy", { region: "ap-northeast-1" })),
);

export const stacks: Readonly<Record<string, () => Synthesized>> = {
  ...environmentStacks,
  "redis-backup-policy": policyStack,
};

function once<Value>(make: () => Value): () => Value {
  let made: Value | undefined;
  return () => (made ??= make());
}

/** cdktf's own comments: versions and construct paths, which may change freely. */
function withoutMetadata(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutMetadata);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== "//")
      .map(([key, inner]) => [key, withoutMetadata(inner)]),
  );
}
