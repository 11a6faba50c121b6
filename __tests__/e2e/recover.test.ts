import { aws, createNetwork, deleteNetwork, type Network } from "./support/aws";
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
  project.recover(stack, ["--yes"]);
  project.destroy(stack);
  deleteNetwork(network);
  project.remove();
});

const groups = (): { ReplicationGroupId: string; ReplicationGroupCreateTime: string; Status: string }[] =>
  (
    aws("elasticache", "describe-replication-groups") as {
      ReplicationGroups: { ReplicationGroupId: string; ReplicationGroupCreateTime: string; Status: string }[];
    }
  ).ReplicationGroups;
const born = (): string | undefined => groups()[0]?.ReplicationGroupCreateTime;
const logGroups = (): unknown[] => (aws("logs", "describe-log-groups") as { logGroups: unknown[] }).logGroups;
const token = (): unknown => {
  const arn = String(project.outputs(stack).redis_auth_secret_arn?.value);
  const { SecretString } = aws("secretsmanager", "get-secret-value", "--secret-id", arn) as { SecretString: string };
  return (JSON.parse(SecretString) as { auth_token: unknown }).auth_token;
};

/** Recovers, and deploys the same cache without replacing anything. */
function expectRecovery(): void {
  const before = born();
  expectOk(project.recover(stack, ["--yes"]));
  const plan = project.terraform(stack, ["plan"]);
  expect(plan.text).toMatch(/Plan: \d+ to add, \d+ to change, 0 to destroy\.|No changes\./);
  expectOk(project.deploy(stack));
  expectNoChanges(project, stack);
  expect(born()).toBe(before);
}

test("killed while AWS creates the cache: recovered after a yes, and nothing is replaced", async () => {
  await project.kill(stack, "apply", () => groups().length > 0);
  const deploy = project.deploy(stack);
  expect(deploy.ok).toBe(false);
  expect(deploy.text).toContain("ReplicationGroupAlreadyExists");

  const question = project.recover(stack, []);
  expect(question.ok).toBe(false);
  expect(question.text).toContain("aws_elasticache_replication_group.redis dev-redis-cluster");
  expect(question.text).toContain("Nothing was changed.");
  expectRecovery();
});

test("the state is lost: everything is found again, and the AUTH token stays", () => {
  const before = token();
  project.loseState(stack);
  expectRecovery();
  expect(token() === before).toBe(true);
  expect(project.recover(stack, []).text).toContain("AWS has nothing of redis-dev that the state lacks.");
});

test("killed while AWS deletes the cache: the next cache has a final snapshot of its own", async () => {
  await project.kill(stack, "destroy", () => groups().every(({ Status }) => Status === "deleting"));
  const recovery = project.recover(stack, ["--yes"]);
  expectOk(recovery);
  expect(recovery.text).toContain("its final snapshot is taken.");
  expectOk(project.deploy(stack));
  expectNoChanges(project, stack);
  expectOk(project.destroy(stack));
});

test("killed early: what the state does not know is recovered, and the next deploy is clean", async () => {
  await project.kill(stack, "apply", () => logGroups().length > 0);
  expectOk(project.recover(stack, ["--yes"]));
  expectOk(project.deploy(stack));
  expectNoChanges(project, stack);
});
