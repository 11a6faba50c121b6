import { cacheStacks, promised, type Given, type Promised } from "../support/expressions";
import { everyStack } from "../support/stacks";
import { describeTerraform } from "../support/terraform";

const topic = (name: string, argument: string, promise: string, is: unknown, given: Given = {}): Promised => ({
  address: `aws_sns_topic.${name}`,
  argument,
  promise,
  given,
  is,
});
const key = { "var.alerts_kms_key_id": "key" };

describeTerraform("the topics", () => {
  test.each(
    promised(cacheStacks, [
      topic(
        "redis_notifications",
        "kms_master_key_id",
        "for alerts are encrypted with the key of alerts_kms_key_id",
        "key",
        key,
      ),
      topic("redis_chat", "kms_master_key_id", "for Slack are encrypted with the key of alerts_kms_key_id", "key", key),
      topic(
        "redis_notifications",
        "kms_master_key_id",
        "for alerts are not encrypted without it: no alert would arrive",
        null,
      ),
      topic("redis_chat", "kms_master_key_id", "for Slack are not encrypted without it: no alert would arrive", null),
      // https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ECEvents.SNS.html
      topic(
        "redis_events",
        "kms_master_key_id",
        "of events are never encrypted: ElastiCache could not publish",
        null,
        key,
      ),
      ...["key", null].map((value): Promised => ({
        address: "data.aws_kms_key.alerts",
        argument: "for_each",
        promise: `are planned after a look at ${value === null ? "no key" : "the key"} when alerts_kms_key_id is ${value ?? "null"}`,
        given: { "var.alerts_kms_key_id": value },
        is: value === null ? [] : [value],
      })),
    ]),
  )("%s", (_promise, expectKept) => {
    expectKept();
  });

  test("send emails from who they are about: SNS itself would say AWS Notifications", () => {
    const shown = Object.entries(everyStack).flatMap(([stack, synthesize]) =>
      Object.entries(synthesize().resource.aws_sns_topic ?? {})
        // It also has every event of ElastiCache, for programs.
        .filter(([name]) => name !== "redis_events")
        .map(([name, { display_name }]) => [`${stack} ${name}`, display_name] as const),
    );
    const about = /^(\$\{local\.name\}|Redis) \w/;
    expect(shown.filter(([, name]) => !about.test(String(name)))).toEqual([]);
    expect(shown.length).toBeGreaterThan(8);
  });

  test("send every alert by email: only what ElastiCache publishes is filtered", () => {
    const all = Object.values(everyStack).flatMap((synthesize) =>
      Object.values(synthesize().resource.aws_sns_topic_subscription ?? {}),
    );
    const filtered = all.filter((block) => "filter_policy" in block || "filter_policy_scope" in block);
    expect(new Set(filtered.map(({ topic_arn }) => topic_arn))).toEqual(new Set(["${aws_sns_topic.redis_events.arn}"]));
    expect(new Set(all.filter((block) => !filtered.includes(block)).map(({ topic_arn }) => topic_arn))).toEqual(
      new Set([
        "${aws_sns_topic.redis_notifications.arn}",
        "${aws_sns_topic.notifications.arn}",
        "${aws_sns_topic.vault_alerts.arn}",
      ]),
    );
  });
});
