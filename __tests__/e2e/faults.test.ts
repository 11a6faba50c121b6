import { environments } from "../../stacks/environments";
import { aws, createNetwork, deleteNetwork, type Network } from "./support/aws";
import { runCommand } from "./support/executions";
import { describeLab, lab } from "./support/lab";
import { expectNoChanges, expectOk, Project } from "./support/project";
import { born, cache, destroyWhatIsLeft, expectRecovery, token } from "./support/recovery";

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
  destroyWhatIsLeft(project, stack);
  deleteNetwork(network);
  project.remove();
});

describeLab("AWS refuses to create the cache", () => {
  test("the deploy says why, and the next one goes on", async () => {
    await lab("fail", { action: "CreateReplicationGroup", code: "InsufficientCacheClusterCapacity" });
    const deploy = project.deploy(stack);
    expect(deploy.ok).toBe(false);
    expect(deploy.text).toContain("InsufficientCacheClusterCapacity");
    expect(cache()).toBeUndefined();
  });
});

test("two deploy at once: the second is told who holds the lock, and the first ends well", async () => {
  if (process.env.LAB_URL !== undefined) {
    // AWS throttles, answers 500 and hangs; the provider tries again.
    await lab("fail", { action: "CreateReplicationGroup", code: "Throttling", times: 2 });
    await lab("fail", { action: "PutSecretValue", http: 500, times: 2 });
    await lab("fail", { action: "DescribeCacheSubnetGroups", seconds: 10 });
  }
  const first = await project.during(
    stack,
    "apply",
    () => cache() !== undefined,
    () => {
      const second = project.deploy(stack);
      expect(second.ok).toBe(false);
      expect(second.text).toContain("Error acquiring the state lock");
      expect(second.text).toMatch(/Who: \S+@\S+/);
    },
  );
  expectOk(first);
  expectNoChanges(project, stack);
});

test("what was deleted by hand is created again; the cache and its AUTH token stay", () => {
  const before = { born: born(), token: token(project, stack) };
  const output = (name: string): string => String(project.outputs(stack)[name]?.value);
  const { region } = environments.dev;
  aws("logs", "deleteLogGroup", { logGroupName: "/aws/elasticache/dev-redis/slow-log" });
  aws("sns", "deleteTopic", { TopicArn: output("redis_notifications_topic_arn") });
  aws("cloudwatch", "deleteAlarms", { AlarmNames: ["dev-redis-backup-failed"] });
  aws("scheduler", "deleteSchedule", { GroupName: "dev-redis", Name: "dev-redis-backup-check" });
  aws("iam", "deleteRolePolicy", { RoleName: `dev-redis-schedules-${region}`, PolicyName: "dev-redis-schedules" });
  aws("secretsmanager", "deleteSecret", {
    SecretId: output("redis_auth_secret_arn"),
    ForceDeleteWithoutRecovery: true,
  });

  expectOk(project.deploy(stack));
  expectNoChanges(project, stack);
  expect(born()).toBe(before.born);
  expect(token(project, stack) === before.token).toBe(true);
});

test("a parameter group that the cache uses cannot be deleted by hand", () => {
  expect(() =>
    aws("elasticache", "deleteCacheParameterGroup", { CacheParameterGroupName: "dev-redis-redis7" }),
  ).toThrow("InvalidCacheParameterGroupState");
});

describeLab("AWS refuses to tell whether the cache is created", () => {
  test("the next deploy would replace it, and recover sees that it stays", async () => {
    expectOk(project.destroy(stack));
    await lab("fail", { action: "DescribeReplicationGroups", code: "AccessDenied" });
    const deploy = project.deploy(stack);
    expect(deploy.ok).toBe(false);
    expect(deploy.text).toContain("AccessDenied");
    expect(project.terraform(stack, ["plan"]).text).toContain(
      "aws_elasticache_replication_group.redis is tainted, so must be replaced",
    );
    expect(expectRecovery(project, stack)).toContain("AWS has it, so it is kept as it is.");
  });

  test("when it was replaced all the same, recover says how to free the name of its final snapshot", () => {
    expectOk(project.terraform(stack, ["taint", "aws_elasticache_replication_group.redis"]));
    expectOk(project.deploy(stack));
    const destroy = project.destroy(stack);
    expect(destroy.ok).toBe(false);
    expect(destroy.text).toContain("SnapshotAlreadyExistsFault");

    const { ok, text } = project.recover(stack, []);
    expect(ok).toBe(false);
    const [copy = "", remove = ""] =
      text.match(/aws elasticache (?:copy|delete)-snapshot( --[a-z-]+ [a-z0-9-]+)+/g) ?? [];
    for (const command of [copy, remove]) runCommand(command);
    expectOk(project.destroy(stack));
    expect(cache()).toBeUndefined();
  });
});
