import { aws, createNetwork, deleteNetwork, snapshotNames, type Network } from "./support/aws";
import { describeLab, lab } from "./support/lab";
import { expectNoChanges, expectOk, Project, type Run } from "./support/project";

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
});

afterAll(() => {
  project.destroy(stack, { ...same, ...named });
  deleteNetwork(network);
  project.remove();
});

interface Group {
  readonly ARN: string;
  readonly ReplicationGroupCreateTime: string;
  readonly SnapshottingClusterId: string;
}
const group = (): Group => {
  const { ReplicationGroups } = aws("elasticache", "describe-replication-groups") as { ReplicationGroups: Group[] };
  const [only, ...others] = ReplicationGroups;
  if (only === undefined || others.length > 0) throw new Error("There is not exactly one replication group.");
  return only;
};
const restoredFrom = (): string | undefined => {
  const { TagList } = aws("elasticache", "list-tags-for-resource", "--resource-name", group().ARN) as {
    TagList: { Key: string; Value: string }[];
  };
  return TagList.find(({ Key }) => Key === "RestoredFrom")?.Value;
};
const finalName = (): string => String(project.outputs(stack).final_snapshot_name?.value);
const takeSnapshot = (name: string): unknown =>
  aws(
    ...["elasticache", "create-snapshot", "--snapshot-name", name],
    ...["--cache-cluster-id", group().SnapshottingClusterId],
  );

function expectRefused({ ok, text }: Run, why: RegExp): void {
  expect(text).toMatch(why);
  expect(ok).toBe(false);
}

/** Expects that `act` is refused, and that the cache and all snapshots are there as before. */
function expectUntouched(act: () => Run, why: RegExp): void {
  const before = { group: group(), snapshots: snapshotNames() };
  expectRefused(act(), why);
  expect({ group: group(), snapshots: snapshotNames() }).toEqual(before);
}

