import { account, role, stranger, type Asked, type Cases } from "../support/resource-policies";

const publish = "sns:Publish";
const presenting = (arn: string, of = account) => ({ "aws:SourceAccount": of, "aws:SourceArn": arn });

/** A service that publishes for a resource of the stack, `<name>-…` in `section`. */
function publisher(service: string, section: string, other: string): Cases {
  const arnOf = (name: string, of = account, region = "ap-northeast-1"): string =>
    `arn:aws:${section.split(":")[0] ?? ""}:${region}:${of}:${section.slice(section.indexOf(":") + 1)}${name}`;
  const own = arnOf("prod-redis-any");
  const asked = (context: Asked["context"], by = service, action = publish): Asked => ({ by, action, context });
  return {
    allowed: [[`${service} for the stack`, asked(presenting(own))]],
    denied: [
      [`${service} for another stack`, asked(presenting(arnOf("orders-any")))],
      [`${service} for another environment`, asked(presenting(arnOf("staging-redis-any")))],
      [`${service} for a stack whose name begins like this one's`, asked(presenting(arnOf("prod-redis2-any")))],
      [
        `${service} for the same name in another Region`,
        asked(presenting(arnOf("prod-redis-any", account, "us-east-1"))),
      ],
      [
        `${service} for the same name in another account`,
        asked(presenting(arnOf("prod-redis-any", stranger), stranger)),
      ],
      [`${service} for another account`, asked(presenting(own, stranger))],
      [`${service} that presents no account`, asked({ "aws:SourceArn": own })],
      [`${service} that presents nothing that it publishes for`, asked({ "aws:SourceAccount": account })],
      [`${other} in the place of ${service}`, asked(presenting(own), other)],
      ["a role of another account", asked({}, role("admin", stranger))],
      [`${service} subscribing somebody`, asked(presenting(own), service, "sns:Subscribe")],
      [`${service} letting others publish`, asked(presenting(own), service, "sns:AddPermission")],
      [`${service} deleting the topic`, asked(presenting(own), service, "sns:DeleteTopic")],
    ],
  };
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html */
const alarms = publisher("cloudwatch.amazonaws.com", "cloudwatch:alarm:", "codestar-notifications.amazonaws.com");

/** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sns-permissions */
const rules = publisher("events.amazonaws.com", "events:rule/", "s3.amazonaws.com");

const both: Cases = {
  allowed: [...alarms.allowed, ...rules.allowed],
  denied: [...alarms.denied, ...rules.denied],
};

/**
 * ElastiCache publishes with an owner of the source, and without a name that anybody could list as a principal.
 *
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ECEvents.SNS.html
 */
const elasticache = "elasticache.amazonaws.com";
const events: Cases = {
  allowed: [
    ["ElastiCache for this account", { by: elasticache, action: publish, context: { "AWS:SourceOwner": account } }],
  ],
  denied: [
    ["ElastiCache for another account", { by: elasticache, action: publish, context: { "AWS:SourceOwner": stranger } }],
    ["without an owner", { by: elasticache, action: publish }],
    ["a role of another account", { by: role("admin", stranger), action: publish }],
    ["subscribing somebody", { by: elasticache, action: "sns:Subscribe", context: { "AWS:SourceOwner": account } }],
    ["deleting the topic", { by: elasticache, action: "sns:DeleteTopic", context: { "AWS:SourceOwner": account } }],
  ],
};

/** Who may publish to each topic. */
export const topics: Readonly<Record<string, Cases>> = {
  "aws_sns_topic_policy.chat": alarms,
  "aws_sns_topic_policy.notifications": alarms,
  "aws_sns_topic_policy.redis_chat": rules,
  "aws_sns_topic_policy.redis_events": events,
  "aws_sns_topic_policy.redis_notifications": both,
  "aws_sns_topic_policy.vault_alerts": rules,
};
