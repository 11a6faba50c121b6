import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Refusal } from "../../shared/aws-sdk";
import type { WrittenStack } from "../../shared/synthesize";
import { assertOk, errorsOf, terraformIn, withConfiguration, type Run, type Terraform } from "../../shared/terraform";
import { awaitCache, group } from "./cache";
import { absentIn, existing, providerAlias, withoutWorkspace } from "./existing";
import { lookUp } from "./look-up";
import { isFromBefore, isOf } from "./ownership";
import type { Plan } from "./plan";
import type { Values } from "./resources";
import type { Imported } from "./state";

/** Something that AWS has and the state lacks, or has something else for. */
export interface Found {
  readonly address: string;
  readonly id: string;
  /** As Terraform imports it; null if it is secret, so that it may be read only into the state. */
  readonly imported: Imported | null;
  /** Whether the next deploy would replace it. */
  readonly replaced: boolean;
}

export interface Search {
  readonly found: readonly Found[];
  /** What AWS has under a name of the stack, but without its tag. */
  readonly foreign: readonly Found[];
  /** ARNs of secrets of the stack that nothing uses. */
  readonly leftBehind: readonly string[];
  readonly variables: Values;
  readonly region: string;
  /** What physical names begin with, e.g. `dev-redis`. */
  readonly name: string;
}

/**
 * Looks for everything of the stack that is not in the state.
 *
 * @param inState the id of what is in the state, by address
 * @throws if Terraform cannot plan the stack with these values
 */
export function search(
  written: WrittenStack,
  region: string,
  values: readonly string[],
  inState: ReadonlyMap<string, string>,
): Promise<Search> {
  const { name: stack, folder, import: imports = [], ...configuration } = written;
  // A state of its own, which is empty: a plan then shows every resource as it would be created, and no secret.
  const withoutState = { ...configuration, terraform: { ...configuration.terraform, backend: undefined } };
  const act = async (copy: string): Promise<Search> => {
    const terraform = terraformIn(copy, { values, env: withoutWorkspace() });
    writeFileSync(join(copy, file), JSON.stringify({ output: { recovered_name: { value: "${local.name}" } } }));
    const everything = planned(terraform, terraform(["plan", "-json", "-out=plan"]));
    const { candidates, leftBehind } = await lookUp(stack, region, everything, inState);
    // Importing a cache that is being created takes as long, in silence.
    await awaitCache(region, candidates.get(group));
    const tried = new Map([...candidates].filter(([address]) => !address.startsWith(secretVersion)));
    const there = tried.size === 0 ? tried : await existing(written, values, tried);
    const imported = there.size === 0 ? everything : importAll(terraform, copy, there);
    const found = foundIn(imported, candidates, written);
    return {
      ...byOwner(found, stack, imports),
      leftBehind,
      variables: Object.fromEntries(Object.entries(everything.variables).map(([name, { value }]) => [name, value])),
      region,
      name: String(everything.planned_values.outputs?.recovered_name?.value),
    };
  };
  return withConfiguration(withoutState, act, folder);
}

/** What a plan imports. A secret value may not be in a file, so it was not planned; it is taken as found if it has an ID. */
function foundIn(
  { resource_changes, planned_values }: Plan,
  candidates: ReadonlyMap<string, string>,
  written: WrittenStack,
): readonly Found[] {
  const { resources } = planned_values.root_module;
  const found = resource_changes
    .filter(({ address, change }) => candidates.has(address) && change.before !== null)
    .map(({ address, type, name, index, provider_name, change }): Found => ({
      address,
      id: candidates.get(address) ?? "",
      imported: {
        type,
        name,
        index,
        provider: provider_name,
        alias: providerAlias(written, address),
        schemaVersion: resources.find((resource) => resource.address === address)?.schema_version ?? 0,
        attributes: change.before ?? {},
      },
      replaced: change.actions.includes("delete"),
    }));
  const secrets = [...candidates].filter(([address]) => address.startsWith(secretVersion));
  return [...found, ...secrets.map(([address, id]): Found => ({ address, id, imported: null, replaced: false }))];
}

/** Separates what belongs to the stack, by its tags, from what only has a name of the stack. An adopted cluster is neither. */
function byOwner(
  found: readonly Found[],
  stack: string,
  imports: readonly { readonly to: string }[],
): Pick<Search, "found" | "foreign"> {
  const tagsOf = (one: Found | undefined) =>
    one?.imported?.attributes.tags_all as Readonly<Record<string, string>> | null | undefined;
  const isOlder = isFromBefore(tagsOf(found.find(({ address }) => address === group)) ?? {});
  const ours = (one: Found): boolean => {
    const tags = tagsOf(one);
    return tags === undefined || tags === null || isOf(stack, tags, isOlder);
  };
  return {
    found: found.filter(ours),
    foreign: found.filter((one) => !ours(one) && !imports.some(({ to }) => to === one.address)),
  };
}

/** What a search adds to the stack's configuration. */
const file = "recover.tf.json";

const secretVersion = "aws_secretsmanager_secret_version.";

function planned(terraform: Terraform, plan: Run): Plan {
  if (!plan.ok) {
    const errors = errorsOf(plan).map(({ summary, detail }) => `${summary}\n${detail}`);
    throw new Refusal(
      `Terraform cannot plan the stack with these values:\n\n${errors.length > 0 ? errors.join("\n\n") : plan.text}`,
    );
  }
  const { stdout } = assertOk(terraform(["show", "-json", "plan"]), "Terraform cannot read its own plan:");
  return JSON.parse(stdout) as Plan;
}

/** A plan that imports what AWS has, without what turns out to be absent all the same. */
function importAll(terraform: Terraform, copy: string, there: ReadonlyMap<string, string>): Plan {
  const left = new Map(there);
  for (;;) {
    const blocks = [...left].map(([to, id]) => ({ to, id }));
    writeFileSync(join(copy, file), JSON.stringify({ import: blocks }));
    const run = terraform(["plan", "-json", "-out=plan"]);
    if (run.ok) return planned(terraform, run);
    const absent = absentIn(run);
    const other = errorsOf(run).find((_error, i) => absent[i] === undefined);
    if (other !== undefined || absent.length === 0)
      throw new Refusal(`AWS cannot be asked what it has: ${other?.summary ?? run.text}\n${other?.detail ?? ""}`);
    const before = left.size;
    for (const address of absent) if (address !== undefined) left.delete(address);
    if (left.size === before)
      throw new Refusal(`Terraform does not say which of these AWS lacks: ${absent.join(", ")}.\n${run.text}`);
  }
}