// What else is refused is looked at without AWS: __tests__/restore.test.ts.
test.each<[string, string, readonly string[], NodeJS.ProcessEnv, RegExp]>([
  ["no such stack", "redis-foo", [], {}, /^There is no stack redis-foo\. Name one of redis-dev, .*redis-staging\. $/],
  [
    "no cache",
    "redis-backup-policy",
    [],
    {},
    /^redis-backup-policy has no cache to restore into\. Name one of redis-dev/,
  ],
  [
    "no credentials",
    stack,
    [],
    { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" },
    /^There are no AWS credentials\. Log in .* AWS_SECRET_ACCESS_KEY\. $/,
  ],
  [
    "no AWS",
    stack,
    [],
    { AWS_ENDPOINT_URL: "http://127.0.0.1:1" },
    /^AWS was not reached \(.*\)\. Check .* network\. $/,
  ],
])("%s: one sentence says what to do", (_case, name, args, environment, sentence) => {
  expectRefused(project.restore(name, ["--snapshot", "any", ...args], environment), sentence);
});

test("what is not to be restored is refused before anything is destroyed", () => {
  takeSnapshot("good");
  expectUntouched(
    () => project.restore(stack, ["--snapshot", "good", ...values]),
    /The cache .* is there \(available\)/,
  );
  expectUntouched(
    () => project.restore(stack, ["--snapshot", "good", "--in-place", ...values]),
    /redis-prod refuses to replace its data\. .*UNPROTECT_STACK=redis-prod/,
  );
  expectUntouched(
    () => project.restore(stack, ["--snapshot", "typo", "--in-place", ...values], named),
    /There is no snapshot "typo"/,
  );
});

test("in place: the cache is replaced by a restored one of the same name, what it held is in a final snapshot", () => {
  const { redis_endpoint: endpoint } = project.outputs(stack);
  const before = group();
  const final = finalName();
  const snapshots = snapshotNames();

  const run = project.restore(stack, ["--snapshot", "good", "--in-place", ...values], named);
  expect(run.text).toContain("good is restored. A plain deploy changes nothing.");
  expect(run.ok).toBe(true);
  expect(restoredFrom()).toBe("good");
  expect(group().ReplicationGroupCreateTime).not.toBe(before.ReplicationGroupCreateTime);
  expect(project.outputs(stack).redis_endpoint?.value).toBe(endpoint?.value);
  expect(snapshotNames()).toEqual([...snapshots, final].sort());

  expectOk(project.deploy(stack, same));
  expectNoChanges(project, stack, same);
  expect(restoredFrom()).toBe("good");
});

test("the cache is gone: it is created from its final snapshot", () => {
  const final = finalName();
  expectOk(project.destroy(stack, { ...same, ...named }));
  expectRefused(
    project.restore(stack, ["--snapshot", final, "--in-place", ...values], named),
    /There is no cache prod-redis-cluster to replace/,
  );
  const snapshots = snapshotNames();

  const run = project.restore(stack, ["--snapshot", final, ...values]);
  expect(run.text).toContain(`${final} is restored. A plain deploy changes nothing.`);
  expect(restoredFrom()).toBe(final);
  expect(snapshotNames()).toEqual(snapshots);
  expect(finalName()).not.toBe(final);
  expectOk(project.deploy(stack, same));
  expectNoChanges(project, stack, same);
});

describeLab("with what AWS does by itself", () => {
  test("a snapshot that is failed or still being created is refused", async () => {
    await lab("fail", { action: "snapshot", status: "failed" });
    takeSnapshot("bad");
    expectUntouched(
      () => project.restore(stack, ["--snapshot", "bad", "--in-place", ...values], named),
      /bad is failed, not available/,
    );
    await lab("delay", { snapshotSeconds: 60 });
    takeSnapshot("slow");
    await lab("delay", { snapshotSeconds: 0 });
    const run = project.restore(stack, ["--snapshot", "slow", "--in-place", ...values], named);
    // While a snapshot of it is being created, the cache is not available either.
    expectRefused(run, /The cache prod-redis-cluster is snapshotting/);
  });

  test("in place from an automatic snapshot, which would go with the cache: it is copied first", async () => {
    aws("elasticache", "delete-snapshot", "--snapshot-name", "bad");
    while (
      (aws("elasticache", "describe-snapshots", "--snapshot-name", "slow") as Status).Snapshots[0]?.SnapshotStatus !==
      "available"
    )
      await new Promise((resolve) => setTimeout(resolve, 1000));
    const { SnapshotName: automatic } = await lab<{ SnapshotName: string }>("automatic-snapshot", {
      replicationGroupId: cache,
    });
    const copied = `prod-redis-copy-${automatic.slice(-16)}`;
    const final = finalName();
    expectUntouched(
      () => project.restore(stack, ["--snapshot", automatic, "--in-place", "--var=num_cache_nodes=9"], named),
      /Nothing was changed, because Terraform refuses the deploy: .*num_cache_nodes is 9/,
    );
    const snapshots = snapshotNames();

    const run = project.restore(stack, ["--snapshot", automatic, "--in-place", ...values], named);
    expect(run.text).toContain(`${copied} is restored. A plain deploy changes nothing.`);
    expect(restoredFrom()).toBe(copied);
    expect(snapshotNames()).toEqual([...snapshots.filter((name) => name !== automatic), copied, final].sort());
  });

  test("in place, interrupted while the cache is deleted: what to run next is said, and does it", async () => {
    const status = (): string | undefined =>
      (aws("elasticache", "describe-replication-groups") as { ReplicationGroups: { Status: string }[] })
        .ReplicationGroups[0]?.Status;
    await lab("delay", { groupSeconds: 45 });
    const { code, text } = await project.interruptRestore(
      stack,
      ["--snapshot", "good", "--in-place", ...values],
      () => status() === "deleting",
      named,
    );
    expect(code).toBe(130);
    expect(text).toMatch(
      /Restoring good was interrupted\. The cache prod-redis-cluster is being deleted\. When it is gone .* go on with:\n\n +npm run restore -- redis-prod --snapshot good --auto-approve --var=num_cache_nodes=2\n/,
    );
    expectRefused(
      project.restore(stack, ["--snapshot", "good", "--in-place", ...values], named),
      /The cache prod-redis-cluster is being deleted\. Wait until it is gone .* without --in-place\./,
    );
    await lab("delay", { groupSeconds: 0 });
    while (status() !== undefined) await new Promise((resolve) => setTimeout(resolve, 1000));

    const run = project.restore(stack, ["--snapshot", "good", ...values]);
    expect(run.text).toContain("good is restored. A plain deploy changes nothing.");
    expect(restoredFrom()).toBe("good");
  });
});

interface Status {
  readonly Snapshots: readonly { readonly SnapshotStatus: string }[];
}
