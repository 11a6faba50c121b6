import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { App, Testing } from "cdktf";
import { environments, type Environment } from "../../stacks/environments";
import { RedisStack } from "../../stacks/redis-stack";
import { changesInPlace } from "./adopt/changes";
import { entryFor, type OfTheStack } from "./adopt/entry";
import { entryFile, tfvarsFile } from "./adopt/files";
import { refuseName, settle, terraformJudge } from "./adopt/judge";
import { look } from "./adopt/look";
import { loneNodeReport, report } from "./adopt/report";
import { refuseOurs } from "./adopt/unfit";
import { valuesOf } from "./adopt/values";
import { Refusal } from "../shared/aws-sdk";
import { command } from "../shared/command";
import type { VariablesAndLocals } from "../shared/variables-alone";

const usage =
  "npm run adopt -- <replication group id or cache cluster id> [--region <Region>] [--environment <name, default prod>]";

interface Synthesized extends VariablesAndLocals<{ readonly default?: unknown }> {
  readonly provider: { readonly aws: readonly [{ readonly default_tags: readonly [{ readonly tags: object }] }] };
  readonly resource: {
    readonly aws_elasticache_replication_group: { readonly redis: { readonly tags: object } };
    readonly aws_elasticache_parameter_group: {
      readonly redis: { readonly parameter: readonly { readonly name: string }[] };
    };
  };
}

async function adopt(): Promise<void> {
  const { id, region, name } = wishes();
  const base = Object.values<Environment>(environments).find((environment) => environment.name === name);
  // Paths are made of it.
  if (base === undefined) refuseName(name);
  const live = await look({ id, region, progress });
  refuseOurs(id, live.tags);
  if (!("nodes" in live)) {
    console.log(loneNodeReport(live));
    return;
  }

  const ofTheStack = whatTheStackSets({ ...(base ?? environments.prod), adopted: null });
  const environment = entryFor(live, base ?? environments.prod, name, ofTheStack);
  progress("Holding it against the environment's rules");
  const stack = synthesize(environment);
  const judge = terraformJudge(stack as VariablesAndLocals);
  const verdict = settle(valuesOf(live), judge ?? (() => ({})));
  const value = (variable: string): unknown => verdict.values[variable] ?? stack.variable[variable]?.default;

  const folder = join("adopt", live.id);
  const text = report({
    live,
    environment,
    verdict,
    changes: changesInPlace(live, environment, value, ofTheStack),
    judged: judge !== undefined,
    value,
    folder,
  });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "entry.ts"), entryFile(environment));
  writeFileSync(join(folder, `${name}.tfvars`), tfvarsFile(verdict.values));
  writeFileSync(join(folder, "report.md"), `${text}\n`);
  console.log(text);
  progress(`Written into ${folder}: entry.ts, ${name}.tfvars, report.md`);
}

function wishes(): { id: string; region: string | undefined; name: string } {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { region: { type: "string" }, environment: { type: "string", default: "prod" } },
    });
    const [id, ...more] = positionals;
    if (id === undefined || more.length > 0) throw new Error("Name the one cluster that is to be adopted");
    if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(id))
      throw new Error(`${JSON.stringify(id)} is not the id of a cluster; it is letters, digits and hyphens`);
    if (values.region !== undefined && !/^[a-z]{2}(-[a-z]+)+-\d+$/.test(values.region))
      throw new Error(`${JSON.stringify(values.region)} is not a Region; write one like ap-northeast-1`);
    return { id, region: values.region, name: values.environment };
  } catch (error) {
    throw new Refusal(`${(error as Error).message}: ${usage}`);
  }
}

function synthesize(environment: Environment): Synthesized {
  const stack = new RedisStack(new App(), `redis-${environment.name}`, environment);
  stack.prepareStack();
  return JSON.parse(Testing.synth(stack)) as Synthesized;
}

function whatTheStackSets(environment: Environment): OfTheStack {
  const { provider, resource } = synthesize(environment);
  const tags = [provider.aws[0].default_tags[0].tags, resource.aws_elasticache_replication_group.redis.tags];
  return {
    tagNames: new Set(tags.flatMap((each) => Object.keys(each))),
    parameterNames: new Set(
      resource.aws_elasticache_parameter_group.redis.parameter.map((parameter) => parameter.name),
    ),
  };
}

/** To stderr, so that stdout is the report. */
function progress(what: string): void {
  console.error(`${what} ...`);
}

void command(adopt);
