import { filled } from "../support/events";
import { environmentStacks, everyStack, shardedStack, type Block } from "../support/stacks";

interface Transformer {
  readonly input_paths: Readonly<Record<string, string>>;
  readonly input_template: string;
}

const name = "a".repeat(18);
const arn = (service: string, resource: string): string =>
  `arn:aws-us-gov:${service}:us-gov-west-1:123456789012:${resource}`;

/** The longest that each expression of a rule can become on AWS. */
const longest: Readonly<Record<string, string>> = {
  "local.partition": "aws-us-gov",
  "local.region": "ap-northeast-1",
  "local.account_id": "123456789012",
  "local.name": name,
  "local.replication_group_id": "a".repeat(40),
  "local.runbook": `https://${"a".repeat(192)}`,
  "aws_s3_bucket.vault_landing[0].id": "a".repeat(63),
  "aws_s3_bucket.vault.id": "a".repeat(63),
  "var.kms_key_id": arn("kms", `key/mrk-${"0".repeat(32)}`),
  "aws_sns_topic.redis_notifications.arn": arn("sns", `${name}-backup-notifications`),
  "aws_sns_topic.redis_events.arn": arn("sns", `${name}-events`),
  "aws_sns_topic.redis_chat.arn": arn("sns", `${name}-chat`),
  // What the rule of the variable admits.
  "jsonencode(local.deploy_role_arns)": JSON.stringify(["a".repeat(596)]),
};

const { resource } = (environmentStacks["redis-prod"] ?? fail)();
const rules = Object.entries(resource.aws_cloudwatch_event_rule ?? {});
const targets = Object.entries(resource.aws_cloudwatch_event_target ?? {});

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
test.each(rules)(
  "%s is a pattern that EventBridge accepts, also with the longest names",
  (_name, { event_pattern }) => {
    const text = filled(event_pattern, longest);
    expect(text.length).toBeLessThanOrEqual(2048);
    expect(JSON.parse(text)).toMatchObject({ source: [expect.stringMatching(/^aws\.[a-z0-9]+$/)] });
  },
);

test("no rule has a wildcard: EventBridge accepts 30 of these on a bus", () => {
  expect(JSON.stringify(rules)).not.toContain("wildcard");
});

/** Every message of every stack, each once: the environments have mostly the same. */
const messages = new Map(
  Object.entries(everyStack).flatMap(([name, synthesize]) =>
    Object.entries(synthesize().resource.aws_cloudwatch_event_target ?? {})
      .filter(([address]) => !address.endsWith("_forward"))
      .map(([address, { input_transformer }]) => [
        `${address} ${JSON.stringify(input_transformer)}`,
        [`${name}: ${address}`, input_transformer as Transformer | undefined] as const,
      ]),
  ),
);
const withTemplate = [...messages.values()].flatMap(([address, transformer]) =>
  transformer === undefined ? [] : [[address, transformer] as const],
);

test("what people get is a message, and not the event itself", () => {
  const raw = [...messages.values()].filter(([, transformer]) => transformer === undefined);
  expect(raw.map(([address]) => address)).toEqual([]);
});

// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_InputTransformer.html
test.each(withTemplate)("the message of %s fits, is valid, and names every field", (_name, transformer) => {
  const { input_paths: paths, input_template: template } = transformer;
  const text = filled(template, longest);
  expect(text.length).toBeLessThanOrEqual(8192);
  for (const part of text.startsWith("{") ? [text] : text.split("\n"))
    expect(() => void JSON.parse(part)).not.toThrow();
  const named = new Set([...text.matchAll(/<([^<>]+)>/g)].map(([, field]) => field));
  expect([...named].sort()).toEqual(Object.keys(paths).sort());
  // Of a field that is no path, the message would have the text as it is.
  for (const path of Object.values(paths)) expect(path).toMatch(/^\$(\.[a-zA-Z-]+)+$/);
});

test.each(withTemplate)(
  "the message of %s says who it was, as far as the event does, and which page to read",
  (address, transformer) => {
    const text = filled(transformer.input_template, longest);
    // CloudWatch does not say who changed an alarm: an empty field would look like nobody.
    const who = Object.values(transformer.input_paths).filter((path) => /userIdentity\.arn$|requester$/.test(path));
    expect(who).toHaveLength(/_alarm_changed(_chat)?$/.test(address) ? 0 : 1);
    expect(text).toMatch(/runbook: \S+#[a-z-]+/i);
  },
);

// https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
test.each(withTemplate.filter(([address]) => address.endsWith("_chat")))(
  "%s is a message that Slack shows",
  (_name, transformer) => {
    expect(JSON.parse(filled(transformer.input_template, longest))).toEqual({
      version: "1.0",
      source: "custom",
      content: {
        textType: "client-markdown",
        title: expect.any(String) as string,
        description: expect.any(String) as string,
      },
    });
  },
);

test("every rule has a message for email and one for Slack, or goes to the bus of the stack's Region", () => {
  const targetsOf = (rule: string): number =>
    targets.filter(
      ([, block]) =>
        String(block.rule).includes(`aws_cloudwatch_event_rule.${rule}.`) ||
        String(block.rule).includes(`aws_cloudwatch_event_rule.${rule}[0]`),
    ).length;
  const numbers = Object.fromEntries(rules.map(([rule]) => [rule, targetsOf(rule)]));
  expect(numbers).toEqual(Object.fromEntries(rules.map(([rule]) => [rule, rule.endsWith("_forward") ? 1 : 2])));
});

describe.each(Object.entries({ ...environmentStacks, "with shards": shardedStack }))("%s", (_name, synthesize) => {
  const stack = synthesize().resource;
  const parametersOf = (rule: string): Readonly<Record<string, unknown>> => {
    const { event_pattern } = stack.aws_cloudwatch_event_rule?.[rule] ?? {};
    const { detail } = JSON.parse(String(event_pattern).replace(/\$\{jsonencode.*?\)\}/, "[]")) as {
      detail: { requestParameters: Readonly<Record<string, unknown>> };
    };
    return detail.requestParameters;
  };

  test("reports the changes of all its roles", () => {
    const roles = Object.values(stack.aws_iam_role ?? {}).map(({ name }: Block) => String(name));
    const reported = parametersOf("tampering_role_changed").roleName as { "equals-ignore-case": string }[];
    expect(reported.map((one) => one["equals-ignore-case"]).sort()).toEqual(roles.sort());
  });

  test("reports the changes of all its state machines", () => {
    const machines = Object.values(stack.aws_sfn_state_machine ?? {}).map(({ name }: Block) => String(name));
    const reported = parametersOf("tampering_workflow_changed").stateMachineArn as string[];
    expect(reported.map((arn) => arn.replace(/^.*:stateMachine:/, "")).sort()).toEqual(machines.sort());
  });
});

function fail(): never {
  throw new Error("There is no stack redis-prod.");
}
