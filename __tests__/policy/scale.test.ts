import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { clustersAtOnce, most } from "../../stacks/policy/evaluation";
import { nodesOfCluster } from "../../scripts/maintain/scaling/page";
import { measured, secondsOfCall, usageOf } from "../../scripts/maintain/scaling/policy-check";
import { account, type Account, type Given } from "../support/account";
import { Meter, run } from "../support/machine";
import { at, check, clusters, mayCall, now, oneTrail } from "../support/policy-check";

// https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
const mostEvents = 25_000;
const mostBytes = 256 * 1024;
const mostVariables = 10 * 1024 * 1024;

const idOf = (i: number): string => `a-replication-group-of-forty-chars-${String(i).padStart(5, "0")}`;

const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);

/** What is in the account of each check; `execute` runs what it starts. */
const accountWith = (execute: (input: unknown) => unknown, given: Partial<Given>): Account =>
  account({
    may: mayCall,
    executions: [
      {
        ExecutionArn: "last",
        Status: "SUCCEEDED",
        StartDate: at(24),
        Output: JSON.stringify({ lastNotification: { at: 0, list: [], count: 0 } }),
      },
    ],
    trails: oneTrail,
    ...given,
    on: {
      startExecution: async (_action, { Input }) => ({ Output: await execute(Input) }),
      ...given.on,
    },
  });

const nodesOf = (count: number, each: number): NonNullable<Given["nodes"]> =>
  Object.fromEntries(
    Array.from({ length: count * each }, (_one, i) => {
      const ReplicationGroupId = idOf(Math.floor(i / each));
      return [`${ReplicationGroupId}-00${(i % each) + 1}`, [{ Engine: "valkey", ReplicationGroupId }]];
    }),
  );

const groupOf = (id: string): object => ({
  Arn: id,
  Status: "available",
  ReplicationGroupCreateTime: at(5000),
  SnapshotRetentionLimit: 30,
  SnapshotWindow: "03:00-05:00",
  SnapshottingClusterId: `${id}-002`,
  AutomaticFailover: "enabled",
  MemberClusters: [1, 2, 3].map((node) => `${id}-00${node}`),
  NodeGroups: [{ NodeGroupMembers: [{ CacheClusterId: `${id}-001`, CurrentRole: "primary" }] }],
});

test("1,000 clusters of three nodes with 30 snapshots each are evaluated within the limits of Step Functions", async () => {
  const count = 1000;
  const ids = Array.from({ length: count }, (_one, i) => idOf(i));
  // Every hundredth has not been backed up for two days.
  const snapshots = ids.flatMap((id, i) =>
    Array.from({ length: 30 }, (_one, day) => ({
      SnapshotName: `automatic.${id}-${day}`,
      CacheClusterId: `${id}-002`,
      SnapshotSource: "automated",
      SnapshotStatus: "available",
      NodeSnapshots: [{ SnapshotCreateTime: at(day * 24 + (i % 100 === 0 ? 50 : 5)) }],
    })),
  );
  const children: Meter[] = [];
  const meter = new Meter();
  const clock = { now, callMillis: secondsOfCall * 1000 };
  const { answer, calls, argumentsOf } = accountWith(
    (input) => {
      const child = new Meter();
      children.push(child);
      return run(clusters, answer, input, clock, child);
    },
    {
      nodes: nodesOf(count, nodesOfCluster),
      groups: Object.fromEntries(ids.map((id) => [id, [groupOf(id)]])),
      snapshots,
    },
  );
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
  expect(calls.length - usage.children).toBe(usage.elasticacheCalls + further + measured.calls);
  const seconds = (clock.now - now) / 1000;
  expect(seconds).toBeGreaterThanOrEqual(usage.seconds);
  expect(seconds).toBeLessThanOrEqual(usage.seconds + further * secondsOfCall);
  const counts = { describeCacheClusters: 60, describeReplicationGroups: count, listTagsForResource: count };
  for (const [action, expected] of Object.entries({ ...counts, describeSnapshots: count + further }))
    expect({ action, calls: argumentsOf(action).length }).toEqual({ action, calls: expected });
});

test("5,000 clusters with the longest ids, all findings, and all of them busy at first stay within the limits", async () => {
  const count = 5000;
  const seen = new Set<string>();
  const found = (input: unknown) => {
    const asked = (input as { clusters: string[] }).clusters;
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
    return { evaluated: left.length, violations, exempt, busy };
  };
  const { answer } = accountWith(found, { nodes: nodesOf(count, 1) });
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
  const ids = Array.from({ length: 50 }, (_one, i) => idOf(i));
  const MemberClusters = (id: string) => Array.from({ length: 6 }, (_one, i) => `${id}-00${i + 1}`);
  const { answer } = accountWith(() => undefined, {
    groups: Object.fromEntries(
      ids.map((id) => [
        id,
        [{ Arn: id, Status: "available", ReplicationGroupCreateTime: at(5000), MemberClusters: MemberClusters(id) }],
      ]),
    ),
    tags: Object.fromEntries(ids.map((id) => [id, { BackupPolicyExemption: "é".repeat(256) }])),
    on: {
      // There is always another page, of old ones.
      describeSnapshots: () => ({
        Marker: "more",
        Snapshots: Array.from({ length: 5 }, () => ({
          SnapshotStatus: "available",
          NodeSnapshots: [{ SnapshotCreateTime: at(500) }],
        })),
      }),
    },
  });
  const meter = new Meter();
  const output = await run(clusters, answer, { clusters: ids.map((id) => `g${id}`), at: now }, { now }, meter);
  expect(output).toMatchObject({ evaluated: 50, violations: [], busy: [] });
  expect(meter.events).toBeLessThan(mostEvents);
  expect(meter.largest.bytes).toBeLessThan(mostBytes);
});

test("as much of each list is kept, and as many clusters are evaluated at once, as the documentation says", () => {
  const text = (page: string): string => readFileSync(resolve(__dirname, `../../docs/${page}.md`), "utf8");
  const numbers = (page: string, pattern: RegExp): readonly number[] =>
    (pattern.exec(text(page)) ?? []).slice(1).map((number) => Number(number.replace(",", "")));
  const { violations, exempt, remembered } = most;
  expect(
    numbers(
      "scaling",
      /the first ([\d,]+) clusters, (\d+) exempt ones, and ([\d,]+) short entries that the next check/,
    ),
  ).toEqual([violations, exempt, remembered]);
  expect(numbers("policy", /names the first (\d+) clusters, that output the first (\d+);/)).toEqual([50, violations]);
  expect(numbers("policy", /runs `redis-backup-policy-check-clusters` for (\d+) at a time/)).toEqual([clustersAtOnce]);
});
