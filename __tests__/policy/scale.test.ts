import { clustersCheck } from "../../stacks/policy/clusters";
import { policyCheck } from "../../stacks/policy/definition";
import { most } from "../../stacks/policy/evaluation";
import { nodesOfCluster } from "../../scripts/maintain/scaling/page";
import { measured, secondsOfCall, usageOf } from "../../scripts/maintain/scaling/policy-check";
import { filledIn, Meter, run, type Answer } from "../support/machine";
import { listed, type Listed } from "../support/snapshots";

// https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
const mostEvents = 25_000;
const mostBytes = 256 * 1024;
const mostVariables = 10 * 1024 * 1024;

const hour = 3_600_000;
const now = Date.now();
const at = (hoursAgo: number): string => new Date(now - hoursAgo * hour).toISOString();
const values = { "var.backup_floor_days": "7", "var.backup_max_duration_minutes": "180" };
const check = filledIn(policyCheck({ topicArn: "people", chatTopicArn: "chat" }), values);
const clusters = filledIn(clustersCheck, values);
const idOf = (i: number): string => `a-replication-group-of-forty-chars-${String(i).padStart(5, "0")}`;

/** One page of a list, with an empty marker after the last one, as AWS answers. */
const page = <Item>(items: readonly Item[], args: Parameters<Answer>[1]) => {
  const end = Number(args.Marker ?? 0) + Number(args.MaxRecords);
  return { rows: items.slice(Number(args.Marker ?? 0), end), Marker: end < items.length ? String(end) : "" };
};

const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);

/** Calls of the check itself that have nothing to do with clusters. */
const others: Answer = (action, args) => {
  switch (action) {
    case "listExecutions":
      return { Executions: args.StatusFilter === "RUNNING" ? [] : [{ ExecutionArn: "last" }] };
    case "describeExecution":
      return { Output: JSON.stringify({ lastNotification: { at: 0, list: [], count: 0 } }) };
    case "describeTrails":
      return { TrailList: [{ TrailARN: "main", HasCustomEventSelectors: false }] };
    case "getTrailStatus":
      return { IsLogging: true };
    case "putMetricData":
    case "publish":
      return {};
    default:
      throw new Error(`The check calls ${action}, which it should not.`);
  }
};

const nodesOf = (count: number, each: number) =>
  Array.from({ length: count * each }, (_one, i) => ({
    Engine: "valkey",
    CacheClusterId: `${idOf(Math.floor(i / each))}-00${(i % each) + 1}`,
    ReplicationGroupId: idOf(Math.floor(i / each)),
  }));

test("1,000 clusters of three nodes with 30 snapshots each are evaluated within the limits of Step Functions", async () => {
  const count = 1000;
  const nodes = nodesOf(count, nodesOfCluster);
  const snapshots = new Map<string, Listed[]>();
  for (let i = 0; i < count; i++)
    snapshots.set(
      `${idOf(i)}-002`,
      Array.from({ length: 30 }, (_one, day) => ({
        SnapshotName: `automatic.${idOf(i)}-${day}`,
        CacheClusterId: `${idOf(i)}-002`,
        // Every hundredth has not been backed up for two days.
        ...{
          SnapshotStatus: "available",
          NodeSnapshots: [{ SnapshotCreateTime: at(day * 24 + (i % 100 === 0 ? 50 : 5)) }],
        },
      })),
    );
  const children: Meter[] = [];
  const calls: Record<string, number> = {};
  const answer: Answer = async (action, args) => {
    calls[action] = (calls[action] ?? 0) + 1;
    const id = String(args.ReplicationGroupId);
    switch (action) {
      case "startExecution": {
        const meter = new Meter();
        children.push(meter);
        return { Output: await run(clusters, answer, args.Input, clock, meter) };
      }
      case "describeCacheClusters": {
        const { rows, Marker } = page(nodes, args);
        return { CacheClusters: rows, Marker };
      }
      case "describeReplicationGroups":
        return {
          ReplicationGroups: [
            {
              ReplicationGroupId: id,
              Arn: id,
              Status: "available",
              ReplicationGroupCreateTime: at(5000),
              SnapshotRetentionLimit: 30,
              SnapshotWindow: "03:00-05:00",
              SnapshottingClusterId: `${id}-002`,
              AutomaticFailover: "enabled",
              MemberClusters: [1, 2, 3].map((node) => `${id}-00${node}`),
              NodeGroups: [{ NodeGroupMembers: [{ CacheClusterId: `${id}-001`, CurrentRole: "primary" }] }],
            },
          ],
        };
      case "describeSnapshots":
        return listed(snapshots.get(String(args.CacheClusterId)) ?? [], args);
      case "listTagsForResource":
        return { TagList: [] };
      default:
        return others(action, args);
    }
  };
  const meter = new Meter();
  const clock = { now, callMillis: secondsOfCall * 1000 };
  const report = (await run(check, answer, {}, clock, meter)) as { evaluated: number; violations: { id: string }[] };
  expect(report).toMatchObject({ evaluated: count, notEvaluated: [] });
  expect(report.violations.map(({ id }) => id)).toEqual([0, 100, 200, 300, 400, 500, 600, 700, 800, 900].map(idOf));

  expect(children).toHaveLength(20);
  for (const { events, largest, variables } of [meter, ...children]) {
    expect(events).toBeLessThan(mostEvents);
    expect(largest.bytes).toBeLessThan(mostBytes);
    expect(variables).toBeLessThan(mostVariables);
  }

  // What docs/scaling.md is computed from. Ten clusters need eight further calls for their snapshots.
  const usage = usageOf(count, nodesOfCluster);
  const further = 10 * 8;
  expect([meter.events, children.length]).toEqual([usage.events, usage.children]);
  expect(Math.min(...children.map(({ events }) => events))).toBe(usage.eventsOfChild);
  expect(sum(children.map(({ events }) => events))).toBe(
    usage.children * usage.eventsOfChild + further * measured.furtherCall.events,
  );
  expect(sum([meter, ...children].map(({ transitions }) => transitions))).toBe(
    usage.transitions + further * measured.furtherCall.transitions,
  );
  expect(sum(Object.values(calls)) - usage.children).toBe(usage.elasticacheCalls + further + measured.calls);
  const seconds = (clock.now - now) / 1000;
  expect(seconds).toBeGreaterThanOrEqual(usage.seconds);
  expect(seconds).toBeLessThanOrEqual(usage.seconds + further * secondsOfCall);
  expect(calls).toMatchObject({
    describeCacheClusters: 60,
    describeReplicationGroups: count,
    listTagsForResource: count,
    describeSnapshots: count + further,
  });
});

