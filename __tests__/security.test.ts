import { homedir } from "node:os";
import { environmentStacks, everyStack, type Block, type Synthesized } from "./support/stacks";

interface Statement {
  readonly sid?: string;
  readonly effect?: string;
  readonly actions?: readonly string[];
  readonly resources?: readonly string[];
  readonly principals?: readonly { readonly type: string; readonly identifiers: string | readonly string[] }[];
  readonly condition?: readonly {
    readonly test: string;
    readonly variable: string;
    readonly values: string | readonly string[];
  }[];
}

const noResources = "AWS has no resources for it";
const readOnly = "metrics have no resources; it only reads";

/** Actions that are allowed on every resource, with the reason. */
const everyResource: Readonly<Record<string, string>> = {
  "elasticache:DescribeEvents": noResources,
  "cloudtrail:DescribeTrails": noResources,
  "cloudwatch:DescribeAlarmHistory": "AWS returns composite alarms only to callers whose permission covers all alarms",
  "cloudwatch:DescribeAlarms": "AWS returns composite alarms only to callers whose permission covers all alarms",
  "ec2:DescribeNetworkInterfaces": noResources,
  "ec2:DescribeSecurityGroupRules": noResources,
  ...Object.fromEntries(
    ["DescribeAlarmHistory", "DescribeAlarms"].map((action) => [
      `cloudwatch:${action}`,
      "read-only, and CloudWatch allows composite alarms on every resource only",
    ]),
  ),
  "ec2:DescribeSubnets": noResources,
  "ec2:DescribeVpcs": noResources,
  "cloudwatch:PutMetricData": "metrics have no resources; bound by the namespace",
  "s3:ListAllMyBuckets": noResources,
  ...Object.fromEntries(
    ["DescribeAlarmsForMetric", "GetMetricData", "GetMetricStatistics", "GetMetricWidgetImage", "ListMetrics"].map(
      (action) => [`cloudwatch:${action}`, readOnly],
    ),
  ),
  ...Object.fromEntries(
    [
      "CreateLogDelivery",
      "DeleteLogDelivery",
      "DescribeLogGroups",
      "DescribeResourcePolicies",
      "GetLogDelivery",
      "ListLogDeliveries",
      "PutResourcePolicy",
      "UpdateLogDelivery",
    ].map((action) => [`logs:${action}`, noResources]),
  ),
};

/** Every statement, those of dynamic blocks included. */
const everyStatement = ({ data }: Synthesized): Statement[] =>
  Object.values(data.aws_iam_policy_document ?? {}).flatMap(({ statement, dynamic }: Block) => {
    const made = (dynamic as { readonly statement?: { readonly content: Statement } } | undefined)?.statement;
    return [...(statement as Statement[]), ...(made === undefined ? [] : [made.content])];
  });
const isDenial = ({ effect }: Statement): boolean => effect === "Deny";
const statements = (stack: Synthesized): Statement[] => everyStatement(stack).filter((each) => !isDenial(each));
const denials = (stack: Synthesized): Statement[] => everyStatement(stack).filter(isDenial);

/** An argument that is a list, or one expression that makes a list. */
const listed = (value: string | readonly string[]): readonly string[] => [value].flat();

/**
 * Services for which AWS documents no condition on the account that they act for.
 *
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-exporting.html
 */
const withoutSourceAccount = /[.]elasticache-snapshot[.]amazonaws[.]com$/;

/** Whether a statement lets in a service, or everybody: an account or a role is named as such. */
const letsInServices = ({ principals = [] }: Statement): boolean =>
  principals.some(
    ({ type, identifiers }) =>
      (type !== "AWS" || listed(identifiers).includes("*")) &&
      !listed(identifiers).every((name) => withoutSourceAccount.test(name)),
  );

/** Operators that hold for the values alone, and not where the key is missing. */
const demands = /^(StringEquals|StringLike|ArnEquals|ArnLike)$/;

/** Services of which no document says that they present the account; see __tests__/roles/trust.test.ts. */
const withoutDocument = /^(chatbot|s3)\.amazonaws\.com$/;
const mayLackAccount = ({ principals = [] }: Statement): boolean =>
  principals.every(({ identifiers }) => listed(identifiers).every((name) => withoutDocument.test(name)));

/** Whether a condition demands the account that a service acts for: its number, or ARNs with the number in them. */
const namesAccount = (statement: Statement): boolean =>
  (statement.condition ?? []).some(
    ({ test, variable, values }) =>
      (demands.test(test) || (test === "StringEqualsIfExists" && mayLackAccount(statement))) &&
      ((/^aws:source(account|owner)$/i.test(variable) &&
        listed(values).every((value) => value === "${local.account_id}")) ||
        (/^aws:sourcearn$/i.test(variable) &&
          listed(values).every((value) => /^arn:[^*]*\$\{local\.account_id\}/.test(value)))),
  );

