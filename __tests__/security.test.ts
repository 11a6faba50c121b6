import { homedir } from "node:os";
import { everyStack, type Block, type Synthesized } from "./support/stacks";

interface Statement {
  readonly sid?: string;
  readonly effect?: string;
  readonly actions?: readonly string[];
  readonly resources?: readonly string[];
  readonly principals?: readonly { readonly identifiers: readonly string[] }[];
  readonly condition?: readonly { readonly variable: string }[];
}

const noResources = "AWS has no resources for it";
const readOnly = "metrics have no resources; it only reads";

/** Actions that are allowed on every resource, with the reason. */
const everyResource: Readonly<Record<string, string>> = {
  "elasticache:DescribeEvents": noResources,
  "ec2:DescribeNetworkInterfaces": noResources,
  "ec2:DescribeSecurityGroupRules": noResources,
  "ec2:DescribeSubnets": noResources,
  "ec2:DescribeVpcs": noResources,
  "cloudwatch:PutMetricData": "metrics have no resources; bound by the namespace",
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

const statements = ({ data }: Synthesized): Statement[] =>
  Object.values(data.aws_iam_policy_document ?? {}).flatMap(({ statement }: Block) => statement as Statement[]);

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

  test("a wildcard principal without a condition", () => {
    const open = statements(stack).filter(
      ({ principals, condition }) =>
        principals?.some(({ identifiers }) => identifiers.includes("*")) === true && (condition ?? []).length === 0,
    );
    expect(open).toEqual([]);
  });

  test("a service let in without naming the account that it acts for", () => {
    const confused = statements(stack).filter(
      ({ principals, condition }) =>
        principals !== undefined &&
        condition?.some(({ variable }) => /^aws:source(account|owner)$/i.test(variable)) !== true,
    );
    expect(confused).toEqual([]);
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
