import { awsIn } from "./aws";
import { read, regionOf, type Plan } from "./plan";
import { resources, secretsOf } from "./resources";

/** What AWS may have of a stack. */
export interface LookedUp {
  /** What each address of the stack that the state lacks would be imported by; whether there is such a thing, the import tells. */
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
export function lookUp(stack: string, plan: Plan, state: ReadonlyMap<string, string>): LookedUp {
  const creations = new Map(
    plan.resource_changes.filter(({ mode }) => mode === "managed").map((change) => [change.address, change]),
  );
  const region = regionOf(plan);
  const account = {
    stack,
    region,
    aws: awsIn(region),
    account: String(read(plan, "data.aws_caller_identity.current").account_id),
    partition: String(read(plan, "data.aws_partition.current").partition),
  };
  const inState = new Map(state);
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

  const leftBehind: string[] = [];
  for (const { address, type, change } of creations.values()) {
    if (type !== "aws_secretsmanager_secret") continue;
    const secrets = secretsOf(change.after, { ...account, idOf });
    const ofState = secrets.find(({ arn }) => arn === inState.get(address));
    // A deploy without the state made a new one, and died before it had a value: clients use the other.
    if (ofState?.isSet === false && secrets[0]?.isSet === true) inState.delete(address);
    leftBehind.push(...secrets.map(({ arn }) => arn).filter((arn) => arn !== idOf(address)));
  }
  for (const address of creations.keys()) if (!inState.has(address)) idOf(address);
  return {
    candidates: new Map([...asked].filter((entry): entry is [string, string] => entry[1] !== undefined)),
    leftBehind,
  };
}
