import { App, Testing, type TerraformStack } from "cdktf";
import { environments, type Environment } from "../../stacks/environments";
import { PolicyStack } from "../../stacks/backup-policy-stack";
import { RedisStack } from "../../stacks/redis-stack";
import { withoutCreationStacks } from "../../stacks/terraform/creation-stacks";
import type { Synthesized } from "./stacks";

// As main.ts does: a test that builds a stack takes a fraction of the time.
withoutCreationStacks();

/** Synthesizes one stack the way `cdktf synth` does: validations run, a backend is there, construct paths are left out. */
export function synthesize(create: (app: App) => TerraformStack): Synthesized {
  const stack = create(new App());
  stack.prepareStack();
  const synthesized = JSON.parse(Testing.synth(stack, true)) as unknown;
  return withoutMetadata(synthesized) as Synthesized;
}

/** The stacks of main.ts, by name. */
export const synthesizeAll = (): Readonly<Record<string, Synthesized>> => ({
  ...Object.fromEntries(
    Object.values<Environment>(environments).map((environment) => [
      `redis-${environment.name}`,
      synthesize((app) => new RedisStack(app, `redis-${environment.name}`, environment)),
    ]),
  ),
  "redis-backup-policy": synthesize((app) => new PolicyStack(app, "redis-backup-policy", { region: "ap-northeast-1" })),
});

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