test("5,000 clusters with the longest ids, all findings, and all of them busy at first stay within the limits", async () => {
  const count = 5000;
  const nodes = nodesOf(count, 1);
  const seen = new Set<string>();
  const answer: Answer = (action, args) => {
    if (action === "describeCacheClusters") {
      const { rows, Marker } = page(nodes, args);
      return { CacheClusters: rows, Marker };
    }
    if (action !== "startExecution") return others(action, args);
    const asked = (args.Input as { clusters: string[] }).clusters;
    const isFirst = (key: string): boolean => !seen.has(key) && seen.add(key).size > 0;
    const busy = asked.filter(isFirst);
    const left = asked.filter((key) => !busy.includes(key));
    const all = left.map((key) => {
      const place = Number(key.slice(-5));
      return {
        id: key.slice(1),
        group: true,
        // The first ones fill the list with the longest problems, the others the remembered list with the most findings.
        ...(place < 2 * most.violations
          ? { found: ["unreadable"], problem: "x".repeat(300) }
          : {
              found: ["retention", "snapshot", "source", "failover"],
              retention: 35,
              floor: 35,
              oldest: 100.1,
              age: 9999.1,
            }),
      };
    });
    // A tag has 256 characters, which take up to four bytes each.
    const exempt = all.filter((_one, i) => i % 5 === 0).map((one) => ({ ...one, exempt: "𐍈".repeat(256) }));
    const violations = all.filter((_one, i) => i % 5 !== 0);
    return { Output: { evaluated: left.length, violations, exempt, busy } };
  };
  const meter = new Meter();
  const report = (await run(check, answer, {}, { now }, meter)) as {
    violations: unknown[];
    exempt: unknown[];
    lastNotification: { list: unknown[]; count: number };
  };
  expect(report).toMatchObject({ evaluated: count, notEvaluated: [], lastNotification: { count: 0.8 * count } });
  const { violations, exempt, lastNotification } = report;
  expect([violations.length, exempt.length, lastNotification.list.length]).toEqual([
    most.violations,
    most.exempt,
    most.remembered,
  ]);
  expect(meter.events).toBeLessThan(mostEvents / 2);
  expect(meter.largest.bytes).toBeLessThan(mostBytes);
  expect(meter.variables).toBeLessThan(mostVariables);
});

test("fifty clusters that need the most calls for their snapshots stay within the limits of one execution", async () => {
  const answer: Answer = (action, args) => {
    const id = String(args.ReplicationGroupId);
    switch (action) {
      case "describeReplicationGroups":
        return {
          ReplicationGroups: [
            {
              Arn: id,
              Status: "available",
              ReplicationGroupCreateTime: at(5000),
              MemberClusters: Array.from({ length: 6 }, (_one, i) => `${id}-00${i + 1}`),
            },
          ],
        };
      case "describeSnapshots":
        // There is always another page, of old ones.
        return {
          Marker: "more",
          Snapshots: Array.from({ length: 5 }, () => ({
            SnapshotStatus: "available",
            NodeSnapshots: [{ SnapshotCreateTime: at(500) }],
          })),
        };
      case "listTagsForResource":
        return { TagList: [{ Key: "BackupPolicyExemption", Value: "é".repeat(256) }] };
      default:
        throw new Error(`The check calls ${action}, which it should not.`);
    }
  };
  const meter = new Meter();
  const output = await run(
    clusters,
    answer,
    { clusters: Array.from({ length: 50 }, (_one, i) => `g${idOf(i)}`), at: now },
    { now },
    meter,
  );
  expect(output).toMatchObject({ evaluated: 50, violations: [], busy: [] });
  expect(meter.events).toBeLessThan(mostEvents);
  expect(meter.largest.bytes).toBeLessThan(mostBytes);
});
