import { homedir } from "node:os";
import { stacks, type Block, type Synthesized } from "./support/stacks";

interface Statement {
  readonly sid?: string;
  readonly effect?: string;
  readonly actions?: readonly string[];
  readonly resources?: readonly string[];
  readonly principals?: readonly { readonly identifiers: readonly string[] }[];
  readonly condition?: readonly { readonly variable: string }[];
}

/** Statements that have to name every resource, with why. */
const everyResource: Readonly<Record<string, string>> = {
  DescribeEvents: "events have no resources",
  PlaceNodes: "network interfaces have no names before they exist; bound by the service that calls",
  PublishMetrics: "metrics have no resources; bound by the namespace",
  ReadAlarmsAndMetrics: "Slack answers questions about any of them; read only",
  SetUpLogDelivery: "log delivery has no resources",
};

const statements = ({ data }: Synthesized): Statement[] =>
  Object.values(data.aws_iam_policy_document ?? {}).flatMap(({ statement }: Block) => statement as Statement[]);

/** Whether it is a terraform_data that ignores all changes of its one argument. */
const keepsItsFirst = (block: Block | null): boolean =>
  JSON.stringify(Object.keys(block ?? {}).sort()) === '["count","input","lifecycle"]' &&
  JSON.stringify(block?.lifecycle) === '{"ignore_changes":["input"]}';

describe.each(Object.entries(stacks))("%s never has", (_name, synthesize) => {
  const stack = synthesize();
  const text = JSON.stringify(stack);
  // Without what keeps its first value: a clock in there changes no plan.
  const changing = JSON.stringify(stack, (_key, value: Block | null) => (keepsItsFirst(value) ? undefined : value));

  test("the time of the plan, which changes every plan", () => {
    expect(changing).not.toMatch(/\btimestamp\(|plantimestamp\(|uuid\(\)/);
  });

  test.each([
    ["an open CIDR block", /0\.0\.0\.0\/0|::\/0/],
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
    expect(unbounded.map(({ sid = "" }) => sid).filter((sid) => !(sid in everyResource))).toEqual([]);
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
