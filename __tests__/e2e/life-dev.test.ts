import { createNetwork, finalSnapshots, inventoryOfAccount, type Network } from "./support/aws";
import { destroyAll } from "./support/clean-up";
import { claims } from "./support/deployed";
import { expectNoChanges, expectOk, Project } from "./support/project";

const stack = "redis-dev";
let network: Network;
let project: Project;
let before: object;

beforeAll(() => {
  network = createNetwork();
  project = new Project(network);
  before = inventoryOfAccount();
});

afterAll(() => {
  destroyAll(project, network, { [stack]: {} });
});

test("dev is deployed on an empty account with the four required values, and the second plan finds nothing to change", () => {
  expectOk(project.deploy(stack));
  expectNoChanges(project, stack);
});

test.each(claims)("%s", (_claim, expectHolds) => {
  expectHolds({ project, environment: "dev", engine: "redis", version: "7.1" });
});

test("a live cache is not restored into: the plan says so, and changes nothing", () => {
  const plan = project.terraform(stack, ["plan", "-detailed-exitcode"], {
    TF_VAR_restore_from_snapshot: "automatic.dev-redis-cluster-2026-01-01-03-00",
  });
  expect(plan.text).toContain("the cache is live, so nothing is restored");
  expect(plan.text).toContain("No changes.");
});

test("destroyed, it leaves one final snapshot and nothing else", () => {
  const final = project.outputs(stack).final_snapshot_name?.value;
  expectOk(project.destroy(stack));
  expect(finalSnapshots("dev")).toEqual([final]);
  expect(inventoryOfAccount()).toEqual(before);
});

test("it deploys again at once", () => {
  expectOk(project.deploy(stack));
});

test("replaced and destroyed, it leaves a final snapshot of each life", () => {
  expectOk(project.deploy(stack, { TF_CLI_ARGS_apply: "-replace=random_id.redis_final_snapshot" }));
  expectNoChanges(project, stack);
  expectOk(project.destroy(stack));
  expect(finalSnapshots("dev")).toHaveLength(3);
  expect(inventoryOfAccount()).toEqual(before);
});
