import { ElastiCacheClient, type ReplicationGroup } from "@aws-sdk/client-elasticache";
import { setTimeout } from "node:timers/promises";
import { refuseCluster, refuseGroup } from "../../../scripts/commands/adopt/unfit";
import { awaitCache, problemOf } from "../../../scripts/commands/recover/cache";
import type { Search } from "../../../scripts/commands/recover/found";
import type { State } from "../../../scripts/commands/recover/state";
import { but, clusterStatuses, engines, enumerated, groupStatuses } from "../../support/aws-values";
import { clientOf, failed, itself, outcome, saying, type Row } from "./row";

const group = { replication_group_id: "it" };
const stateOf = (status?: "tainted"): State =>
  ({
    resources: [
      ["aws_elasticache_replication_group", "redis", group] as const,
      ["random_id", "redis_final_snapshot", { hex: "1a2b3c4d" }] as const,
    ].map(([type, name, attributes]) => ({
      ...{ mode: "managed", type, name },
      instances: [{ attributes, ...(status && { status }) }],
    })),
  }) as unknown as State;
const answersOf = (groups: readonly string[], snapshots: readonly object[]) => {
  const left = [...groups];
  return clientOf((operation) =>
    operation === "DescribeSnapshots"
      ? { Snapshots: snapshots }
      : { ReplicationGroups: [{ Status: left.length > 1 ? left.shift() : left[0] }] },
  ).send;
};
const failures = { failed: /AWS could not create it/ };

const recoveries: readonly Row[] = [
  ...([[{}], []] as const).map((snapshots): Row => ({
    what: `a cache in the state, ${snapshots.length > 0 ? "where its final snapshot is there" : "whose creation nobody saw succeed"}`,
    values: groupStatuses,
    compares: ['commands/recover/cache.ts: status !== "deleting"'],
    outcomeOf: async (status) => {
      jest.spyOn(ElastiCacheClient.prototype, "send").mockImplementation(answersOf([status], snapshots) as never);
      let problem: unknown;
      const search = { found: [], region: "eu-west-1", name: "dev-redis" } as unknown as Search;
      const how = await outcome(async () => {
        problem = await problemOf(stateOf("tainted"), search);
      }, failures);
      return how === "passes" ? problem : how;
    },
    expected:
      snapshots.length > 0
        ? {
            failed,
            ended: ["deleting"],
            "without a name for its final snapshot": but(groupStatuses, "deleting", ...failed),
          }
        : { failed, undefined: ["deleting"], unfinished: but(groupStatuses, "deleting", ...failed) },
  })),
  {
    what: "a cache that is imported",
    values: groupStatuses,
    compares: ['commands/recover/cache.ts: status === "available"'],
    outcomeOf: async (status) => {
      jest.spyOn(ElastiCacheClient.prototype, "send").mockImplementation(answersOf([status, "available"], []) as never);
      jest.mocked(setTimeout).mockReset().mockResolvedValue(undefined);
      const how = await outcome(() => awaitCache("eu-west-1", "it"), failures);
      return how === "passes" ? `${jest.mocked(setTimeout).mock.calls.length} waits` : how;
    },
    expected: { failed, "0 waits": ["available"], "1 waits": but(groupStatuses, "available", ...failed) },
  },
];

const modes = enumerated("elasticache", "ClusterMode");
const adoptions: readonly Row[] = [
  {
    what: "a node that is adopted, by its engine",
    values: engines,
    compares: ['commands/adopt/unfit.ts: engine === "memcached"'],
    outcomeOf: (Engine) =>
      outcome(
        () => {
          refuseCluster({ Engine, CacheClusterStatus: "available" });
        },
        { refused: /is Memcached/ },
      ),
    expected: { refused: ["memcached"], passes: but(engines, "memcached") },
  },
  ...(
    [
      [
        "node",
        clusterStatuses,
        (CacheClusterStatus: string) => {
          refuseCluster({ CacheClusterStatus });
        },
      ],
      [
        "group",
        groupStatuses,
        (Status: string) => {
          refuseGroup({ Status });
        },
      ],
    ] as const
  ).map(([what, values, act]): Row => ({
    what: `a ${what} that is adopted`,
    values,
    compares: ['commands/adopt/unfit.ts: status !== "available"'],
    outcomeOf: (status) =>
      outcome(() => {
        act(status);
      }, saying(values)),
    expected: { passes: ["available"], ...itself(but(values, "available")) },
  })),
  {
    what: "a group that is adopted, by its cluster mode",
    values: modes,
    compares: ['commands/adopt/unfit.ts: group.ClusterMode === "compatible"'],
    outcomeOf: (ClusterMode) =>
      outcome(
        () => {
          refuseGroup({ Status: "available", ClusterMode } as ReplicationGroup);
        },
        {
          refused: /is in cluster mode compatible/,
        },
      ),
    expected: { refused: ["compatible"], passes: but(modes, "compatible") },
  },
];

/** The commands that take over what there is. */
export const rows: readonly Row[] = [...recoveries, ...adoptions];
