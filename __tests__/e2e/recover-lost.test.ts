import { aws, createNetwork, deleteNetwork, inventoryOfAccount, snapshotNames, type Network } from "./support/aws";
import { lab } from "./support/lab";
import { expectNoChanges, expectOk, Project } from "./support/project";
import { cache, destroyWhatIsLeft, expectRecovery, secrets, token } from "./support/recovery";

/** The state of a live environment is lost; and a destroy dies. */
const stack = "redis-dev";
let network: Network;
let project: Project;
let before: object;

beforeAll(() => {
  network = createNetwork();
  project = new Project(network);
  before = inventoryOfAccount();
  expectOk(project.deploy(stack));
});

afterAll(() => {
  destroyWhatIsLeft(project, stack);
  deleteNetwork(network);
  project.remove();
});

const finalSnapshots = (): string[] => snapshotNames().filter((name) => name.startsWith("dev-redis-final-"));

test("a deploy without the state fails; recover asks, takes back what clients use, and names what that deploy left", () => {
  const [used, secret] = [token(project, stack), String(project.outputs(stack).redis_auth_secret_arn?.value)];
  project.loseState(stack);
  const deploy = project.deploy(stack);
  expect(deploy.ok).toBe(false);
  expect(deploy.text).toContain("AlreadyExists");

  const question = project.recover(stack, []);
  expect(question.ok).toBe(false);
  expect(question.text).toContain("aws_elasticache_replication_group.redis dev-redis-cluster");
  expect(question.text).toContain("Nothing was changed.");

  const [left = "", ...more] = secrets().filter((arn) => arn !== secret);
  expect(more).toEqual([]);
  expect(expectRecovery(project, stack)).toContain(`delete-secret --region ap-northeast-1 --secret-id ${left}`);
  expect(String(project.outputs(stack).redis_auth_secret_arn?.value)).toBe(secret);
  expect(token(project, stack) === used).toBe(true);
  aws("secretsmanager", "deleteSecret", { SecretId: left, ForceDeleteWithoutRecovery: true });
  expect(project.recover(stack, []).text).toContain("AWS has nothing of redis-dev that the state lacks.");
});

test("a cache that was taken back is destroyed like any other: with a final snapshot", () => {
  project.loseState(stack);
  expectOk(project.recover(stack, ["--yes"]));
  expectOk(project.destroy(stack));
  expect(finalSnapshots()).toHaveLength(1);
  expect(inventoryOfAccount()).toEqual(before);
});

test("killed while AWS deletes the cache: the next cache has a final snapshot of its own", async () => {
  expectOk(project.deploy(stack));
  if (process.env.LAB_URL !== undefined) await lab("delay", { groupSeconds: 30 });
  await project.kill(stack, "destroy", () => cache()?.Status === "deleting");
  if (process.env.LAB_URL !== undefined) await lab("delay", { groupSeconds: 0 });
  const recovery = project.recover(stack, ["--yes"]);
  expectOk(recovery);
  expect(recovery.text).toContain("its final snapshot is taken.");
  expectOk(project.deploy(stack));
  expectNoChanges(project, stack);
  expectOk(project.destroy(stack));
  expect(finalSnapshots()).toHaveLength(3);
  expect(inventoryOfAccount()).toEqual(before);
});
