import type { Need } from "./needs";
import { actionOf, conditionKeyType, isGlobal, isOperatorOf, type Action } from "./reference";
import type { Statement } from "./role";

/** What is wrong with the permissions of a role for what it needs: too few, too many, on the wrong resources, with wrong conditions. */
export async function problemsOf(statements: readonly Statement[], needs: readonly Need[]): Promise<readonly string[]> {
  const given = new Set(statements.flatMap(({ actions }) => actions));
  const needed = new Set(needs.map(({ action }) => action));
  return [
    ...[...needed].filter((action) => !given.has(action)).map((action) => `${action} is needed, and not allowed`),
    ...[...given].filter((action) => !needed.has(action)).map((action) => `${action} is allowed, and nothing needs it`),
    ...(
      await Promise.all(
        [...given].filter((action) => needed.has(action)).map((action) => actionProblems(action, statements, needs)),
      )
    ).flat(),
  ];
}

async function actionProblems(id: string, statements: readonly Statement[], needs: readonly Need[]): Promise<string[]> {
  const action = await actionOf(id);
  const of = statements.filter(({ actions }) => actions.includes(id));
  const wanted = needs.filter((need) => need.action === id);
  const resources = of.flatMap((statement) => statement.resources);
  return [
    ...resourceProblems(action, of, wanted),
    ...wanted.flatMap((need) => missingResources(action, resources, need)),
    ...(
      await Promise.all(
        of.flatMap(({ condition = [] }) => condition.map((one) => conditionProblem(action, resources, one))),
      )
    ).flat(),
  ];
}

/** What Terraform's addresses stand for, in ARNs. */
const references: Readonly<Record<string, string>> = {
  aws_sns_topic: "arn:p:sns:r:a:",
  aws_sfn_state_machine: "arn:p:states:r:a:stateMachine:",
  aws_sqs_queue: "arn:p:sqs:r:a:",
  aws_kms_key: "arn:p:kms:r:a:key/",
};

/** An ARN in which everything that Terraform fills in is one letter. */
function plain(resource: string): string {
  const [, type = "", name = ""] = /^\$\{(aws_\w+)\.(\w+)(?:\[0\])?\.arn\}$/.exec(resource) ?? [];
  if (references[type] !== undefined) return `${references[type]}${name}`;
  if (resource.startsWith("${var.vault_bucket_arn}")) return plain(resource.replace(/^[^}]*\}/, "arn:p:s3:::b"));
  // The key may be null: ${coalesce(var.kms_key_id, "arn:…")}.
  const [, inner] = /^\$\{coalesce\(var\.\w+, "(arn:.*)"\)\}$/.exec(resource) ?? [];
  return (inner ?? resource).replaceAll(/\$\{[^}]*\}/g, "x");
}

const typesOf = (action: Action, resource: string) =>
  resource === "*" ? action.types : action.types.filter(({ arn }) => arn.test(plain(resource)));

function resourceProblems(action: Action, statements: readonly Statement[], needs: readonly Need[]): string[] {
  return statements.flatMap(({ resources, condition = [] }) =>
    resources.flatMap((resource) => {
      if (action.types.length === 0)
        return resource === "*" ? [] : [`${action.id} has no resources, so ${resource} allows nothing`];
      if (resource !== "*")
        return typesOf(action, resource).length > 0 ? [] : [`${action.id} has no resources such as ${resource}`];
      // What AWS's service does has resources that nobody can name beforehand, so a condition has to be its bound.
      return needs.every(({ dependent }) => dependent === true) && condition.length > 0
        ? []
        : [`${action.id} is allowed on every resource, and has ${action.types.map(({ name }) => name).join(", ")}`];
    }),
  );
}

/** The argument that names a resource of a type; a call without it has none of that type. */
const named: Readonly<Record<string, readonly string[]>> = {
  snapshot: ["SnapshotName", "SourceSnapshotName", "TargetSnapshotName"],
  replicationgroup: ["ReplicationGroupId"],
  cluster: ["CacheClusterId"],
  subnetgroup: ["CacheSubnetGroupName"],
  parametergroup: ["CacheParameterGroupName"],
  usergroup: ["UserGroupIds"],
  globalreplicationgroup: ["GlobalReplicationGroupId"],
  topic: ["TopicArn"],
  statemachine: ["StateMachineArn"],
  queue: ["QueueUrl"],
};

/** Which resources a call needs, and is not given. */
function missingResources(action: Action, resources: readonly string[], { arguments: given = {} }: Need): string[] {
  if (action.types.length === 0 || resources.includes("*")) return [];
  const covered = new Set(resources.flatMap((resource) => typesOf(action, resource).map(({ name }) => name)));
  const required = action.types.filter((type) => type.required).map(({ name }) => name);
  const byArgument = action.types.filter(({ name }) => (named[name] ?? []).some((argument) => argument in given));
  return [
    // Where several are required, the reference means one of them: an execution or an express execution.
    ...(required.length > 0 && !required.some((name) => covered.has(name))
      ? [`${action.id} needs ${required.join(" or ")}`]
      : []),
    ...byArgument.filter(({ name }) => !covered.has(name)).map(({ name }) => `${action.id} needs its ${name}`),
    ...byArgument.flatMap(({ name, arn }) =>
      (named[name] ?? []).flatMap((argument) => {
        const value = given[argument];
        return value === undefined || resources.some((resource) => covers(resource, arn, value))
          ? []
          : [`${action.id} is called with ${argument} ${value}, which none of its resources is`];
      }),
    ),
  ];
}

/** Whether an ARN with wildcards is that of a resource of this name, or with this ARN. */
function covers(resource: string, arn: RegExp, value: string): boolean {
  const isArn = /^(arn:|\$\{aws_\w+\.\w+(\[0\])?\.arn\}$)/.test(value);
  const last = isArn ? resource : resource.replaceAll(/\$\{[^}]*\}/g, (found) => found.replaceAll(":", "\u0000"));
  const name = isArn ? last : (/[^:]*$/.exec(last)?.[0].replaceAll("\u0000", ":") ?? "");
  const pattern = name.split("*").map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return arn.test(plain(resource)) && new RegExp(`^${pattern.join(".*")}$`).test(value);
}

/** Whether `aws:RequestTag/Team` is a key such as `aws:RequestTag/${TagKey}`. */
const isTagOf = (key: string, variable: string): boolean =>
  variable.startsWith(key.slice(0, -"${TagKey}".length)) && variable.length > key.length - "${TagKey}".length;

async function conditionProblem(
  action: Action,
  resources: readonly string[],
  { test, variable }: { readonly test: string; readonly variable: string },
): Promise<string[]> {
  const ofTypes = resources.flatMap((resource) => typesOf(action, resource)).flatMap((type) => type.conditionKeys);
  const type = await conditionKeyType(variable);
  if (type === undefined) return [`there is no condition key ${variable}`];
  const isOf = (key: string): boolean => key === variable || (key.endsWith("/${TagKey}") && isTagOf(key, variable));
  if (!isGlobal(variable) && ![...action.conditionKeys, ...ofTypes].some(isOf))
    return [`${action.id} has no condition key ${variable}`];
  return isOperatorOf(test, type) ? [] : [`${variable} is of the type ${type}, and ${test} is no operator for it`];
}
