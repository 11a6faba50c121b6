import { finalSnapshots } from "./support/aws";
import { runCommand } from "./support/executions";
import { expectNoChanges, expectOk } from "./support/project";
import { expectClientsLetIn, expectNothingLeft, expectRecovery, Patient } from "./support/recovery";
import { expectRefused } from "./support/refusing";

/** The state of live data that is protected is lost; and a destroy dies. */
const named = { UNPROTECT_STACK: "redis-prod" };
let prod: Patient;

beforeAll(() => {
  prod = new Patient("prod");
  expectOk(prod.project.apply(prod.stack));
});

afterAll(() => {
  prod.cleanUp(named);
});

test("a deploy without the state fails; recover asks, takes back what clients use, and names what that deploy left", async () => {
  const [used, secret] = [prod.token(), prod.secret()];
  prod.project.loseState(prod.stack);
  expectRefused(prod.apply(), /AlreadyExists/);

  const question = prod.project.recover(prod.stack, []);
  expectRefused(question, /Nothing was changed\./);
  expect(question.text).toContain("aws_elasticache_replication_group.redis prod-redis-cluster");

  const [left = "", ...more] = prod.secrets().filter((arn) => arn !== secret);
  expect(more).toEqual([]);
  const [deletion = ""] =
    /aws secretsmanager delete-secret [^ ]+ [^ ]+ --secret-id [^ ]+/.exec(expectRecovery(prod)) ?? [];
  expect(deletion).toBe(`aws secretsmanager delete-secret --region ap-northeast-1 --secret-id ${left}`);
  expectNoChanges(prod.project, prod.stack);
  expect(prod.secret()).toBe(secret);
  expect(prod.token() === used).toBe(true);
  await expectClientsLetIn(prod);
  runCommand(deletion);
});

test("the state takes the cache for tainted: a deploy is refused, and recover sees that it stays", () => {
  expectOk(prod.project.terraform(prod.stack, ["taint", "aws_elasticache_replication_group.redis"]));
  expectRefused(prod.plan(), /Instance cannot be destroyed/);
  const recovery = prod.project.recover(prod.stack, ["--yes"]);
  expectOk(recovery);
  expect(recovery.text).toContain("AWS has it, so it is kept as it is. The next deploy has nothing to change.");
  // Nor anything else.
  expect(recovery.text).not.toMatch(/the state lacks|delete-secret/);
});

test("killed while AWS deletes the cache: the next cache has a final snapshot of its own", async () => {
  const before = prod.born();
  expectOk(prod.project.synth(named));
  await prod.killWhile("deleting", { command: "destroy", seconds: 30 });
  const recovery = prod.project.recover(prod.stack, ["--yes"]);
  expectOk(recovery);
  expect(recovery.text).toContain("its final snapshot is taken.");
  expectOk(prod.project.apply(prod.stack));
  expectNoChanges(prod.project, prod.stack);
  expect(prod.born()).not.toBe(before);
  await expectClientsLetIn(prod);
});

test("a cache that was taken back is destroyed like any other: with a final snapshot", () => {
  prod.project.loseState(prod.stack);
  expectOk(prod.project.recover(prod.stack, ["--yes"]));
  expectOk(prod.project.takeDown(prod.stack, named));
  expect(finalSnapshots("prod")).toHaveLength(2);
  expectNothingLeft(prod);
});
