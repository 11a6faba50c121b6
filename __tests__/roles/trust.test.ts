import { everyStack } from "../support/stacks";
import { roles, type Role } from "./role";

const table = roles.map((role) => [`${role.name} of ${role.stack}`, role] as const);

// No document of AWS says which ARN Amazon Q Developer in chat applications or S3 replication presents, nor that it presents one.
const withSources = table.filter(([, { users }]) =>
  users.every(({ type }) => !/^aws_(chatbot_|s3_bucket_replication_)/.test(type)),
);

const valuesOf = ({ trust }: Role, variable: string, tests: RegExp): readonly string[] =>
  trust.flatMap(({ condition = [] }) =>
    condition.filter((one) => one.variable === variable && tests.test(one.test)).flatMap(({ values }) => values),
  );

describe.each(table)("the role %s", (_name, role) => {
  test("is assumed by one service, for this account alone", () => {
    expect(role.trust).toHaveLength(1);
    expect(role.trust[0]).toMatchObject({
      actions: ["sts:AssumeRole"],
      principals: [
        {
          type: "Service",
          identifiers: [expect.stringMatching(/^(states|scheduler|chatbot|events|s3)\.amazonaws\.com$/)],
        },
      ],
    });
    expect(valuesOf(role, "aws:SourceAccount", /^StringEquals/)).toEqual(["${local.account_id}"]);
  });
});

test.each(withSources)("the role %s is assumed for what uses it alone", (_name, role) => {
  expect([...valuesOf(role, "aws:SourceArn", /^Arn(Equals|Like)$/)].sort()).toEqual([...sourcesOf(role)].sort());
});

test("the roles without a source are those of the chat and of the replication", () => {
  const names = table.filter((one) => !withSources.includes(one)).map(([, { name }]) => name);
  expect([...new Set(names)].sort()).toEqual(["redis_slack", "vault_replication"]);
});

/** The ARNs of what uses a role, as AWS's services present them. */
function sourcesOf({ stack, users }: Role): readonly string[] {
  const inAccount = (service: string, resource: unknown): string =>
    `arn:\${local.partition}:${service}:\${local.region}:\${local.account_id}:${String(resource)}`;
  return [
    ...new Set(
      users.map(({ type, block }) => {
        if (type === "aws_sfn_state_machine") return inAccount("states", `stateMachine:${String(block.name)}`);
        // Scheduler presents the group of a schedule, never the schedule.
        // https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
        if (type === "aws_scheduler_schedule") return inAccount("scheduler", "schedule-group/${local.name}");
        // EventBridge presents the rule, whose Region is that of its provider.
        // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html
        if (type === "aws_cloudwatch_event_target" && block.provider === "aws.global") {
          const [, rule = ""] = /aws_cloudwatch_event_rule\.(\w+)\[/.exec(String(block.rule)) ?? [];
          const name = everyStack[stack]?.().resource.aws_cloudwatch_event_rule?.[rule]?.name;
          return `arn:\${local.partition}:events:us-east-1:\${local.account_id}:rule/${String(name)}`;
        }
        throw new Error(`It is not written here which ARN is presented for ${type}.`);
      }),
    ),
  ];
}
