import { setTimeout } from "node:timers/promises";
import { aws, createNetwork, snapshotNames, snapshots, type Network } from "./support/aws";
import { destroyAll } from "./support/clean-up";
import { describeLab, lab } from "./support/lab";
import { expectNoChanges, expectOk, Project } from "./support/project";
import { expectRefused, expectUntouched, restoredFrom, takeSnapshot } from "./support/restoring";

const stack = "redis-dev";
const cache = "dev-redis-cluster";
let network: Network;
let project: Project;

beforeAll(() => {
  network = createNetwork();
  project = new Project(network);
  expectOk(project.deploy(stack));
});

afterAll(() => {
  destroyAll(project, network, { [stack]: {} });
});

const finalName = (): string => String(project.outputs(stack).final_snapshot_name?.value);

describeLab("in place, with what AWS does by itself", () => {
  test("a snapshot that is failed, or still being created, is refused", async () => {
    await lab("fail", { action: "snapshot", status: "failed" });
    takeSnapshot(cache, "e2e-bad");
    expectUntouched(
      cache,
      () => project.restore(stack, ["--snapshot", "e2e-bad", "--in-place"]),
      /e2e-bad is failed, not available/,
    );
    aws("elasticache", "delete-snapshot", "--snapshot-name", "e2e-bad");

    await lab("delay", { snapshotSeconds: 30 });
    takeSnapshot(cache, "e2e-slow");
    await lab("delay", { snapshotSeconds: 0 });
    // While a snapshot of it is being created, the cache is not available either.
    expectRefused(
      project.restore(stack, ["--snapshot", "e2e-slow", "--in-place"]),
      /The cache dev-redis-cluster is snapshotting/,
    );
    while (snapshots().some(({ SnapshotStatus }) => SnapshotStatus === "creating")) await setTimeout(1000);
  });

  test("from an automatic snapshot, which would go with the cache: it is copied first", async () => {
    const { SnapshotName: automatic } = await lab<{ SnapshotName: string }>("automatic-snapshot", {
      replicationGroupId: cache,
    });
    const copied = `dev-redis-copy-${automatic.slice(-16)}`;
    const final = finalName();
    const before = snapshotNames();

    const run = project.restore(stack, ["--snapshot", automatic, "--in-place"]);
    expect(run.text).toContain(`${copied} is restored. A plain deploy changes nothing.`);
    expect(run.ok).toBe(true);
    expect(restoredFrom(cache)).toBe(copied);
    expect(snapshotNames()).toEqual([...before.filter((name) => name !== automatic), copied, final].sort());
    expectNoChanges(project, stack);
  });
});

test("the cache is gone: it is created from its final snapshot", () => {
  const final = finalName();
  expectOk(project.destroy(stack));
  const before = snapshotNames();
  expectRefused(
    project.restore(stack, ["--snapshot", final, "--in-place"]),
    /There is no cache dev-redis-cluster to replace/,
  );

  const run = project.restore(stack, ["--snapshot", final]);
  expect(run.text).toContain(`${final} is restored. A plain deploy changes nothing.`);
  expect(run.ok).toBe(true);
  expect(restoredFrom(cache)).toBe(final);
  expect(snapshotNames()).toEqual(before);
  expect(finalName()).not.toBe(final);
});

test("a plain deploy changes nothing, and does not forget what the cache was restored from", () => {
  const from = restoredFrom(cache);
  expectOk(project.deploy(stack));
  expectNoChanges(project, stack);
  expect(restoredFrom(cache)).toBe(from);
});
