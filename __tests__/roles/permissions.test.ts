import { needsOf } from "./needs";
import { problemsOf } from "./permissions";
import { actionOf } from "./reference";
import { roles, type Role, type Statement } from "./role";

/** The chat's role is used by Amazon Q Developer in chat applications, whose calls are its own. */
const isChat = ({ users }: Role): boolean =>
  users.some(({ type }) => type === "aws_chatbot_slack_channel_configuration");

/** Each role once: the environments have mostly the same. */
const different = new Map(roles.map((role) => [JSON.stringify({ ...role, stack: "" }), role]));
const table = [...different.values()]
  .filter((role) => !isChat(role))
  .map((role) => [`${role.name} of ${role.stack}`, role] as const);

describe.each(table)("the role %s", (_name, role) => {
  test("may do what is done with it, and nothing else", async () => {
    const problems = await problemsOf(role.statements, await needsOf(role));
    expect(problems).toEqual([]);
  });

  test("fails here without any one of its actions", async () => {
    const needs = await needsOf(role);
    const actions = [...new Set(role.statements.flatMap((statement) => statement.actions))];
    const found = await Promise.all(
      actions.map(async (action) => [action, await problemsOf(without(role.statements, action), needs)] as const),
    );
    expect(found.filter(([action, problems]) => !problems.includes(`${action} is needed, and not allowed`))).toEqual(
      [],
    );
  });

  test.each<[string, Statement, RegExp]>([
    [
      "an action that nothing needs",
      { actions: ["elasticache:DeleteCacheCluster"], resources: ["*"] },
      /nothing needs it/,
    ],
    [
      "an action that AWS does not have",
      { actions: ["elasticache:ListSnapshots"], resources: ["*"] },
      /nothing needs it/,
    ],
  ])("fails here with %s", async (_what, statement, message) => {
    const problems = await problemsOf([...role.statements, statement], await needsOf(role));
    expect(problems.join("\n")).toMatch(message);
  });
});

test.each<[string, Statement, RegExp]>([
  ["every resource", { actions: ["elasticache:DeleteSnapshot"], resources: ["*"] }, /on every resource/],
  [
    "a resource of another type",
    { actions: ["elasticache:DeleteSnapshot"], resources: [arn("cluster:c")] },
    /no resources such as/,
  ],
  [
    "another resource",
    { actions: ["elasticache:DeleteSnapshot"], resources: [arn("snapshot:b-*")] },
    /none of its resources/,
  ],
  [
    "a condition key that AWS does not have",
    condition("elasticache:Name", "StringEquals"),
    /no condition key elasticache:Name/,
  ],
  [
    "a condition key of other actions",
    condition("elasticache:NumNodeGroups", "NumericEquals"),
    /DeleteSnapshot has no condition key/,
  ],
  ["an operator of another type", condition("aws:SourceArn", "StringEquals"), /no operator/],
])("a permission for %s is found", async (_what, statement, message) => {
  const need = { action: "elasticache:DeleteSnapshot", arguments: { SnapshotName: "a-1" } };
  expect((await problemsOf([statement], [need])).join("\n")).toMatch(message);
});

test("the role of the chat only reads", async () => {
  const actions = roles
    .filter(isChat)
    .flatMap(({ statements }) => statements.flatMap((statement) => statement.actions));
  const levels = await Promise.all(actions.map(async (action) => (await actionOf(action)).accessLevel));
  expect([...new Set(levels)].sort()).toEqual(["List", "Read"]);
});

test("every role is used", () => {
  expect(roles.filter(({ users }) => users.length === 0)).toEqual([]);
});

function without(statements: readonly Statement[], action: string): readonly Statement[] {
  return statements.map((statement) => ({ ...statement, actions: statement.actions.filter((one) => one !== action) }));
}

function arn(resource: string): string {
  return `arn:\${local.partition}:elasticache:\${local.region}:\${local.account_id}:${resource}`;
}

function condition(variable: string, test_: string): Statement {
  return {
    actions: ["elasticache:DeleteSnapshot"],
    resources: [arn("snapshot:a-*")],
    condition: [{ test: test_, variable, values: ["x"] }],
  };
}
