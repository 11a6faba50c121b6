import { aws } from "./support/aws";
import { describeLab } from "./support/lab";
import { expectNoChanges, expectOk } from "./support/project";
import { expectClientsLetIn, expectNothingLeft, expectRecovery, Patient } from "./support/recovery";

/** The first deploy of an environment dies, again and again. */
const values = { TF_VAR_engine: "valkey", TF_VAR_redis_version: "8.1" };
let dev: Patient;

beforeAll(() => {
  dev = new Patient("dev");
  dev.synth();
});

afterAll(() => {
  dev.cleanUp(values);
});

const logGroups = (): unknown[] =>
  (
    aws("logs", "describeLogGroups", { logGroupNamePrefix: "/aws/elasticache/dev-redis/" }) as {
      logGroups: unknown[];
    }
  ).logGroups;

describeLab("killed before Terraform has heard of what AWS created", () => {
  test("the secret, the log groups and the parameter group are taken back", async () => {
    const isThere = (): boolean =>
      dev.secrets().length === 1 && logGroups().length === 2 && dev.parameterGroups().length === 1;
    const next = ["DescribeSecret", "PutRetentionPolicy", "ModifyCacheParameterGroup"];
    await dev.killBetween({ isThere, next }, values);
    const recovery = dev.project.recover(dev.stack, ["--yes"], values);
    expectOk(recovery);
    for (const address of [
      "aws_secretsmanager_secret.redis_auth[0]",
      "aws_cloudwatch_log_group.redis_slow_log",
      "aws_cloudwatch_log_group.redis_engine_log",
      "aws_elasticache_parameter_group.redis",
    ])
      expect(recovery.text).toContain(address);
  });
});

test("killed while AWS creates the cache: recover waits for it, and the next deploy replaces nothing and leaves nothing behind", async () => {
  // Longer than recover takes until it looks, on a busy machine too.
  await dev.killWhile("creating", { seconds: 150, values });
  const recovery = expectRecovery(dev, values);
  expect(recovery).toContain("dev-redis-cluster is creating. Waiting until AWS is done with it");
  expectNoChanges(dev.project, dev.stack, values);
  await expectClientsLetIn(dev);
  expect(dev.secrets()).toHaveLength(1);
  expect(dev.parameterGroups()).toEqual(["dev-redis-valkey8"]);
  expectOk(dev.project.takeDown(dev.stack, values));
  expectNothingLeft(dev);
});
