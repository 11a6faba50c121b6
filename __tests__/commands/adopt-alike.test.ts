import { changesInPlace, switchOnFirst } from "../../scripts/commands/adopt/changes";
import { entryFor } from "../../scripts/commands/adopt/entry";
import type { LiveCluster } from "../../scripts/commands/adopt/live";
import { schedulesOf, timesOf } from "../../scripts/commands/adopt/times";
import { settle, type Validate } from "../../scripts/commands/adopt/validate";
import { mayChange, valuesOf } from "../../scripts/commands/adopt/values";
import { environments } from "../../stacks/environments";
import { live } from "../support/live-cluster";
import { everyStack } from "../support/stacks";

// Values that are only nearly the same are told apart.

const ofTheStack = { tagNames: new Set<string>(), parameterNames: new Set<string>() };
const [primary] = live.nodes as [LiveCluster["nodes"][number]];

/** Rules that refuse each value of a variable. */
function refusing(name: string): Validate {
  let asked = 0;
  return (values) => {
    asked += 1;
    if (asked > 3) throw new Error("Values that are refused are asked for again without end.");
    return Promise.resolve(name in values ? { [name]: "No." } : {});
  };
}

test.each([...mayChange])(
  "when the environment refuses %s, the variables whose names begin with it stay",
  async (name) => {
    const alike = { [`${name}_of_replicas`]: 1, [name.slice(0, -1)]: 2 };
    // Logs end one by one, without a name.
    const given = name === "log_types" ? alike : { ...alike, [name]: 3 };
    expect((await settle(given, refusing(name))).values).toEqual(alike);
  },
);

describe("a node whose id begins with that of the node which the deploy names as the source of backups", () => {
  const cluster = (role: "primary" | "replica"): LiveCluster => ({
    ...live,
    retentionDays: 0,
    nodes: [
      { id: "orders-0010", shard: "0001", role: role === "primary" ? "replica" : "primary", zone: "ap-northeast-1a" },
      { id: "orders-001", shard: "0001", role, zone: "ap-northeast-1c" },
    ],
  });
  const value = (name: string): unknown => (name === "log_types" ? [] : live.maintenanceWindow);
  const effectOf = (role: "primary" | "replica"): string | undefined => {
    const entry = entryFor(cluster(role), environments.prod, "prod", ofTheStack);
    return changesInPlace(cluster(role), entry, value, ofTheStack).find(({ what }) => what.startsWith("Backups: "))
      ?.effect;
  };

  test("does not hide that it is the primary", () => {
    expect(switchOnFirst(cluster("primary"), value)).toContain("--snapshotting-cluster-id orders-0010 ");
    expect(effectOf("primary")).toContain("The deploy would take them from the primary (orders-001)");
  });

  test("does not keep the deploy from switching backups on where it is a replica", () => {
    expect(switchOnFirst(cluster("replica"), value)).toBeUndefined();
    expect(effectOf("replica")).toContain("They are taken from orders-001, a replica.");
  });
});

test("a Region whose name begins with the environment's is another one, with nights of its own", () => {
  const region = `${environments.prod.region}0`;
  expect(schedulesOf({ region }, environments.prod, "06:30-08:00")).not.toEqual({});
  expect(timesOf({ ...live, region }, environments.prod)).toMatchObject({ localTime: null });
});

test.each([
  ["18:05-20:00", "5 16"],
  ["06:30-08:00", "30 4"],
  ["01:00-03:00", "0 23"],
])(
  "elsewhere, with the backup window %s, manual backups and restore tests begin two hours before: %s",
  (window, time) => {
    expect(schedulesOf({ region: "us-east-1" }, environments.prod, window)).toEqual({
      manual_backup_schedule: `cron(${time} 1 * ? *)`,
      restore_test_schedule: `cron(${time} 15 * ? *)`,
    });
  },
);

test("a cluster whose backups are kept for one day has backups: nothing is switched on, and it keeps their window", () => {
  const cluster = { ...live, retentionDays: 1 };
  const same: Readonly<Record<string, unknown>> = { ...valuesOf(cluster), backup_retention_days: 2, log_types: [] };
  expect(same).toMatchObject({ backup_window: live.backupWindow });
  expect(valuesOf(cluster)).toMatchObject({ backup_retention_days: 1, backup_window: live.backupWindow });
  const value = (name: string): unknown => (name === "backup_window" ? "01:00-02:00" : same[name]);
  expect(switchOnFirst({ ...cluster, nodes: [{ ...primary, id: "orders-004" }] }, value)).toBeUndefined();
  const entry = entryFor(cluster, environments.prod, "prod", ofTheStack);
  expect(changesInPlace(cluster, entry, value, ofTheStack).map(({ what }) => what)).toEqual(
    expect.arrayContaining(["Backups kept: 1 -> 2 days", "Backup window: 18:00-20:00 -> 01:00-02:00 UTC"]),
  );
  const elsewhere = { ...cluster, region: "us-east-1", backupWindow: "03:00-05:00" };
  expect(timesOf(elsewhere, environments.prod).backupWindow).toBe("03:00-05:00");
});

test("a replica is the source of backups although another one is listed before it", () => {
  const nodes = [
    { ...primary, id: "orders-003", role: "replica" as const },
    { ...primary, id: "orders-001", role: "replica" as const },
    { ...primary, id: "orders-002" },
  ];
  expect(switchOnFirst({ ...live, retentionDays: 0, nodes }, () => "")).toBeUndefined();
});

test("only what ElastiCache changes in place falls back to the environment's own value", async () => {
  const fallsBack: string[] = [];
  const variables = ["redis-prod", "redis-sharded"].flatMap((name) => Object.keys(everyStack[name]?.().variable ?? {}));
  // Logs end one by one: adopt.test.ts.
  for (const name of new Set(variables.filter((one) => one !== "log_types"))) {
    const { replaced } = await settle({ [name]: 1 }, refusing(name));
    fallsBack.push(...Object.keys(replaced));
  }
  expect(fallsBack.sort()).toEqual([
    ...["backup_retention_days", "backup_window", "maintenance_window", "num_cache_nodes", "replicas_per_node_group"],
  ]);
});
