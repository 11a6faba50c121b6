import { aws, createNetwork, deleteNetwork, type Network } from "./support/aws";
import { describeLab, lab } from "./support/lab";
import { expectOk, Project } from "./support/project";
import { cache, destroyWhatIsLeft, expectRecovery, killBetween, parameterGroups, secrets } from "./support/recovery";

/** The first deploy of an environment dies, again and again. */
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

const logGroups = (): unknown[] =>
  (
    aws("logs", "describe-log-groups", "--log-group-name-prefix", "/aws/elasticache/dev-redis/") as {
      logGroups: unknown[];
    }
  ).logGroups;

describeLab("killed before Terraform has heard of what AWS created", () => {
  test("the secret, the log groups and the parameter group are taken back", async () => {
    const isThere = (): boolean => secrets().length === 1 && logGroups().length === 2 && parameterGroups().length === 1;
    const next = ["DescribeSecret", "PutRetentionPolicy", "ModifyCacheParameterGroup"];
    await killBetween(project, stack, { isThere, next });
    const recovery = project.recover(stack, ["--yes"]);
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

test("killed while AWS creates the cache: recover takes it back when AWS is done, and the next deploy replaces nothing", async () => {
  if (process.env.LAB_URL !== undefined) await lab("delay", { groupSeconds: 60 });
  await project.kill(stack, "apply", () => cache()?.Status === "creating");
  if (process.env.LAB_URL !== undefined) await lab("delay", { groupSeconds: 0 });
  expectRecovery(project, stack);
});
