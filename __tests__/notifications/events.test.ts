import { eventPattern, type Fields } from "../support/event-pattern";
import { argumentOf, cacheStacks, evaluatedArguments } from "../support/expressions";
import { describeTerraform } from "../support/terraform";

// Which of ElastiCache's messages are sent by email as AWS publishes them. Its documentation shows each as JSON with one key, and no
// message attributes: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ElastiCacheSNS.html

const subscriptions = Object.values(cacheStacks).flatMap((synthesize) =>
  ["redis_email_snapshot_failed", "redis_email_snapshot_failed_additional"].map((name) => ({
    stack: synthesize(),
    address: `aws_sns_topic_subscription.${name}`,
  })),
);
const message = (event: string): Fields => ({ [`ElastiCache:${event}`]: "prod-redis-001" });

const ofEveryBackup = ["SnapshotComplete", "CacheClusterParametersChanged", "ReplicationGroupScalingComplete"];

/** Which of the events are delivered, by each subscription; without `given`, with the default of email_events. */
function delivered(events: readonly string[], given: Readonly<Record<string, unknown>> = {}): readonly string[][] {
  const filters = evaluatedArguments(
    subscriptions.map(({ stack, address }) => ({
      stack,
      given,
      argument: argumentOf(stack, address, "filter_policy"),
    })),
  );
  return filters.map((filter) => {
    const matches = eventPattern(JSON.parse(filter as string) as Fields);
    return events.filter((event) => matches(message(event)));
  });
}
const each = (...events: readonly string[]): readonly (readonly string[])[] => subscriptions.map(() => events);

describeTerraform("events of the cache by email", () => {
  test("are chosen by the body of the message: ElastiCache sends no attributes, so that none would arrive by them", () => {
    const scopes = subscriptions.map(({ stack, address }) => argumentOf(stack, address, "filter_policy_scope"));
    expect(scopes).toEqual(subscriptions.map(() => "MessageBody"));
  });

  test("are failed snapshots whatever email_events says", () => {
    expect(delivered(["SnapshotFailed"])).toEqual(each("SnapshotFailed"));
    expect(delivered(["SnapshotFailed", "FailoverComplete"], { "var.email_events": [] })).toEqual(
      each("SnapshotFailed"),
    );
    expect(delivered(["SnapshotFailed"], { "var.email_events": ["CacheNodesRebooted"] })).toEqual(
      each("SnapshotFailed"),
    );
  });

  test("are by default what clients may have noticed and what somebody has to plan for", () => {
    const promisedOnes = [
      "CacheNodeReplaceComplete",
      "FailoverComplete",
      "NodeReplacementScheduled",
      "ServiceUpdateAvailableForNode",
    ];
    expect(delivered([...promisedOnes, ...ofEveryBackup])).toEqual(each(...promisedOnes));
  });

  test("are those of email_events, one or several, and no others", () => {
    const all = ["CacheNodesRebooted", "FailoverComplete", "NodeReplacementCanceled", ...ofEveryBackup];
    const chosen = ["CacheNodesRebooted", "NodeReplacementCanceled"];
    expect(delivered(all, { "var.email_events": chosen })).toEqual(each(...chosen));
    expect(delivered(all, { "var.email_events": ["FailoverComplete"] })).toEqual(each("FailoverComplete"));
  });
});
