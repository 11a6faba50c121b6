import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { awsIn } from "./aws";
import { resources, type Values } from "./resources";
import type { Imported } from "./state";
import { errorsOf, terraformIn, withoutState, type Run, type Terraform } from "./terraform";

/** Something that AWS has and the state lacks. */
export interface Found {
  readonly address: string;
  readonly id: string;
  /** As Terraform imports it; null if it may not be looked at outside of the state, because it is secret. */
  readonly imported: Imported | null;
  /** Whether the next deploy would replace it. */
  readonly replaced: boolean;
}

export interface Search {
  readonly found: readonly Found[];
  /** What AWS has under a name of the stack, and is another's. */
  readonly foreign: readonly Found[];
  readonly variables: Values;
  readonly region: string;
}

interface Plan {
  readonly variables: Readonly<Record<string, { readonly value: unknown }>>;
  readonly resource_changes: readonly Change[];
  readonly prior_state?: { values: { root_module: { resources: { address: string; values: Values }[] } } };
  readonly planned_values: { root_module: { resources: { address: string; schema_version: number }[] } };
  readonly configuration: {
    provider_config: { aws: { expressions: { region: { constant_value: string } } } };
  };
}

interface Change {
  readonly address: string;
  readonly mode: string;
  readonly type: string;
  readonly name: string;
  readonly index?: string | number;
  readonly provider_name: string;
  readonly change: { readonly actions: readonly string[]; readonly before: Values | null; readonly after: Values };
}

/**
 * Looks for everything of the stack that is not in the state.
 *
 * @param inState the id of what is in the state, by address
 * @throws if Terraform cannot plan the stack with these values
 */
export function search(
  stack: string,
  folder: string,
  values: readonly string[],
  inState: ReadonlyMap<string, string>,
): Search {
  return withoutState(folder, (copy) => {
    const terraform = terraformIn(copy, values);
    const everything = planned(terraform, terraform(["plan", "-out=plan"]));
    const candidates = candidatesOf(stack, everything, inState);
    const imported = tryAll(terraform, copy, candidates);
    const found = imported.resource_changes
      .filter(({ address, change }) => candidates.has(address) && change.before !== null)
      .map((change): Found => ({
        address: change.address,
        id: candidates.get(change.address) ?? "",
        imported: {
          type: change.type,
          name: change.name,
          index: change.index,
          provider: change.provider_name,
          schemaVersion:
            imported.planned_values.root_module.resources.find(({ address }) => address === change.address)
              ?.schema_version ?? 0,
          attributes: change.change.before ?? {},
        },
        replaced: change.change.actions.includes("delete"),
      }));
    // Its value may not be in a file, so it was not tried; what it belongs to was.
    for (const [address, id] of candidates)
      if (address.startsWith(secretVersion) && !found.some((one) => one.address === address))
        found.push({ address, id, imported: null, replaced: false });
    const ours = (one: Found): boolean => {
      const tags = one.imported?.attributes.tags_all as Record<string, string> | null | undefined;
      return tags === undefined || tags === null || tags.Stack === stack;
    };
    return {
      found: found.filter(ours),
      foreign: found.filter((one) => !ours(one)),
      variables: Object.fromEntries(Object.entries(everything.variables).map(([name, { value }]) => [name, value])),
      region: regionOf(everything),
    };
  });
}

const secretVersion = "aws_secretsmanager_secret_version.";
const regionOf = (plan: Plan): string => plan.configuration.provider_config.aws.expressions.region.constant_value;

function demand(run: Run): Run {
  if (!run.ok) throw new Error(`Terraform cannot plan the stack with these values:\n${run.text}`);
  return run;
}

function planned(terraform: Terraform, plan: Run): Plan {
  demand(plan);
  return JSON.parse(demand(terraform(["show", "-json", "plan"])).stdout) as Plan;
}

function candidatesOf(stack: string, plan: Plan, inState: ReadonlyMap<string, string>): Map<string, string> {
  const creations = new Map(
    plan.resource_changes.filter(({ mode }) => mode === "managed").map((change) => [change.address, change]),
  );
  const data = (address: string): Values =>
    plan.prior_state?.values.root_module.resources.find((resource) => resource.address === address)?.values ?? {};
  const region = regionOf(plan);
  const account = {
    stack,
    region,
    aws: awsIn(region),
    account: String(data("data.aws_caller_identity.current").account_id),
    partition: String(data("data.aws_partition.current").partition),
  };
  const asked = new Map<string, string | undefined>();
  const idOf = (address: string): string | undefined => {
    const creation = creations.get(address);
    if (inState.has(address) || creation === undefined) return inState.get(address);
    if (!asked.has(address)) {
      const how = resources[creation.type];
      if (how === undefined)
        throw new Error(
          `${address}: scripts/recover/resources.ts does not say how a ${creation.type} is found in AWS.`,
        );
      asked.set(address, "because" in how ? undefined : how(creation.change.after, { ...account, idOf }));
    }
    return asked.get(address);
  };
  for (const address of creations.keys()) if (!inState.has(address)) idOf(address);
  return new Map([...asked].filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** A plan that imports every candidate that AWS has. Terraform says which it has not; what depends on one is tried after it. */
function tryAll(terraform: Terraform, copy: string, candidates: ReadonlyMap<string, string>): Plan {
  const left = new Map([...candidates].filter(([address]) => !address.startsWith(secretVersion)));
  for (;;) {
    const blocks = [...left].map(([to, id]) => ({ to, id }));
    writeFileSync(join(copy, "recover.tf.json"), JSON.stringify({ import: blocks }));
    const run = terraform(["plan", "-json", "-out=plan"]);
    if (run.ok) return planned(terraform, run);
    const absent = errorsOf(run).map(({ summary, detail }) =>
      summary === "Cannot import non-existent remote object" ? /object to "(.+)", the/s.exec(detail)?.[1] : undefined,
    );
    const other = errorsOf(run).find((_error, i) => absent[i] === undefined);
    if (other !== undefined || absent.length === 0)
      throw new Error(`AWS cannot be asked what it has: ${other?.summary ?? run.text}\n${other?.detail ?? ""}`);
    for (const address of absent) if (address !== undefined) left.delete(address);
  }
}
