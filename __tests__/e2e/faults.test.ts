import { aws, createNetwork, deleteNetwork, type Network } from "./support/aws";
import { describeLab, lab } from "./support/lab";
import { expectNoChanges, expectOk, Project } from "./support/project";

const stack = "redis-dev";
let network: Network;
let project: Project;

beforeAll(() => {
  network = createNetwork();
  project = new Project(network);
  expectOk(project.synth());
  expectOk(project.terraform(stack, ["init", "-input=false"]));
});

afterAll(() => {
  project.destroy(stack);
  deleteNetwork(network);
  project.remove();
});

const groups = (): { ReplicationGroupCreateTime: string }[] =>
  (
    aws("elasticache", "describe-replication-groups") as {
      ReplicationGroups: { ReplicationGroupCreateTime: string }[];
    }
  ).ReplicationGroups;

describeLab("AWS refuses to create the cache", () => {
  test("the deploy says why, and the next one goes on", async () => {
    await lab("fail", { action: "CreateReplicationGroup", code: "InsufficientCacheClusterCapacity" });
    const deploy = project.deploy(stack);
    expect(deploy.ok).toBe(false);
    expect(deploy.text).toContain("InsufficientCacheClusterCapacity");
    expect(groups()).toEqual([]);
  });
});

test("two deploy at once: the second is told who holds the lock, and the first ends well", async () => {
  if (process.env.LAB_URL !== undefined) {
    // AWS throttles, answers 500 and hangs; the provider tries again.
    await lab("fail", { action: "CreateReplicationGroup", code: "Throttling", times: 2 });
    await lab("fail", { action: "PutSecretValue", http: 500, times: 2 });
    await lab("fail", { action: "DescribeCacheSubnetGroups", seconds: 10 });
  }
  const ok = await project.during(
    stack,
    "apply",
    () => groups().length > 0,
    () => {
      const second = project.deploy(stack);
      expect(second.ok).toBe(false);
      expect(second.text).toContain("Error acquiring the state lock");
      expect(second.text).toMatch(/Who: \S+@\S+/);
    },
  );
  expect(ok).toBe(true);
  expectNoChanges(project, stack);
});

test("what was deleted by hand is created again, and the cache stays", () => {
  const before = groups()[0]?.ReplicationGroupCreateTime;
  aws("logs", "delete-log-group", "--log-group-name", "/aws/elasticache/dev-redis/slow-log");
  const topic = String(project.outputs(stack).redis_notifications_topic_arn?.value);
  aws("sns", "delete-topic", "--topic-arn", topic);
  expectOk(project.deploy(stack));
  expectNoChanges(project, stack);
  expect(groups()[0]?.ReplicationGroupCreateTime).toBe(before);
});
