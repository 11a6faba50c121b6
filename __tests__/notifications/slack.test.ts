import { argumentOf, evaluatedArguments, type Given } from "../support/expressions";
import { everyStack } from "../support/stacks";
import { describeTerraform } from "../support/terraform";

// What people in a Slack channel can do, and when there is one. Which topics it shows: __tests__/monitoring/slack.test.ts.

const address = "aws_chatbot_slack_channel_configuration.redis";
const withChannel = Object.values(everyStack).filter(
  (synthesize) => synthesize().resource.aws_chatbot_slack_channel_configuration !== undefined,
);
const all = (of: string, argument: string, given: Given = {}): readonly unknown[] =>
  evaluatedArguments(
    withChannel.map((synthesize) => ({ stack: synthesize(), given, argument: argumentOf(synthesize(), of, argument) })),
  );
const each = (value: unknown): readonly unknown[] => withChannel.map(() => value);

const team = { "var.slack_team_id": "T0123456789", "var.slack_channel_id": "C0123456789" };

describeTerraform("the Slack channel", () => {
  test("can do no more than read CloudWatch, whatever its role may become", () => {
    for (const partition of ["aws", "aws-cn"])
      expect(all(address, "guardrail_policy_arns", { "local.partition": partition })).toEqual(
        each([`arn:${partition}:iam::aws:policy/CloudWatchReadOnlyAccess`]),
      );
  });

  test("has a role that only reads alarms and metrics", () => {
    const statements = withChannel.flatMap(
      (synthesize) =>
        argumentOf(synthesize(), "data.aws_iam_policy_document.redis_slack", "statement") as readonly {
          readonly actions: readonly string[];
        }[],
    );
    const actions = statements.flatMap((statement) => statement.actions);
    expect(actions.length).toBeGreaterThan(0);
    expect(actions.filter((action) => !/^cloudwatch:(Describe|Get|List)[A-Za-z]+$/.test(action))).toEqual([]);
  });

  test("has an error in its log when a message could not be shown", () => {
    expect(all(address, "logging_level")).toEqual(each("ERROR"));
  });

  test.each([address, "aws_iam_role.redis_slack", "aws_iam_role_policy.redis_slack"])(
    "is there with slack_team_id, and only with it: %s",
    (of) => {
      expect(all(of, "count")).toEqual(each(0));
      expect(all(of, "count", team)).toEqual(each(1));
    },
  );

  test("is the one of the variables", () => {
    expect(all(address, "slack_team_id", team)).toEqual(each("T0123456789"));
    expect(all(address, "slack_channel_id", team)).toEqual(each("C0123456789"));
  });
});
