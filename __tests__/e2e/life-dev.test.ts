import { createNetwork, finalSnapshots, inventoryOfAccount, snapshotNames, type Network } from "./support/aws";
import { destroyAll } from "./support/clean-up";
import { claims } from "./support/claims";
import { bothPlans } from "./support/hcl";
import { group } from "./support/live";
import { filesWith } from "./support/left-behind";
import { expectNoChanges, expectOk, Project } from "./support/project";
import { expectRefused } from "./support/refusing";
import { expectRestored, takeSnapshot } from "./support/restoring";
import { token } from "./support/token";

const stack = "redis-dev";
const cache = "dev-redis-cluster";
let network: Network;
let project: Project;
let before: object;
/** The AUTH tokens that the caches had. */
const tokens = new Set<string>();

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
  tokens.add(token(project, stack));
  expectNoChanges(project, stack);
});

test.each(claims)("%s", async (_claim, expectHolds) => {
  await expectHolds({ project, environment: "dev", engine: "redis", version: "7.1" });
});

test("a live cache is not restored into: the plan says so, and changes nothing", () => {
  const plan = project.terraform(stack, ["plan", "-detailed-exitcode"], {
    TF_VAR_restore_from_snapshot: "automatic.dev-redis-cluster-2026-01-01-03-00",
  });
  expect(plan.text).toContain("the cache is live, so nothing is restored");
  expect(plan.text).toContain("No changes.");
});

describe("what was deployed from the JSON", () => {
  beforeAll(() => {
    expectOk(project.writeHcl());
    expectOk(project.terraformInHcl(stack, ["init", "-input=false"]));
  });

  test("is the same state to the HCL: no changes", () => {
    expect(project.terraformInHcl(stack, ["plan", "-detailed-exitcode"]).text).toContain("No changes.");
  });

  test("is changed by the HCL as by the JSON", () => {
    const { json, hcl } = bothPlans(project, stack, { TF_VAR_num_cache_nodes: "3", TF_VAR_log_retention_days: "90" });
    expect(JSON.stringify(json)).toContain('"actions":["update"]');
    expect(hcl).toEqual(json);
  });

  test("is protected by the HCL as by the JSON", () => {
    const plan = project.terraformInHcl(stack, ["plan"], { TF_VAR_redis_version: "7.0" });
    expectRefused(plan, "The live cache was deployed as redis 7.1");
  });

  test("is upgraded by the HCL as by the JSON, when both are written for that run", () => {
    expectOk(project.synth({ UPGRADE_STACK: stack }));
    expectOk(project.writeHcl({ UPGRADE_STACK: stack }));
    const { json, hcl } = bothPlans(project, stack, { TF_VAR_engine: "valkey", TF_VAR_redis_version: "8.0" });
    expect(JSON.stringify(json)).toContain('"engine_version":"8.0"');
    expect(hcl).toEqual(json);
  });
});

test("destroyed, it leaves one final snapshot and nothing else", () => {
  const final = project.outputs(stack).final_snapshot_name?.value;
  expectOk(project.destroy(stack));
  expect(finalSnapshots("dev")).toEqual([final]);
  expect(inventoryOfAccount()).toEqual(before);
});

test("it deploys again at once", () => {
  expectOk(project.deploy(stack));
  tokens.add(token(project, stack));
  // Terraform saves a plan for it.
  expect(project.npm("diff", [stack]).text).toContain("No changes.");
});

test("restored in place, it has the same endpoint, and what it held before is in a final snapshot", async () => {
  takeSnapshot(cache, "e2e-good");
  const { redis_endpoint: endpoint, final_snapshot_name: final } = project.outputs(stack);
  const born = group(cache).ReplicationGroupCreateTime;
  const snapshots = snapshotNames();

  const run = project.restore(stack, ["--snapshot", "e2e-good", "--in-place"]);
  expect(run.text).toContain("e2e-good is restored. A plain deploy changes nothing.");
  expect(run.ok).toBe(true);
  await expectRestored(cache, "e2e-good");
  expect(group(cache).ReplicationGroupCreateTime).not.toBe(born);
  expect(project.outputs(stack).redis_endpoint?.value).toBe(endpoint?.value);
  expect(snapshotNames()).toEqual([...snapshots, String(final?.value)].sort());
  expectNoChanges(project, stack);
});

test("destroyed again, it leaves a final snapshot of each life and nothing else", () => {
  expectOk(project.destroy(stack));
  expect(finalSnapshots("dev")).toHaveLength(3);
  expect(inventoryOfAccount()).toEqual(before);
});

test("the AUTH tokens of its lives are in no file but the state, raw or escaped", () => {
  expect(tokens.size).toBe(2);
  expect(filesWith([...tokens], project.folder)).toEqual([]);
});
