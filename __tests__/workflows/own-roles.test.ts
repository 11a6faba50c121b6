import { everyStack } from "../support/stacks";

// Each state machine has the permissions of its own role, and each policy is what its document says. What the documents allow:
// __tests__/roles.

const everyBlock = (type: string) =>
  Object.entries(everyStack).flatMap(([stack, synthesize]) =>
    Object.entries(synthesize().resource[type] ?? {}).map(([name, block]) => ({
      id: `${stack}: ${name}`,
      name,
      block,
    })),
  );
/** A reference without the index of what is counted. */
const uncounted = (value: unknown): string => String(value).replace("[0]", "");
const byId = (
  type: string,
  value: (name: string, block: ReturnType<typeof everyBlock>[number]["block"]) => unknown,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(everyBlock(type).map(({ id, name, block }) => [id, value(name, block)]));

test("a state machine runs with the role of its name", () => {
  const type = "aws_sfn_state_machine";
  expect(byId(type, (_name, { role_arn }) => uncounted(role_arn))).toEqual(
    byId(type, (name) => `\${aws_iam_role.${name}.arn}`),
  );
});

test("a role has the policy of its name, which is the document of its name", () => {
  const type = "aws_iam_role_policy";
  expect(byId(type, (_name, { policy }) => uncounted(policy))).toEqual(
    byId(type, (name) => `\${data.aws_iam_policy_document.${name}.json}`),
  );
  // One of a part of the stack is called after the role and the part.
  expect(
    byId(type, (name, { role }) => name.startsWith(/aws_iam_role\.(\w+)/.exec(String(role))?.[1] ?? "no role")),
  ).toEqual(byId(type, () => true));
});

test("a role is assumed as the document of its name says", () => {
  const type = "aws_iam_role";
  expect(byId(type, (_name, { assume_role_policy }) => uncounted(assume_role_policy))).toEqual(
    byId(type, (name) => `\${data.aws_iam_policy_document.${name}_trust.json}`),
  );
});

test.each(["aws_sns_topic", "aws_s3_bucket", "aws_secretsmanager_secret"])(
  "each policy of an %s belongs to the one of its name, and is the document of its name",
  (type) => {
    const of = `${type}_policy`;
    expect(byId(of, (_name, { policy }) => uncounted(policy))).toEqual(
      byId(of, (name) => `\${data.aws_iam_policy_document.${name}.json}`),
    );
    const belongsTo = byId(of, (_name, { arn, bucket, secret_arn }) => uncounted(arn ?? bucket ?? secret_arn));
    expect(belongsTo).toEqual(
      byId(of, (name) => expect.stringMatching(new RegExp(`^\\$\\{${type}\\.${name}\\.(arn|id)\\}$`)) as unknown),
    );
    expect(Object.keys(belongsTo).length).toBeGreaterThan(2);
  },
);
