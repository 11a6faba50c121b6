import { setTimeout } from "node:timers/promises";
import { aws, createNetwork, snapshotNames, snapshots, type Network } from "./support/aws";
import { destroyAll } from "./support/clean-up";
import { describeLab, lab } from "./support/lab";
import { expectNoChanges, expectOk, Project } from "./support/project";
import { expectRefused, expectUntouched, restoredFrom, takeSnapshot } from "./support/restoring";

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

// What else is refused is looked at without AWS: __tests__/restore.test.ts. What is restored where nothing is protected, or
// nothing is left: life-dev and life-prod. What cannot be done on this machine, and Ctrl-C: restore-interrupted.
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

describeLab("with what AWS does by itself", () => {
  test("a snapshot that is failed, or still being created, is refused", async () => {
    await lab("fail", { action: "snapshot", status: "failed" });
    takeSnapshot(cache, "e2e-bad");
    expectUntouched(
      cache,
      () => project.restore(stack, ["--snapshot", "e2e-bad", "--in-place", ...values], named),
      /e2e-bad is failed, not available/,
    );
    aws("elasticache", "deleteSnapshot", { SnapshotName: "e2e-bad" });

    // Longer than a restore takes until it looks, on a busy machine too.
    await lab("delay", { snapshotSeconds: 150 });
    takeSnapshot(cache, "e2e-slow");
    await lab("delay", { snapshotSeconds: 0 });
    // While a snapshot of it is being created, the cache is not available either.
    expectRefused(
      project.restore(stack, ["--snapshot", "e2e-slow", "--in-place", ...values], named),
      /The cache prod-redis-cluster is snapshotting/,
    );
    while (snapshots().some(({ SnapshotStatus }) => SnapshotStatus === "creating")) await setTimeout(1000);
  });

  test("in place from an automatic snapshot, which would go with the cache: it is copied first", async () => {
    const { SnapshotName: automatic } = await lab<{ SnapshotName: string }>("automatic-snapshot", {
      replicationGroupId: cache,
    });
    expectUntouched(
      cache,
      () => project.restore(stack, ["--snapshot", automatic, "--in-place", "--var=num_cache_nodes=9"], named),
      /Nothing was changed, because Terraform refuses the deploy: .*num_cache_nodes is 9/,
    );
    const copied = `prod-redis-copy-${automatic.slice(-16)}`;
    const final = String(project.outputs(stack).final_snapshot_name?.value);
    const before = snapshotNames();

    const run = project.restore(stack, ["--snapshot", automatic, "--in-place", ...values], named);
    expect(run.text).toContain(`${copied} is restored. A plain deploy changes nothing.`);
    expect(run.ok).toBe(true);
    expect(restoredFrom(cache)).toBe(copied);
    expect(snapshotNames()).toEqual([...before.filter((name) => name !== automatic), copied, final].sort());
  });

  test("a plain deploy changes nothing, and the data is protected again", () => {
    expectOk(project.deploy(stack, same));
    expectNoChanges(project, stack, same);
    expect(project.terraform(stack, ["plan", "-destroy"], same).ok).toBe(false);
  });
});
