import { everyStack, type Block } from "../support/stacks";

const stacks = Object.entries(everyStack).filter(
  ([, synthesize]) => synthesize().resource.aws_chatbot_slack_channel_configuration !== undefined,
);

describe.each(stacks)("the Slack channel of %s", (_name, synthesize) => {
  const { resource, output } = synthesize();
  const [channel = {}] = Object.values(resource.aws_chatbot_slack_channel_configuration ?? {});

  test("shows the topics of other stacks too: a channel has one configuration in an account", () => {
    expect(channel.sns_topic_arns).toMatch(
      /^\$\{concat\(\[aws_sns_topic\.\w+\.arn, .*\], sort\(var\.slack_topic_arns\)\)\}$/,
    );
    expect(channel.lifecycle).toMatchObject({
      precondition: [{ error_message: expect.stringContaining("another AWS account") as unknown }],
    });
  });

  test("shows all topics that the output names for the owner of the channel", () => {
    const { value } = output.redis_slack_topic_arns ?? output.slack_topic_arns ?? {};
    const own = [...String(channel.sns_topic_arns).matchAll(/aws_sns_topic\.\w+\.arn/g)].map(([arn]) => `\${${arn}}`);
    expect(value).toEqual(own);
  });

  test("gets every message without a channel of its own, since another stack may show its topics", () => {
    const targets: Readonly<Record<string, Block>> = resource.aws_cloudwatch_event_target ?? {};
    for (const target of Object.values(targets)) expect(JSON.stringify(target)).not.toContain("slack_team_id");
  });
});
