import { EC2Client } from "@aws-sdk/client-ec2";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { clientIn } from "../../shared/aws-sdk";
import { read, type Plan } from "./plan";
import { resources, secretsOf, type Account } from "./resources";

/** What AWS may have of a stack. */
export interface LookedUp {
  /** Import IDs by address, of what the state lacks. Whether AWS has the resource is known only after the import. */
  readonly candidates: ReadonlyMap<string, string>;
  /** ARNs of secrets of the stack that nothing uses. */
  readonly leftBehind: readonly string[];
}

/**
 * Asks AWS what a stack is imported by.
 *
 * @param plan creates the whole stack
 * @param state the id of what is in the state, by address
 */
export async function lookUp(
  stack: string,
  region: string,
  plan: Plan,
  state: ReadonlyMap<string, string>,
): Promise<LookedUp> {
  const creations = new Map(
    plan.resource_changes.filter(({ mode }) => mode === "managed").map((change) => [change.address, change]),
  );
  const account: Account = {
    stack,
    region,
    ec2: new EC2Client(clientIn(region)),
    secrets: new SecretsManagerClient(clientIn(region)),
    account: String(read(plan, "data.aws_caller_identity.current").account_id),
    partition: String(read(plan, "data.aws_partition.current").partition),
    idOf,
  };
  const inState = new Map(state);
  const asked = new Map<string, string | undefined>();

  async function idOf(address: string): Promise<string | undefined> {
    const creation = creations.get(address);
    if (inState.has(address) || creation === undefined) return inState.get(address);
    if (!asked.has(address)) {
      const how = resources[creation.type];
      if (how === undefined)
        throw new Error(
          `${address}: scripts/commands/recover/resources.ts does not say how a ${creation.type} is found in AWS.`,
        );
      asked.set(address, "because" in how ? undefined : await how(creation.change.after, account));
    }
    return asked.get(address);
  }

  const leftBehind: string[] = [];
  for (const { address, type, change } of creations.values()) {
    // An upgrade makes the next family's beside the last one's, which the state may still have alone.
    if (type === "aws_elasticache_parameter_group" && inState.get(address) !== change.after.name)
      inState.delete(address);
    if (type !== "aws_secretsmanager_secret") continue;
    const secrets = await secretsOf(change.after, account);
    const ofState = secrets.find(({ arn }) => arn === inState.get(address));
    // A deploy without the state made a new one, and died before it had a value: clients use the other.
    if (ofState?.isSet === false && secrets[0]?.isSet === true) inState.delete(address);
    const used = await idOf(address);
    leftBehind.push(...secrets.map(({ arn }) => arn).filter((arn) => arn !== used));
  }
  for (const address of creations.keys()) await idOf(address);
  return {
    candidates: new Map([...asked].filter((entry): entry is [string, string] => entry[1] !== undefined)),
    leftBehind,
  };
}
