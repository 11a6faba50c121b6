import { spawnSync } from "node:child_process";
import type { CreateReplicationGroupCommandInput } from "@aws-sdk/client-elasticache";
import {
  createByHand,
  everything,
  follow,
  legacyNetwork,
  planned,
  runCommands,
  terraform,
  unannounced,
} from "./support/adoption";
import { aws, createNetwork, finalSnapshots, type Network } from "./support/aws";
import { metrics } from "./support/executions";
import { describeLab, evaluate, lab, runSchedule } from "./support/lab";
import { group, parameters } from "./support/live";
import { expectOk, Project } from "./support/project";

const sharded: Partial<CreateReplicationGroupCommandInput> = {
  Engine: "redis",
  EngineVersion: "7.1",
  AutomaticFailoverEnabled: true,
};

interface Adoption {
  readonly environment: string;
  readonly id: string;
  readonly made: Partial<CreateReplicationGroupCommandInput>;
}

/** Backups are off. The first loses a shard before it is adopted, so that ids have a gap; the other has no replicas. */
const catalog: Adoption = {
  environment: "shards",
  id: "catalog",
  made: {
    ...sharded,
    NumNodeGroups: 3,
    ReplicasPerNodeGroup: 1,
    CacheParameterGroupName: "catalog-parameters",
    Port: 6380,
    Tags: [{ Key: "Team", Value: "catalog" }],
  },
};
const prices: Adoption = {
  environment: "bare",
  id: "prices",
  made: { ...sharded, NumNodeGroups: 2, ReplicasPerNodeGroup: 0, CacheParameterGroupName: "default.redis7.cluster.on" },
};
const adoptions = [catalog, prices];
const each = adoptions.map((adoption): [string, Adoption] => [adoption.id, adoption]);

let network: Network;
let project: Project;
const before: Record<string, ReturnType<typeof everything>> = {};
const reports: Record<string, string> = {};

/** The number of nodes of each shard, by its id. */
const shape = (id: string): Record<string, number> =>
  Object.fromEntries(
    (group(id) as unknown as { NodeGroups: { NodeGroupId: string; NodeGroupMembers: object[] }[] }).NodeGroups.map(
      ({ NodeGroupId, NodeGroupMembers }) => [NodeGroupId, NodeGroupMembers.length],
    ),
  );
const adopt = ({ id, environment }: Adoption) =>
  spawnSync("npm", ["run", "-s", "adopt", "--", id, "--environment", environment], {
    cwd: project.folder,
    encoding: "utf8",
  });