describe.each(Object.entries(everyStack))("%s never has", (_name, synthesize) => {
  const stack = synthesize();
  const text = JSON.stringify(stack);
  test.each([
    ["an open CIDR block", /0\.0\.0\.0\/0|::\/0/],
    ["the time of the plan, which changes every plan", /\btimestamp\(|plantimestamp\(|uuid\(\)/],
    ["a hash of cdktf in an address", /_[0-9A-F]{8}"/],
    ["an escaped expression", /\$\$\{/],
    ["an unresolved token", /TfToken|TOKEN\[/],
  ])("%s", (_what, pattern) => {
    expect(text).not.toMatch(pattern);
  });

  test("a path of the machine that synthesized it", () => {
    expect([process.cwd(), homedir()].filter((path) => path.length > 1 && text.includes(path))).toEqual([]);
  });

  test("a rule that lets the cache open connections", () => {
    expect(stack.resource).not.toHaveProperty("aws_vpc_security_group_egress_rule");
    expect(JSON.stringify(stack.resource.aws_security_group ?? {})).not.toContain("egress");
  });

  test("a wildcard principal without the account in a condition", () => {
    const open = statements(stack).filter(
      (statement) =>
        statement.principals?.some(({ identifiers }) => listed(identifiers).includes("*")) === true &&
        !namesAccount(statement),
    );
    expect(open).toEqual([]);
  });

  test("a service let in without naming the account that it acts for", () => {
    const confused = statements(stack).filter(
      (statement) => statement.effect !== "Deny" && letsInServices(statement) && !namesAccount(statement),
    );
    expect(confused).toEqual([]);
  });

  test("an account let in without naming its roles", () => {
    const wide = statements(stack).filter(
      ({ principals = [], condition = [] }) =>
        principals.some(({ type, identifiers }) => type === "AWS" && !listed(identifiers).includes("*")) &&
        !condition.some(({ variable }) => variable === "aws:PrincipalArn"),
    );
    expect(wide).toEqual([]);
  });

  test("a denial that somebody is exempt from, or that denies everything to everybody for good", () => {
    const isEverybody = ({ principals = [] }: Statement): boolean =>
      principals.length === 1 &&
      principals.every(({ type, identifiers }) => type === "*" && listed(identifiers).includes("*"));
    const wrong = denials(stack).filter(
      (denial) =>
        ["not_actions", "not_principals", "not_resources"].some((argument) => argument in denial) ||
        !isEverybody(denial) ||
        (denial.actions?.some((action) => action.endsWith("*")) === true && (denial.condition ?? []).length === 0),
    );
    expect(wrong).toEqual([]);
  });

  test("every action of a service", () => {
    expect(statements(stack).filter(({ actions }) => actions?.some((action) => action.endsWith("*")) === true)).toEqual(
      [],
    );
  });

  test("every resource in a statement, without a reason", () => {
    const unbounded = statements(stack).filter(({ resources }) => resources?.includes("*"));
    const allowed = unbounded.flatMap(({ actions = [] }) => actions);
    expect(allowed.filter((action) => !(action in everyResource))).toEqual([]);
  });

  test("a secret outside the resources that exist to hold it", () => {
    const holders = new Set(["aws_secretsmanager_secret_version", "aws_elasticache_replication_group"]);
    const exposed = Object.entries(stack.resource)
      .filter(([type, blocks]) => !holders.has(type) && /random_password\.[^"]*result/.test(JSON.stringify(blocks)))
      .map(([type]) => type);
    expect(exposed).toEqual([]);
    expect(JSON.stringify(stack.output)).not.toMatch(/random_password|auth_token"|secret_string/);
  });
});

test.each(Object.entries(everyStack))(
  "no data source of %s reads the cache: it would wait for the apply of each change of it, and what it feeds with it",
  (_name, stack) => {
    const reading = Object.entries(stack().data).flatMap(([type, blocks]) =>
      Object.entries(blocks)
        .filter(([, block]) => JSON.stringify(block).includes("aws_elasticache_replication_group."))
        .map(([name]) => `data.${type}.${name}`),
    );
    expect(reading).toEqual([]);
  },
);

test("whoever changes a log file of a trail is found out", () => {
  const trails = Object.values(everyStack).flatMap((stack) => Object.values(stack().resource.aws_cloudtrail ?? {}));
  expect(trails.length).toBeGreaterThan(0);
  for (const trail of trails) expect(trail).toMatchObject({ enable_log_file_validation: true });
});

test.each(Object.entries(environmentStacks))(
  "%s: Secrets Manager refuses a policy of the secret that lets everybody in",
  (_stack, synthesize) => {
    expect(synthesize().resource.aws_secretsmanager_secret_policy?.redis_auth?.block_public_policy).toBe(true);
  },
);
