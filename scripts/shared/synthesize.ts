import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { TerraformStack, type App, type AppConfig } from "cdktf";
import { buildApp } from "../../app";
import { synthesize } from "../../stacks/terraform/synthesize";
import { withoutCreationStacks } from "../../stacks/terraform/creation-stacks";
import { Refusal } from "./aws-sdk";

/** The project's folder. */
export const root = resolve(__dirname, "../..");

/** What commands and documents read of a stack's Terraform JSON. */
export interface Stack {
  readonly terraform: object;
  readonly provider: { readonly aws: readonly [{ readonly region: string }] };
  readonly variable: Readonly<Record<string, Variable>>;
  readonly output: Readonly<Record<string, { readonly description: string }>>;
  readonly resource: Readonly<Record<string, Readonly<Record<string, Block>>>>;
  readonly locals?: Readonly<Record<string, unknown>>;
  readonly import?: readonly { readonly to: string }[];
}

export interface Variable {
  readonly type: string;
  readonly description: string;
  readonly default?: unknown;
  readonly validation?: readonly { readonly condition: string; readonly error_message: string }[];
}

export type Block = Readonly<Record<string, unknown>>;

/** The app as `cdktf synth` builds it; nothing is written. */
function build(env: NodeJS.ProcessEnv, config: AppConfig = {}): App {
  withoutCreationStacks();
  const { context } = JSON.parse(readFileSync(join(root, "cdktf.json"), "utf8")) as {
    context?: Record<string, unknown>;
  };
  return buildApp(env, { context, ...config });
}

/** The stacks of the app, by name. */
export const stacksOf = (env = process.env): Readonly<Record<string, TerraformStack>> =>
  Object.fromEntries(
    build(env)
      .node.findAll()
      .filter((construct) => TerraformStack.isStack(construct))
      .map((stack) => [stack.node.id, stack]),
  );

/** The Terraform JSON of a stack. */
export function jsonOf(stack: TerraformStack): Stack {
  stack.prepareStack();
  return JSON.parse(JSON.stringify(stack.toTerraform())) as Stack;
}

/** A stack of the app that is written where Terraform runs. */
export interface WrittenStack extends Stack {
  readonly name: string;
  readonly folder: string;
}

/**
 * Writes the stacks of the app as `cdktf synth` does, and answers one of them.
 *
 * @param env the settings of the run, e.g. UPGRADE_STACK
 * @param accepts which stacks the command is for @default - all
 * @throws Refusal if there is no such stack.
 */
export function writeStack(
  name: string,
  env = process.env,
  accepts: (stack: Stack) => boolean = () => true,
): WrittenStack {
  const outdir = join(root, "cdktf.out");
  // Where cdktf was told to write does not count here, so the path of a local state does not depend on it either.
  const app = build({ ...env, CDKTF_OUTDIR: undefined }, { outdir });
  const stacks = app.node.children.filter((child) => TerraformStack.isStack(child));
  const accepted = stacks.filter((stack) => accepts(jsonOf(stack)));
  if (!accepted.some(({ node }) => node.id === name))
    throw new Refusal(
      `Invalid stack ${JSON.stringify(name)}: ${stacks.some(({ node }) => node.id === name) ? "it has no cache" : "the app has no such stack"}. Choose one of ${accepted.map(({ node }) => node.id).join(", ")}.`,
    );
  synthesize(app);
  const folder = join(outdir, "stacks", name);
  return { ...(JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8")) as Stack), name, folder };
}

export const hasCache = ({ resource }: Stack): boolean => resource.aws_elasticache_replication_group !== undefined;
