import { changesInPlace, switchOnFirst } from "../../scripts/commands/adopt/changes";
import { entryFor } from "../../scripts/commands/adopt/entry";
import type { LiveCluster } from "../../scripts/commands/adopt/live";
import { schedulesOf, timesOf } from "../../scripts/commands/adopt/times";
import { settle } from "../../scripts/commands/adopt/validate";
import { mayChange } from "../../scripts/commands/adopt/values";
import { environments } from "../../stacks/environments";
import { live } from "../support/live-cluster";

// What only begins like the name of something else is not taken for it.

test.each([...mayChange])(
  "when the environment refuses %s, the variables whose names begin with it stay",
  async (name) => {
    const alike = { [`${name}_of_replicas`]: 1, [name.slice(0, -1)]: 2 };
    const refuses = (values: object): Readonly<Record<string, string>> => (name in values ? { [name]: "No." } : {});
    // Logs end one by one, without a name.
    const given = name === "log_types" ? alike : { ...alike, [name]: 3 };
    expect((await settle(given, (values) => Promise.resolve(refuses(values)))).values).toEqual(alike);
  },
);

describe("a node whose id begins with that of the node which the deploy names as the source of backups", () => {
  const ofTheStack = { tagNames: new Set<string>(), parameterNames: new Set<string>() };
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
