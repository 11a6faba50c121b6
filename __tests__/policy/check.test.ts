import { checkDefinition } from "../../stacks/policy/check-definition";
import { ExecutionError, run, type Machine } from "../support/machine";

const hour = 3_600_000;
const now = Date.now();

// With what Terraform would fill in.
const check = JSON.parse(
  JSON.stringify(checkDefinition({ machineArn: "machine", topicArn: "people", chatTopicArn: "chat" }))
    .replaceAll("${var.backup_floor_days}", "7")
    .replaceAll("${var.backup_max_duration_minutes}", "180")
    .replaceAll(/\$\{[^}]*\}/g, "text"),
) as Machine;

interface Told {
  readonly at: number;
  readonly list: readonly string[];
}

interface Account {
  /** Days that backups of a replication group are kept. */
  readonly groups: Readonly<Record<string, number>>;
  /** How often each refuses to tell its tags. */
  readonly busy?: Readonly<Record<string, number>>;
  readonly tags?: Readonly<Record<string, string>>;
  /** What the last execution has told. */
  readonly told?: Told;
}

interface Report {
  readonly checked: number;
  readonly notJudged: readonly string[];
  readonly wrong: readonly { readonly id: string; readonly found: readonly string[] }[];
  readonly told: Told;
}

/** One execution, what it published and what people got. */
async function checked({ groups, busy = {}, tags = {}, told }: Account, input: object = {}) {
  const messages: string[] = [];
  const counts: Record<string, number> = {};
  const refusals = { ...busy };
  const report = await run(
    check,
    (action, args) => {
      switch (action) {
        case "listExecutions":
          return { Executions: told === undefined ? [] : [{ ExecutionArn: "last" }] };
        case "describeExecution":
          return { Output: JSON.stringify({ told }) };
        case "describeCacheClusters":
          return {
            CacheClusters: Object.keys(groups).map((id) => ({
              Engine: "redis",
              CacheClusterId: `${id}-001`,
              ReplicationGroupId: id,
            })),
          };
        case "describeSnapshots":
          return { Snapshots: [] };
        case "describeReplicationGroups": {
          const id = String(args.ReplicationGroupId);
          return {
            ReplicationGroups: [
              {
                ReplicationGroupId: id,
                Arn: id,
                Status: "available",
                ReplicationGroupCreateTime: new Date(now - hour).toISOString(),
                SnapshotRetentionLimit: groups[id],
                SnapshotWindow: "03:00-05:00",
                AutomaticFailover: "enabled",
                NodeGroups: [{ NodeGroupMembers: [{ CacheClusterId: `${id}-001`, CurrentRole: "primary" }] }],
              },
            ],
          };
        }
        case "listTagsForResource": {
          const id = String(args.ResourceName);
          const left = refusals[id] ?? 0;
          refusals[id] = left - 1;
          if (left > 0) throw new ExecutionError("ElastiCache.InvalidReplicationGroupStateException", "not available");
          const reason = tags[id];
          return { TagList: reason === undefined ? [] : [{ Key: "BackupPolicyExemption", Value: reason }] };
        }
        case "putMetricData":
          for (const { MetricName, Value } of args.MetricData as { MetricName: string; Value: number }[])
            counts[MetricName] = Value;
          return {};
        case "publish":
          if (args.TopicArn === "people") messages.push(`${String(args.Subject)}\n${String(args.Message)}`);
          return {};
        default:
          throw new Error(`The check calls ${action}, which it should not.`);
      }
    },
    input,
  );
  return { ...(report as Report), counts, messages };
}

const foundIn = ({ wrong }: Report) => Object.fromEntries(wrong.map(({ id, found }) => [id, found]));
const aDayAgo = now - 24 * hour;

test("a cluster that keeps its backups too short is told of", async () => {
  const report = await checked({ groups: { good: 7, short: 3 } });
  expect(foundIn(report)).toEqual({ short: ["retention"] });
  expect(report.messages).toEqual([expect.stringContaining("1 of 2 clusters break it")]);
});

describe("of a cluster that is being changed, and tells no tags,", () => {
  const always = 1000;

  test("the judgement is put off, and the others are judged", async () => {
    const report = await checked({ groups: { good: 7, short: 3 }, busy: { short: 3 } });
    expect(foundIn(report)).toEqual({ short: ["retention"] });
    expect(report).toMatchObject({ checked: 2, notJudged: [], counts: { ClustersNotJudged: 0 } });
  });

  test("it is said that it was not judged when it stays so", async () => {
    const report = await checked({ groups: { short: 3, other: 3, good: 7 }, busy: { short: always } });
    expect(foundIn(report)).toEqual({ other: ["retention"] });
    expect(report).toMatchObject({ checked: 2, notJudged: ["short"], counts: { ClustersNotJudged: 1 } });
    expect(report.messages).toEqual([expect.stringMatching(/^[^]*1 of 3 clusters[^]*Not judged, [^\n]*: short\.$/m)]);
  });

  test("what was told last still holds", async () => {
    const told = { at: aDayAgo, list: ["gone retention", "short retention failover"] };
    const report = await checked({ groups: { short: 7, good: 7 }, busy: { short: always }, told });
    expect(foundIn(report)).toEqual({ short: ["retention", "failover"] });
    expect(report.counts).toMatchObject({ ClustersWithFindings: 1, RetentionBelowFloor: 1, FailoverMissing: 1 });
    expect(report.told.list).toEqual(["short retention failover"]);
    expect(report.messages).toEqual([expect.stringContaining("No longer on the list: gone.")]);
    expect(report.messages[0]).toContain("short: retention, failover, as told before");

    const next = await checked({ groups: { short: 7, good: 7 }, told: report.told });
    expect(next.messages).toEqual([expect.stringContaining("nothing is wrong any more")]);
  });
});

describe("a trial at another time", () => {
  const groups = { short: 3 };
  const inADay = { at: new Date(now + 24 * hour).toISOString() };
  const told = { at: now - 2 * hour, list: ["short retention"] };

  test("tells people, and says what it is", async () => {
    const { messages } = await checked({ groups }, inADay);
    expect(messages).toEqual([expect.stringMatching(/^Trial: Redis backup policy: [^]*judged as if it were/)]);
  });

  test("publishes nothing, and leaves what was told as it is", async () => {
    const at = { at: new Date(now + 30 * 24 * hour).toISOString() };
    const report = await checked({ groups, told }, at);
    expect(report.messages).toHaveLength(1);
    expect(report.told).toEqual(told);
    expect(report.counts).toEqual({});
  });
});

test.each([
  ["yesterday", now - 24 * hour, 0],
  ["a week ago", now - 7 * 24 * hour, 1],
  ["in the future, by a trial of an earlier version,", now + 1000 * 24 * hour, 1],
])("of the same list that was told %s the number of messages is right", async (_when, at, times) => {
  const { messages } = await checked({ groups: { short: 3 }, told: { at, list: ["short retention"] } });
  expect(messages).toHaveLength(times);
});
