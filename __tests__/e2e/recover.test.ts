import { aws, createNetwork, deleteNetwork, inventoryOfAccount, type Network } from "./support/aws";
import { describeLab, lab } from "./support/lab";
import { expectOk, Project } from "./support/project";
import {
  cache,
  destroyWhatIsLeft,
  expectRecovery,
  killBetween,
  parameterGroups,
  secrets,
  token,
} from "./support/recovery";

/** The first deploy of an environment dies, again and again. */
const stack = "redis-dev";
let network: Network;
let project: Project;
let before: object;

beforeAll(() => {
  network = createNetwork();
  project = new Project(network);
  before = inventoryOfAccount();
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
    aws("logs", "describeLogGroups", { logGroupNamePrefix: "/aws/elasticache/dev-redis/" }) as {
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

test("killed while AWS creates the cache: recover waits for it, and the next deploy replaces nothing and leaves nothing behind", async () => {
  // Longer than recover takes until it looks, on a busy machine too.
  if (process.env.LAB_URL !== undefined) await lab("delay", { groupSeconds: 150 });
  await project.kill(stack, "apply", () => cache()?.Status === "creating");
  if (process.env.LAB_URL !== undefined) await lab("delay", { groupSeconds: 0 });
  const recovery = expectRecovery(project, stack);
  expect(recovery).toContain("dev-redis-cluster is creating. Waiting until AWS is done with it");
  expect(token(project, stack)).toMatch(/^.{64}$/);
  expect(secrets()).toHaveLength(1);
  expectOk(project.destroy(stack));
  expect(inventoryOfAccount()).toEqual(before);
});
