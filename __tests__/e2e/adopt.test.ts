import { spawnSync } from "node:child_process";
import type { CreateReplicationGroupCommandInput } from "@aws-sdk/client-elasticache";
import { createByHand, follow, identity, legacyNetwork, planned, terraform, type Identity } from "./support/adoption";
import { aws, createNetwork, type Network } from "./support/aws";
import { describeLab, lab } from "./support/lab";
import { group } from "./support/live";
import { expectOk, Project } from "./support/project";

let network: Network;
let hand: ReturnType<typeof legacyNetwork>;
let project: Project;
const before: Record<string, Identity> = {};
const reports: Record<string, string> = {};

interface Adoption {
  readonly environment: string;
  readonly id: string;
  readonly made: Partial<CreateReplicationGroupCommandInput>;
  /** What happened to it since. */
  readonly since?: () => Promise<unknown>;
}

const failover = (id: string): Promise<unknown> => lab("failover", { replicationGroupId: id });
const token = "a-token-that-nobody-reads-1";

const adoptions: readonly Adoption[] = [
  {
    environment: "plain",
    id: "orders",
    made: {
      Engine: "redis",
      EngineVersion: "6.2",
      NumCacheClusters: 2,
      PreferredMaintenanceWindow: "sat:18:30-sat:19:30",
      Tags: [
        { Key: "Team", Value: "orders" },
        { Key: "Name", Value: "old" },
      ],
    },
  },
  {
    environment: "token",
    id: "sessions",
    made: {
      Engine: "redis",
      EngineVersion: "7.1",
      NumCacheClusters: 2,
      TransitEncryptionEnabled: true,
      AtRestEncryptionEnabled: true,
      AuthToken: token,
      Port: 6380,
    },
    since: () => failover("sessions"),
  },
  {
    environment: "missing",
    id: "carts",
    made: {
      Engine: "valkey",
      EngineVersion: "8.0",
      NumCacheClusters: 5,
      AutomaticFailoverEnabled: true,
      CacheParameterGroupName: "carts-parameters",
    },
    since: async () => {
      await failover("carts");
      aws("elasticache", "decreaseReplicaCount", {
        ReplicationGroupId: "carts",
        ApplyImmediately: true,
        ReplicasToRemove: ["carts-001"],
      });
    },
  },
  {
    environment: "one-node",
    id: "flags",
    made: { Engine: "redis", EngineVersion: "5.0.6", NumCacheClusters: 1 },
  },
];

const each = adoptions.map((adoption): [string, Adoption] => [adoption.environment, adoption]);

