import { App, TerraformStack, Testing } from "cdktf";
import { buildApp } from "../../app";
import { sharded } from "../../examples/sharded/environment";
import { RedisStack } from "../../stacks/redis-stack";
import { withoutCreationStacks } from "../../stacks/terraform/creation-stacks";
import type { Synthesized } from "./stacks";

// As main.ts does: a test that builds a stack takes a fraction of the time.
withoutCreationStacks();

/** Synthesizes one stack the way `cdktf synth` does: validations run, a backend is there, construct paths are left out. */
export function synthesize(create: (app: App) => TerraformStack): Synthesized {
  return synthesized(create(new App()));
}

function synthesized(stack: TerraformStack): Synthesized {
  stack.prepareStack();
  return withoutMetadata(JSON.parse(Testing.synth(stack, true))) as Synthesized;
}

/** The stacks of main.ts, and the one of the example with shards, by name. */
export function synthesizeAll(): Readonly<Record<string, Synthesized>> {
  const app = buildApp();
  new RedisStack(app, "redis-sharded", sharded);
  return Object.fromEntries(
    app.node.children
      .filter((child) => child instanceof TerraformStack)
      .map((stack) => [stack.node.id, synthesized(stack)]),
  );
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
