import { isAllowed, policyOf } from "../support/iam";
import { everyStack, type Synthesized } from "../support/stacks";

// What each condition of a role is good for: what it says of a request with another value of the key, and of one without the key.

interface Condition {
  readonly test: string;
  readonly variable: string;
  readonly values: readonly string[];
}
interface Statement {
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

/**
 * Condition keys that a request may lack, by action, each with the reason. A request that lacks any other key is refused: a condition that
 * ends in `IfExists` would let it through.
 */
const mayLack: Readonly<Record<string, readonly string[]>> = {
  // EC2 gives no VPC of an interface that does not exist yet.
  "ec2:CreateNetworkInterface": ["ec2:Vpc"],
  "ec2:DeleteNetworkInterface": ["ec2:Vpc"],
  // A snapshot that does not exist yet has no tags.
  "elasticache:AddTagsToResource": ["aws:ResourceTag/ManualBackupOf"],
  // A request that does not change something does not name it: guard.test.ts.
  "elasticache:ModifyReplicationGroup": [
    ...["AuthTokenEnabled", "ClusterModeEnabled", "TransitEncryptionEnabled", "AutomaticFailoverEnabled"],
    ...["MultiAZEnabled", "SnapshotRetentionLimit", "CacheNodeType", "CacheParameterGroupName", "EngineVersion"],
  ].map((name) => `elasticache:${name}`),
};

/** Statements of roles with conditions, each once; those of policies of resources name principals. */
const statements = new Map<string, Statement>();
for (const synthesize of Object.values(everyStack)) {
  const { data }: Synthesized = synthesize();
  for (const document of Object.values(data.aws_iam_policy_document ?? {})) {
    const { statement = [] } = document as { readonly statement?: readonly object[] };
    const own = {
      statement: statement.filter((one) => !("principals" in one) && "actions" in one && "condition" in one),
    };
    for (const one of (policyOf(own) as { readonly Statement: readonly Statement[] }).Statement)
      statements.set(JSON.stringify(one), one);
  }
}

const conditionsOf = ({ Condition: all }: Statement): Condition[] =>
  Object.entries(all).flatMap(([test, keys]) =>
    Object.entries(keys).map(([variable, values]) => ({ test, variable, values })),
  );
const filled = (pattern = ""): string => (pattern === "*" ? "*" : pattern.replaceAll("*", "x").replaceAll("?", "1"));

/** A value that fulfils the condition; undefined where only a request without the key does. */
function good({ values: [value = ""], variable }: Condition): string | undefined {
  const isNever = value === "" || variable === "elasticache:SnapshotRetentionLimit";
  return isNever ? undefined : filled(value);
}
/** A value that does not. */
function bad({ test, values: [value = ""] }: Condition): string {
  if (test.startsWith("Bool")) return value === "true" ? "false" : "true";
  if (test.startsWith("Numeric")) return "1";
  return test.startsWith("Arn") ? `${filled(value)}-other` : `${value}-other`;
}

const cases = [...statements.values()].flatMap((statement) =>
  statement.Action.map((action) => [action, filled(statement.Resource[0]), statement] as const),
);

test("there are conditions", () => {
  expect(cases.length).toBeGreaterThan(10);
});

test.each(cases)("%s on %s is allowed where each condition is fulfilled, and by nothing else", async (...row) => {
  const [action, resource, statement] = row;
  const policy = { Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] };
  const conditions = conditionsOf(statement);
  const request = (...of: readonly (readonly [Condition, string | undefined])[]) => {
    const context = new Map(conditions.map((one) => [one.variable, good(one)]));
    for (const [{ variable }, value] of of) context.set(variable, value);
    const known = [...context].filter((entry): entry is [string, string] => entry[1] !== undefined);
    return isAllowed(policy, { action, resource, context: Object.fromEntries(known) });
  };
  const found: string[] = (await request()) ? ["allowed"] : [];
  for (const one of conditions) {
    if (await request([one, bad(one)])) found.push(`with another ${one.variable}`);
    if (await request([one, undefined])) found.push(`without ${one.variable}`);
  }
  const lacking = conditions.filter(({ variable }) => mayLack[action]?.includes(variable) === true);
  expect(found.sort()).toEqual(["allowed", ...lacking.map(({ variable }) => `without ${variable}`)].sort());
});

test("each key that a request may lack is one of a condition", () => {
  const named = cases.flatMap(([action, , statement]) =>
    conditionsOf(statement).map(({ variable }) => `${action} ${variable}`),
  );
  const wanted = Object.entries(mayLack).flatMap(([action, keys]) => keys.map((key) => `${action} ${key}`));
  expect(wanted.filter((one) => !named.includes(one))).toEqual([]);
});