describeLab("clusters made by hand", () => {
  beforeAll(async () => {
    network = createNetwork();
    hand = legacyNetwork(network);
    project = new Project(network);
    const parameters = { CacheParameterGroupName: "carts-parameters" };
    aws("elasticache", "createCacheParameterGroup", {
      ...parameters,
      CacheParameterGroupFamily: "valkey8",
      Description: "made by hand",
    });
    aws("elasticache", "modifyCacheParameterGroup", {
      ...parameters,
      ParameterNameValues: [
        { ParameterName: "timeout", ParameterValue: "300" },
        { ParameterName: "maxmemory-policy", ParameterValue: "allkeys-lru" },
      ],
    });
    for (const { id, made, since } of adoptions) {
      createByHand(id, hand, made);
      await since?.();
    }
    aws("elasticache", "createCacheCluster", {
      CacheClusterId: "lone",
      Engine: "redis",
      EngineVersion: "7.0",
      CacheNodeType: "cache.r6g.large",
      NumCacheNodes: 1,
      CacheSubnetGroupName: hand.subnetGroup,
      SecurityGroupIds: [hand.securityGroup],
    });
  });

  afterAll(() => {
    project.remove();
  });

  const adopt = (...args: readonly string[]) =>
    spawnSync("npm", ["run", "-s", "adopt", "--", ...args], { cwd: project.folder, encoding: "utf8" });

  test("a node without a replication group becomes one by the commands of its report, which change nothing by themselves", () => {
    const { status, stdout } = adopt("lone");
    expect(status).toBe(0);
    runCommands(stdout.split("\n"), "lone-rg");
    expect(group("lone-rg").MemberClusters).toContain("lone");
  });

  test.each([...each, ["lone", { environment: "lone", id: "lone-rg", made: {} }] as [string, Adoption]])(
    "%s is reported on, and nothing of it changes by that",
    (_name, { id, environment }) => {
      const live = group(id);
      const { status, stdout, stderr } = adopt(id, "--environment", environment);
      expect(status === 0 ? "" : stderr).toBe("");
      expect(group(id)).toEqual(live);
      before[id] = identity(id);
      reports[id] = stdout;
      follow(project.folder, id, environment);
    },
  );

  test("what a report finds is what is there", () => {
    expect(reports.orders).toContain("--snapshotting-cluster-id orders-002");
    expect(reports.orders).toMatch(/maintenance_window .* overlap/);
    expect(reports.orders).toContain("Name = old, which the stack sets");
    expect(reports.sessions).toContain("They are taken from sessions-001, a replica.");
    expect(reports.carts).toContain("carts-001 as their source, which does not exist");
    expect(reports.carts).toContain("timeout among them");
    expect(reports.flags).toMatch(/num_cache_nodes is 1\. .*default of num_cache_nodes will be used instead/);
    expect(reports["lone-rg"]).toContain("They are taken from lone-rg-001, a replica.");
  });

  describe("deployed", () => {
    beforeAll(() => {
      // The command of each report that has one.
      runCommands(
        Object.values(reports).flatMap((text) => text.split("\n")),
        "--snapshotting-cluster-id",
      );
      expectOk(project.synth());
    });

    const all: readonly { readonly environment: string; readonly id: string }[] = [
      ...adoptions,
      { environment: "lone", id: "lone-rg" },
    ];

    test("each plan imports the cluster, changes it in place, and destroys and replaces nothing", async () => {
      const plans = await Promise.all(
        all.map(async ({ environment }) => {
          const init = await terraform(project, environment, ["init", "-input=false"]);
          expect(init.ok ? "" : init.text).toBe("");
          return planned(project, environment);
        }),
      );
      for (const plan of plans) {
        expect(plan.filter(({ actions }) => actions.includes("delete"))).toEqual([]);
        expect(plan.filter(({ imported }) => imported)).toEqual([
          { address: "aws_elasticache_replication_group.redis", actions: ["update"], imported: true },
        ]);
      }
    });

    test("each is deployed, and a second plan finds nothing to change", async () => {
      const deploy = async (environment: string): Promise<void> => {
        const file = `-var-file=../../../${environment}.tfvars`;
        const apply = (): ReturnType<typeof terraform> =>
          terraform(project, environment, ["apply", "-no-color", "-auto-approve", "-input=false", file]);
        const first = await apply();
        // hashicorp/aws 5.x has a default strategy, and asks for it without a token when it takes a cluster over that has one;
        // 6.x, which the stack requires, has none. What it refuses changes nothing, and is asked once.
        const asked = first.text.includes("AuthToken must be given with AuthTokenUpdateStrategy");
        const last = asked && environment === "token" ? await apply() : first;
        expect(last.ok ? "" : last.text).toBe("");
        const again = await terraform(project, environment, ["plan", "-no-color", "-input=false", file]);
        expect(again.text).toContain("No changes.");
      };
      await Promise.all(all.map(({ environment }) => deploy(environment)));
    });

    test.each(all.map(({ id }) => id))("%s is the same cluster as before, with backups", async (id) => {
      expect(identity(id)).toEqual(before[id]);
      const { SnapshotRetentionLimit, SnapshottingClusterId, MemberClusters } = group(id);
      expect(SnapshotRetentionLimit).toBe(30);
      expect(MemberClusters).toContain(SnapshottingClusterId);
      await lab("automatic-snapshot", { replicationGroupId: id });
      const { Snapshots } = aws("elasticache", "describeSnapshots", { CacheClusterId: SnapshottingClusterId }) as {
        Snapshots: { SnapshotStatus: string }[];
      };
      expect(Snapshots.map(({ SnapshotStatus }) => SnapshotStatus)).toEqual(["available"]);
    });

    test("a live token is kept, and only it", async () => {
      const answer = await fetch(`${process.env.LAB_URL ?? ""}/_lab/replication-group?replicationGroupId=sessions`);
      expect(await answer.json()).toMatchObject({ auth_tokens: [token] });
    });

    test("its own tags and parameters are kept", () => {
      const { TagList } = aws("elasticache", "listTagsForResource", { ResourceName: group("orders").ARN }) as {
        TagList: { Key: string; Value: string }[];
      };
      expect(TagList).toContainEqual({ Key: "Team", Value: "orders" });
      const { Parameters } = aws("elasticache", "describeCacheParameters", {
        CacheParameterGroupName: "missing-redis-valkey8",
      }) as { Parameters: { ParameterName: string; ParameterValue: string }[] };
      expect(Object.fromEntries(Parameters.map((one) => [one.ParameterName, one.ParameterValue]))).toMatchObject({
        timeout: "300",
        "maxmemory-policy": "allkeys-lru",
      });
    });

    test("one that a stack has is not adopted again", () => {
      const { status, stderr } = adopt("orders", "--environment", "other");
      expect(status).toBe(1);
      expect(stderr).toContain("orders is managed by redis-plain already");
    });
  });

  test.each<[string, readonly string[], NodeJS.ProcessEnv, string]>([
    ["no such cluster", ["nothere"], {}, "has neither a replication group nor a cache cluster with it"],
    ["no cluster named", [], {}, "missing required argument 'id'"],
    ["a name outside of the folder", ["orders", "--environment", "../../../../tmp/x"], {}, "cannot be the name of an"],
    ["no Region", ["orders"], { AWS_REGION: "", AWS_DEFAULT_REGION: "" }, "Missing Region: pass --region"],
    ["a Region that is none", ["orders", "--region", "tokyo"], {}, "argument 'tokyo' is invalid. It must be a Region"],
    ["no credentials", ["orders"], { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" }, "Missing AWS credentials"],
    ["an AWS that is not reached", ["orders"], { AWS_ENDPOINT_URL: "http://127.0.0.1:1" }, "AWS could not be reached"],
  ])("%s: one sentence, and an exit code that is not 0", (_case, args, extra, sentence) => {
    const { status, stdout, stderr } = spawnSync("npm", ["run", "-s", "adopt", "--", ...args], {
      cwd: project.folder,
      encoding: "utf8",
      env: { ...process.env, ...extra },
    });
    expect(status).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toContain(sentence);
  });
});

/** Runs the commands of the aws CLI among the lines of a report that name something. */
function runCommands(lines: readonly string[], named: string): void {
  const commands = lines.filter((line) => line.startsWith("  aws ") && line.includes(named));
  expect(commands).not.toEqual([]);
  for (const command of commands) expect(spawnSync("bash", ["-c", command], { encoding: "utf8" }).stderr).toBe("");
}
