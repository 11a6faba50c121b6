import { createNetwork, snapshotNames, type Network } from "./support/aws";
import { destroyAll } from "./support/clean-up";
import { group } from "./support/live";
import { expectNoChanges, expectOk, Project } from "./support/project";
import { expectUntouched, restoredFrom, takeSnapshot } from "./support/restoring";

const stack = "redis-prod";
const cache = "prod-redis-cluster";
const named = { UNPROTECT_STACK: stack };
// Two nodes are enough here.
const values = ["--var=num_cache_nodes=2"];
const same = { TF_VAR_num_cache_nodes: "2" };
let network: Network;
let project: Project;

beforeAll(() => {
  network = createNetwork();
  project = new Project(network);
  expectOk(project.deploy(stack, same));
  takeSnapshot(cache, "e2e-good");
});

afterAll(() => {
  destroyAll(project, network, { [stack]: { ...same, ...named } });
});

const finalName = (): string => String(project.outputs(stack).final_snapshot_name?.value);

// What else is refused is looked at without AWS: __tests__/restore.test.ts.
test.each([
  ["a restore over a live cache", ["--snapshot", "e2e-good"], {}, /The cache .* is there \(available\)/],
  [
    "data that is protected",
    ["--snapshot", "e2e-good", "--in-place"],
    {},
    /redis-prod refuses to replace its data\. .*UNPROTECT_STACK=redis-prod/,
  ],
  ["a snapshot that is not there", ["--snapshot", "typo", "--in-place"], named, /There is no snapshot "typo"/],
])("%s is refused before anything is destroyed", (_what, options, run, why) => {
  expectUntouched(cache, () => project.restore(stack, [...options, ...values], run), why);
});

test("a run that names the stack replaces the data in place: same name and endpoint, and what it held is in a final snapshot", () => {
  const { redis_endpoint: endpoint } = project.outputs(stack);
  const before = group(cache);
  const final = finalName();
  const snapshots = snapshotNames();

  const run = project.restore(stack, ["--snapshot", "e2e-good", "--in-place", ...values], named);
  expect(run.text).toContain("e2e-good is restored. A plain deploy changes nothing.");
  expect(run.ok).toBe(true);
  expect(restoredFrom(cache)).toBe("e2e-good");
  expect(group(cache).ReplicationGroupCreateTime).not.toBe(before.ReplicationGroupCreateTime);
  expect(project.outputs(stack).redis_endpoint?.value).toBe(endpoint?.value);
  expect(finalName()).not.toBe(final);
  expect(snapshotNames()).toEqual([...snapshots, final].sort());
});

test("a plain deploy changes nothing, and the data is protected again", () => {
  expectOk(project.deploy(stack, same));
  expectNoChanges(project, stack, same);
  expect(restoredFrom(cache)).toBe("e2e-good");
  expect(project.terraform(stack, ["plan", "-destroy"], same).ok).toBe(false);
});
