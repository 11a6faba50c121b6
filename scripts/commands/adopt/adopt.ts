import { join } from "node:path";
import { App } from "cdktf";
import { environments, type Environment } from "../../../stacks/environments";
import { RedisStack } from "../../../stacks/redis-stack";
import { printResult, progress } from "../../shared/result";
import { jsonOf, type Stack } from "../../shared/synthesize";
import type { Options } from "../adopt";
import { ownTags } from "../../../stacks/terraform/tags";
import { changesInPlace, otherChanges } from "./changes";
import { entryFor, type OfTheStack } from "./entry";
import { entryFile, tfvarsFile, writeFiles } from "./files";
import { look } from "./look";
import { planOf } from "./plan";
import { loneNodeReport, report } from "./report";
import { schedulesOf } from "./times";
import { refuseOurs, refuseTags, refuseTooManyTags } from "./unfit";
import { refuseName, settle, validator } from "./validate";
import { valuesOf } from "./values";

/** Writes what it takes to manage a live cluster as a stack. AWS is only read. */
export async function adopt({ id, region, environment: name, namePrefix, ...options }: Options): Promise<void> {
  const base = Object.values<Environment>(environments).find((environment) => environment.name === name);
  // Paths are made of it.
  if (base === undefined) await refuseName(name);
  const live = await look({ id, region, progress });
  refuseOurs(id, live.tags);
  refuseTags(id, live.tags);
  if (!("nodes" in live)) {
    printResult(options, { id: live.id, region: live.region, adoptable: false, files: [] }, loneNodeReport(live));
    return;
  }

  const ofTheStack = setByStack({ ...(base ?? environments.prod), shards: live.shards?.length ?? null, adopted: null });
  refuseTooManyTags(id, live.tags, ofTheStack.tagNames);
  const environment = entryFor(live, base ?? environments.prod, name, ofTheStack);
  progress("Checking it against the environment's rules");
  const stack = stackOf(environment, namePrefix);
  const validate = validator(stack);
  const result = await settle(
    { ...valuesOf(live), ...schedulesOf(live, base ?? environments.prod, environment.backupWindow) },
    validate ?? (() => Promise.resolve({})),
  );
  const value = (variable: string): unknown => result.values[variable] ?? stack.variable[variable]?.default;
  const isBlocked = Object.keys(result.blocking).length > 0;
  if (validate !== undefined && !isBlocked) progress("Planning the deploy");
  const planned = validate === undefined || isBlocked ? undefined : await planOf(`redis-${name}`, stack, result.values);

  const folder = join("adopt", live.id);
  const text = report({
    live,
    environment,
    result,
    changes: [
      ...changesInPlace(live, environment, value, ofTheStack),
      ...(planned !== undefined && "after" in planned ? otherChanges(planned) : []),
    ],
    planned,
    namePrefix,
    validated: validate !== undefined,
    value,
    folder,
  });
  writeFiles(folder, {
    "entry.ts": entryFile(environment),
    [`${name}.tfvars`]: tfvarsFile({ environment: name, ...result.values }),
    "report.md": `${text}\n`,
  });
  const files = ["entry.ts", `${name}.tfvars`, "report.md"].map((file) => join(folder, file));
  printResult(options, { id: live.id, region: live.region, adoptable: true, files }, text);
  console.error(`Wrote ${folder}: entry.ts, ${name}.tfvars, report.md`);
}

const stackOf = (environment: Environment, namePrefix?: string): Stack =>
  jsonOf(new RedisStack(new App(), `redis-${environment.name}`, { ...environment, namePrefix }));

/** Tags and parameters that the stack itself sets. */
function setByStack(environment: Environment): OfTheStack {
  const { resource } = stackOf(environment) as Stack & SetByStack;
  const tags = [ownTags("", { Environment: "" }), resource.aws_elasticache_replication_group.redis.tags];
  return {
    tagNames: new Set(tags.flatMap((each) => Object.keys(each))),
    parameterNames: new Set(resource.aws_elasticache_parameter_group.redis.parameter.map(({ name }) => name)),
  };
}

interface SetByStack {
  readonly resource: {
    readonly aws_elasticache_replication_group: { readonly redis: { readonly tags: object } };
    readonly aws_elasticache_parameter_group: {
      readonly redis: { readonly parameter: readonly { readonly name: string }[] };
    };
  };
}
