import { everyStack, type Block, type Synthesized } from "../support/stacks";

// Where EventBridge sends what its rules find: alerts to people, the same for Slack, and events of another Region to the rules here.

const withTargets = Object.entries(everyStack).filter(
  ([, synthesize]) => synthesize().resource.aws_cloudwatch_event_target !== undefined,
);
const targetsOf = (stack: Synthesized): readonly (readonly [name: string, target: Block])[] =>
  Object.entries(stack.resource.aws_cloudwatch_event_target ?? {});

/** The topic for people of a stack, and that for Slack. */
const topics: Readonly<Record<string, readonly [alerts: string, chat?: string]>> = {
  "redis-vault": ["vault_alerts"],
};
const topicsOf = (stack: string): readonly [alerts: string, chat?: string] =>
  topics[stack] ?? ["redis_notifications", "redis_chat"];
const bus = "arn:${local.partition}:events:${local.region}:${local.account_id}:event-bus/default";

describe.each(withTargets)("what the rules of %s find", (name, synthesize) => {
  const stack = synthesize();
  const targets = targetsOf(stack);
  const kindOf = (target: string): "chat" | "bus" | "alerts" =>
    target.endsWith("_chat") ? "chat" : target.endsWith("_forward") ? "bus" : "alerts";
  const [alerts, chat] = topicsOf(name);
  const places = { alerts: `\${aws_sns_topic.${alerts}.arn}`, chat: `\${aws_sns_topic.${chat ?? "none"}.arn}`, bus };

  test("arrives with people, in Slack, or on the event bus whose rules wait for it", () => {
    expect(targets.map(([target, { arn }]) => [target, arn])).toEqual(
      targets.map(([target]) => [target, places[kindOf(target)]]),
    );
  });

  test("is sent by the rule of the same name", () => {
    const rules = targets.map(([target, { rule }]) => [target, String(rule).replace("[0]", "")]);
    expect(rules).toEqual(
      targets.map(([target]) => [target, `\${aws_cloudwatch_event_rule.${target.replace(/_chat$/, "")}.name}`]),
    );
  });

  test("has a target with an id: recover finds none that Terraform made up, and a second target would send all twice", () => {
    const ids = targets.map(([target, { rule, target_id }]) => [target, rule, target_id] as const);
    for (const [target, , id] of ids)
      expect([target, id]).toEqual([target, expect.stringMatching(/^[.\-_A-Za-z0-9]+$/)]);
    expect(new Set(ids.map(([, rule, id]) => `${String(rule)} ${String(id)}`)).size).toBe(ids.length);
  });

  test("is sent to people and, where the stack has a topic for Slack, there too", () => {
    const found = targets.filter(([target]) => kindOf(target) === "alerts").map(([target]) => `${target}_chat`);
    const inChat = targets.filter(([target]) => kindOf(target) === "chat").map(([target]) => target);
    expect(inChat.sort()).toEqual(chat === undefined ? [] : found.sort());
  });

  test("in the Region of IAM's events is forwarded from there, by rules and targets of that Region, and nothing else is", () => {
    const { aws_cloudwatch_event_rule: rules = {}, aws_cloudwatch_event_target: sent = {} } = stack.resource;
    for (const [address, block] of [...Object.entries(rules), ...Object.entries(sent)])
      expect([address, block.provider]).toEqual([address, address.endsWith("_forward") ? "aws.global" : undefined]);
  });
});
