import { environments } from "../../stacks/environments";
import { aws } from "./support/aws";
import { runCommand } from "./support/executions";
import { describeLab, lab, onLab } from "./support/lab";
import { expectNoChanges, expectOk } from "./support/project";
import { expectClientsLetIn, expectNothingLeft, expectRecovery, Patient } from "./support/recovery";
import { expectRefused } from "./support/refusing";

/** AWS or people stand in a deploy's way. */
let dev: Patient;

beforeAll(() => {
  dev = new Patient("dev");
  dev.synth();
});

afterAll(() => {
  dev.cleanUp();
});

/** Every call that the lab was told to fail or to delay has come. */
async function expectFaultsCame(): Promise<void> {
  if (!onLab) return;
  const { faults } = await lab<{ faults: { action: string; times: number }[] }>("fail", { action: "none", times: 0 });
  expect(faults.filter(({ times }) => times > 0)).toEqual([]);
}

const cache = "aws_elasticache_replication_group.redis";

describeLab("when AWS", () => {
  test("refuses to create the cache, the deploy says why", async () => {
    await lab("fail", { action: "CreateReplicationGroup", code: "InsufficientCacheClusterCapacity" });
    expectRefused(dev.apply(), /InsufficientCacheClusterCapacity/);
    expect(dev.cache()).toBeUndefined();
  });

  test("refuses to tell whether the cache is created, the next deploy would replace it", async () => {
    await lab("fail", { action: "DescribeReplicationGroups", code: "AccessDenied" });
    expectRefused(dev.apply(), /AccessDenied/);
    expect(dev.plan().text).toContain(`${cache} is tainted, so must be replaced`);
  });

  test("answers 500 now and then, Terraform asks again; and recover has seen that the cache stays", async () => {
    await lab("fail", { action: "PutSecretValue", http: 500, times: 2 });
    expect(expectRecovery(dev)).toContain("AWS has it, so it is kept as it is.");
    await expectFaultsCame();
    expectNoChanges(dev.project, dev.stack);
    await expectClientsLetIn(dev);
  });
});

test("two deploy at once, while AWS throttles and hangs: the second is told who holds the lock, and the first ends well", async () => {
  const before = dev.born();
  if (onLab) {
    // The cache that recover would have kept is replaced all the same.
    expectOk(dev.project.terraform(dev.stack, ["taint", cache]));
    await lab("fail", { action: "CreateReplicationGroup", code: "Throttling", times: 2 });
    await lab("fail", { action: "DescribeCacheSubnetGroups", seconds: 10 });
  }
  const first = await dev.project.during(
    dev.stack,
    "apply",
    () => ![undefined, before].includes(dev.born()),
    () => {
      const second = dev.project.apply(dev.stack);
      expectRefused(second, /Error acquiring the state lock/);
      expect(second.text).toMatch(/Who: \S+@\S+/);
    },
  );
  expectOk(first);
  await expectFaultsCame();
  expectNoChanges(dev.project, dev.stack);
});

test("what was deleted by hand is created again; the cache and its AUTH token stay", async () => {
  const before = { born: dev.born(), token: dev.token() };
  const outputs = dev.project.outputs(dev.stack);
  const output = (name: string): string => String(outputs[name]?.value);
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

  expectOk(dev.apply());
  expectNoChanges(dev.project, dev.stack);
  expect(dev.born()).toBe(before.born);
  expect(dev.token() === before.token).toBe(true);
  await expectClientsLetIn(dev);
});

test("a parameter group that the cache uses cannot be deleted by hand", () => {
  expect(() =>
    aws("elasticache", "deleteCacheParameterGroup", { CacheParameterGroupName: "dev-redis-redis7" }),
  ).toThrow("InvalidCacheParameterGroupState");
});

describeLab("a tainted cache that was replaced all the same", () => {
  test("cannot be destroyed, until the name of its final snapshot is freed as recover says", () => {
    const destroy = dev.project.terraform(dev.stack, ["destroy", "-auto-approve", "-input=false"]);
    expectRefused(destroy, /SnapshotAlreadyExistsFault/);
    const recovery = dev.project.recover(dev.stack, []);
    expectRefused(recovery, /so the cache could not be destroyed\. Free the name/);
    expect(recovery.text).toContain("AWS has nothing of redis-dev that the state lacks.");
    const [copy = "", remove = ""] =
      recovery.text.match(/aws elasticache (?:copy|delete)-snapshot( --[a-z-]+ [a-z0-9-]+)+/g) ?? [];
    for (const command of [copy, remove]) runCommand(command);
  });
});

test("a destroy leaves nothing but final snapshots", () => {
  expectOk(dev.project.takeDown(dev.stack));
  expectNothingLeft(dev);
});