describeLab("clusters with shards, made by hand", () => {
  beforeAll(() => {
    network = createNetwork();
    const hand = legacyNetwork(network);
    project = new Project(network);
    const named = { CacheParameterGroupName: "catalog-parameters" };
    aws("elasticache", "createCacheParameterGroup", {
      ...named,
      CacheParameterGroupFamily: "redis7",
      Description: "made by hand",
    });
    aws("elasticache", "modifyCacheParameterGroup", {
      ...named,
      ParameterNameValues: [
        { ParameterName: "cluster-enabled", ParameterValue: "yes" },
        { ParameterName: "timeout", ParameterValue: "300" },
      ],
    });
    for (const { id, made } of adoptions) createByHand(id, hand, made);
    aws("elasticache", "modifyReplicationGroupShardConfiguration", {
      ReplicationGroupId: "catalog",
      NodeGroupCount: 2,
      ApplyImmediately: true,
      NodeGroupsToRemove: ["0002"],
    });
    aws("elasticache", "decreaseReplicaCount", {
      ReplicationGroupId: "catalog",
      ApplyImmediately: true,
      ReplicaConfiguration: [{ NodeGroupId: "0003", NewReplicaCount: 0 }],
    });
  });

  afterAll(() => {
    project.remove();
  });

  test("shards with different numbers of replicas are refused, with a command that makes them alike", () => {
    const { status, stderr } = adopt(catalog);
    expect(stderr).toContain("(0001: 1, 0003: 0)");
    expect(status).toBe(1);
    const [command = "none"] = /aws elasticache increase-replica-count .*--apply-immediately/.exec(stderr) ?? [];
    expect(spawnSync("bash", ["-c", command], { encoding: "utf8" }).stderr).toBe("");
    expect(shape("catalog")).toEqual({ "0001": 2, "0003": 2 });
  });

  test.each(each)("%s is reported on, and nothing of it changes by that", (id, adoption) => {
    const live = group(id);
    const { status, stdout, stderr } = adopt(adoption);
    expect(status === 0 ? "" : stderr).toBe("");
    expect(group(id)).toEqual(live);
    before[id] = everything(id);
    reports[id] = stdout;
    expect(stdout).toContain("## Do this on the live cluster first\n\nNothing.");
    expect(stdout).not.toContain("What was not checked");
    follow(project.folder, id, adoption.environment);
  });

  test("what a report finds is what is there", () => {
    expect(reports.catalog).toContain("cluster mode enabled with 2 shards (0001, 0003) of 1 + 1 nodes");
    expect(reports.catalog).toContain("timeout among them");
    expect(reports.catalog).not.toContain("- Nodes: ");
    expect(reports.prices).toMatch(/replicas_per_node_group is 0\. .*default of replicas_per_node_group will be used/);
    expect(reports.prices).toContain("- Nodes: 2 -> 6, 3 in each shard. ");
  });

  describe("deployed", () => {
    beforeAll(async () => {
      for (const text of Object.values(reports)) {
        const [, first = ""] = /## How to adopt it\n\n([\s\S]*?)\n\n- /.exec(text) ?? [];
        runCommands(first.split("\n"), "--snapshot-retention-limit 30");
      }
      expectOk(project.synth());
      for (const { environment } of adoptions)
        expectOk(await terraform(project, environment, ["init", "-input=false"]));
    });

    test.each(each)(
      "the plan imports %s, destroys and replaces nothing, and leaves its backups as they are",
      async (_id, adoption) => {
        const plan = await planned(project, adoption.environment);
        expect(plan.filter(({ actions }) => actions.includes("delete"))).toEqual([]);
        expect(plan.filter(({ imported }) => imported)).toEqual([
          { address: "aws_elasticache_replication_group.redis", actions: ["update"], imported: true },
        ]);
        const { resource_changes: changes } = project.showPlan(
          "cdktf.out/stacks",
          `redis-${adoption.environment}`,
          "plan",
        ) as unknown as { resource_changes: { address: string; change: Record<"before" | "after", object> }[] };
        const change = changes.find(({ address }) => address === "aws_elasticache_replication_group.redis")?.change;
        const backups = { snapshot_retention_limit: 30, snapshot_window: "18:00-20:00", num_node_groups: 2 };
        expect(change?.before).toMatchObject(backups);
        expect(change?.after).toMatchObject(backups);
      },
    );

    test("each is deployed, and a second plan finds nothing to change", async () => {
      const deploy = async ({ environment }: Adoption): Promise<void> => {
        const first = await terraform(project, environment, ["apply", "-no-color", "-input=false", "plan"]);
        expect(first.ok ? "" : first.text).toBe("");
        const file = `-var-file=../../../${environment}.tfvars`;
        const again = await terraform(project, environment, ["plan", "-no-color", "-input=false", file]);
        expect(again.text).toContain("No changes.");
      };
      await Promise.all(adoptions.map(deploy));
    });

    test.each(each)("%s is the same cluster, but for what its report said", (id) => {
      expect(unannounced(before[id] ?? {}, everything(id), reports[id] ?? "")).toEqual([]);
      expect(group(id)).toMatchObject({ SnapshotRetentionLimit: 30, MultiAZ: "enabled", ClusterEnabled: true });
    });

    test("shards, tags and parameters are kept, and replicas are added where there were none", () => {
      expect(shape("catalog")).toEqual({ "0001": 2, "0003": 2 });
      expect(shape("prices")).toEqual({ "0001": 3, "0002": 3 });
      expect(parameters("shards-redis-redis7-cluster-on")).toMatchObject({ "cluster-enabled": "yes", timeout: "300" });
      const { TagList } = aws("elasticache", "listTagsForResource", { ResourceName: group("catalog").ARN }) as {
        TagList: { Key: string; Value: string }[];
      };
      expect(TagList).toContainEqual({ Key: "Team", Value: "catalog" });
    });

    test("every node has its alarms", () => {
      const { MetricAlarms } = aws("cloudwatch", "describeAlarms", {
        AlarmNamePrefix: "shards-redis-memory-usage-",
      }) as { MetricAlarms: { Dimensions: { Name: string; Value: string }[] }[] };
      const watched = MetricAlarms.map(
        ({ Dimensions }) => Dimensions.find(({ Name }) => Name === "CacheClusterId")?.Value,
      );
      expect(watched.sort()).toEqual([...group("catalog").MemberClusters].sort());
    });

    test("its backup check finds the backup of its shards, and takes its age from the oldest", async () => {
      await lab("age", { replicationGroupId: "catalog", hours: 500 });
      await lab("automatic-snapshot", { replicationGroupId: "catalog", shard: "0003", ageHours: 6 });
      expect(await runSchedule("shards-redis-backup-check")).toMatchObject({ status: "SUCCEEDED" });
      const { SnapshotAgeHours, SnapshotsFailed } = metrics(["SnapshotAgeHours", "SnapshotsFailed"], "catalog");
      expect(SnapshotAgeHours).toBeCloseTo(6, 1);
      expect(SnapshotsFailed).toBe(0);
      expect((await evaluate("shards-redis-backup-failed")).state).toBe("OK");
    });

    test("it is destroyed only when that is asked for by name, and leaves a backup of every shard", () => {
      const destroy = (environment: NodeJS.ProcessEnv) =>
        project.npm("destroy", ["redis-shards", "--auto-approve", "--var-file=shards.tfvars"], environment);
      expect(destroy({}).text).toContain("prevent_destroy");
      expectOk(destroy({ UNPROTECT_STACK: "redis-shards" }));
      const [final] = finalSnapshots("shards");
      const { Snapshots } = aws("elasticache", "describeSnapshots", { SnapshotName: final }) as {
        Snapshots: { NumNodeGroups: number; NodeSnapshots: { NodeGroupId: string }[] }[];
      };
      expect(Snapshots).toMatchObject([{ NumNodeGroups: 2 }]);
      expect(Snapshots[0]?.NodeSnapshots.map(({ NodeGroupId }) => NodeGroupId)).toEqual(["0001", "0003"]);
      const { CacheSubnetGroups } = aws("elasticache", "describeCacheSubnetGroups", {
        CacheSubnetGroupName: "legacy-subnets",
      }) as { CacheSubnetGroups: object[] };
      expect(CacheSubnetGroups).toHaveLength(1);
    });
  });
});
