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
import { aws, createNetwork, type Network } from "./support/aws";
import { describeLab, lab } from "./support/lab";
import { group } from "./support/live";
import { expectOk, Project } from "./support/project";

let network: Network;
let hand: ReturnType<typeof legacyNetwork>;
let project: Project;
const before: Record<string, ReturnType<typeof everything>> = {};
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
  {
    // Clients that are users, logs that somebody reads elsewhere, tags of another tool's.
    environment: "users",
    id: "accounts",
    made: {
      ReplicationGroupDescription: "accounts of the shop",
      Engine: "valkey",
      EngineVersion: "8.0",
      NumCacheClusters: 2,
      AutomaticFailoverEnabled: true,
      MultiAZEnabled: true,
      TransitEncryptionEnabled: true,
      AtRestEncryptionEnabled: true,
      UserGroupIds: ["accounts-users"],
      SnapshotRetentionLimit: 20,
      SnapshotWindow: "16:00-17:00",
      AutoMinorVersionUpgrade: false,
      LogDeliveryConfigurations: [
        {
          LogType: "slow-log",
          DestinationType: "kinesis-firehose",
          DestinationDetails: { KinesisFirehoseDetails: { DeliveryStream: "accounts-slow-log" } },
          LogFormat: "text",
        },
      ],
      Tags: [
        { Key: "ManagedBy", Value: "Terraform" },
        { Key: "Stack", Value: "redis-shop" },
      ],
    },
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
    aws("elasticache", "createUser", {
      UserId: "accounts-app",
      UserName: "app",
      Engine: "valkey",
      AccessString: "on ~* +@all",
      Passwords: ["a-password-of-the-app-1"],
    });
    aws("elasticache", "createUserGroup", {
      UserGroupId: "accounts-users",
      Engine: "valkey",
      UserIds: ["accounts-app"],
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
      before[id] = everything(id);
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
    expect(reports.accounts).toContain("It keeps the user groups");
    expect(reports.accounts).toContain(
      "Logs: slow-log to accounts-slow-log -> engine-log to the stack's log group, slow-log to accounts-slow-log",
    );
    for (const text of Object.values(reports)) {
      expect(text).toContain("## Do this on the live cluster first\n\nNothing.");
      expect(text).not.toContain("What was not checked");
    }
    expect(reports["lone-rg"]).toContain("They are taken from lone-rg-001, a replica.");
  });

  test("names that AWS has already are in the report, with a way out that leads to a report without them", () => {
    aws("elasticache", "createCacheParameterGroup", {
      CacheParameterGroupName: "taken-redis-redis6-x",
      CacheParameterGroupFamily: "redis6.x",
      Description: "of a popular module",
    });
    const { stdout } = adopt("orders", "--environment", "taken");
    expect(stdout).toContain("aws_elasticache_parameter_group.redis: taken-redis-redis6-x\n");
    const [, command = "none"] = /\n *npm run adopt -- (.*--name-prefix.*)\n/.exec(stdout) ?? [];
    const again = adopt(...command.split(" "));
    expect(again.stdout).toContain("## Do this on the live cluster first\n\nNothing.");
    expect(again.stdout).toContain('redis("redis-taken", environments.taken, { namePrefix: "taken-cache" });');
  });

  test("a first deploy is refused before it creates anything when AWS has one of its names", () => {
    aws("sns", "createTopic", { Name: "dev-redis-events" });
    const deploy = project.npm("deploy", ["redis-dev", "--auto-approve"]);
    expect(deploy.text).toMatch(/AWS already has a resource .* aws_sns_topic.redis_events: arn:\S+:dev-redis-events /);
    expect(deploy.ok).toBe(false);
    expect(project.isDeployed("redis-dev")).toBe(false);
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
      // One after the other: Terraform's plugin cache is not made for several at once.
      for (const { environment } of all) {
        const init = await terraform(project, environment, ["init", "-input=false"]);
        expect(init.ok ? "" : init.text).toBe("");
      }
      const plans = await Promise.all(all.map(({ environment }) => planned(project, environment)));
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
        const first = await terraform(project, environment, ["apply", "-no-color", "-input=false", "plan"]);
        // hashicorp/aws 5.x has a default strategy, and asks for it when it takes over a cluster that has a token or users; 6.x, which the
        // stack requires, has none. What is refused changes nothing, and is asked once.
        // https://github.com/hashicorp/terraform-provider-aws/issues/42372
        const asked =
          /AuthToken must be given with AuthTokenUpdateStrategy|Auth tokens can't be enabled with a user group/;
        const last =
          asked.test(first.text) && ["token", "users"].includes(environment)
            ? await terraform(project, environment, ["apply", "-no-color", "-auto-approve", "-input=false", file])
            : first;
        expect(last.ok ? "" : last.text).toBe("");
        const again = await terraform(project, environment, ["plan", "-no-color", "-input=false", file]);
        expect(again.text).toContain("No changes.");
      };
      await Promise.all(all.map(({ environment }) => deploy(environment)));
    });

    test.each(all.map(({ id }) => id))(
      "%s is the same cluster, but for what its report said, and has backups",
      async (id) => {
        expect(unannounced(before[id] ?? {}, everything(id), reports[id] ?? "")).toEqual([]);
        const { SnapshotRetentionLimit, SnapshottingClusterId, MemberClusters } = group(id);
        expect(SnapshotRetentionLimit).toBe(before[id]?.SnapshotRetentionLimit === 20 ? 20 : 30);
        expect(MemberClusters).toContain(SnapshottingClusterId);
        await lab("automatic-snapshot", { replicationGroupId: id });
        const { Snapshots } = aws("elasticache", "describeSnapshots", { CacheClusterId: SnapshottingClusterId }) as {
          Snapshots: { SnapshotStatus: string }[];
        };
        expect(Snapshots.map(({ SnapshotStatus }) => SnapshotStatus)).toEqual(["available"]);
      },
    );

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
    ["a name outside of the folder", ["orders", "--environment", "../../../../tmp/x"], {}, "is not a valid name"],
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
