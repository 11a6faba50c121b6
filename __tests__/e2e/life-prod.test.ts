import { join } from "node:path";
import { edit } from "./support/adoption";
import { aws, createNetwork, finalSnapshots, inventoryOfAccount, snapshotNames, type Network } from "./support/aws";
import { destroyAll } from "./support/clean-up";
import { claims } from "./support/claims";
import { createKey, deleteKey } from "./support/kms";
import { describeLab, lab } from "./support/lab";
import { group } from "./support/live";
import { expectNoChanges, expectOk, Project } from "./support/project";
import { expectProtected, expectRefused } from "./support/refusing";
import { expectRestored, expectUntouched, takeSnapshot } from "./support/restoring";

const stack = "redis-prod";
const cache = "prod-redis-cluster";
const named = { UNPROTECT_STACK: stack };
let network: Network;
let project: Project;
let before: object;

beforeAll(() => {
  network = createNetwork();
  project = new Project(network);
  before = inventoryOfAccount();
});

afterAll(() => {
  destroyAll(project, network, { [stack]: named });
});

describe("before anything is made", () => {
  /** In Terraform itself: cdktf loses the end of what is printed now and then. */
  const expectRefusedValues = (values: NodeJS.ProcessEnv, ...words: string[]): void => {
    expectRefused(project.terraform(stack, ["plan", "-input=false"], values), ...words);
  };
  beforeAll(() => {
    expectOk(project.synth());
    expectOk(project.terraform(stack, ["init", "-input=false"]));
  });

  test("bad values are refused, each in a sentence that says what to use instead", () => {
    expectRefusedValues(
      {
        TF_VAR_backup_retention_days: "0",
        TF_VAR_backup_window: "20:00-20:30",
        TF_VAR_num_cache_nodes: "1",
        TF_VAR_notification_email: "nobody",
        TF_VAR_kms_key_id: "alias/cache",
        TF_VAR_account_id: "1234",
      },
      "Use a whole number of days from 15 (the minimum of prod) to 35",
      'backup_window "20:00-20:30"',
      "num_cache_nodes is 1. Use a whole number from 2",
      'Use one like "oncall@example.com"',
      "Use the ARN of the key",
      'account_id "1234" is not an AWS account ID',
    );
  });

  test("credentials of another account than account_id are refused", () => {
    expectRefusedValues({ TF_VAR_account_id: "000000000000" }, "AWS account ID not allowed");
  });
});

test("prod is deployed on an empty account with the four required values, and the second plan finds nothing to change", () => {
  expectOk(project.deploy(stack));
  expectNoChanges(project, stack);
});

test.each(claims)("%s", async (_claim, expectHolds) => {
  await expectHolds({ project, environment: "prod", engine: "redis", version: "7.1" });
});

describe("the data is protected:", () => {
  test("a destroy is refused, and takes nothing away", () => {
    const born = group(cache).ReplicationGroupCreateTime;
    expectProtected(project.terraform(stack, ["plan", "-destroy"]));
    expectRefused(project.destroy(stack));
    expectNoChanges(project, stack);
    expect(group(cache).ReplicationGroupCreateTime).toBe(born);
  });

  test("a replacement is refused", () => {
    for (const address of ["random_id.redis_final_snapshot", "aws_elasticache_replication_group.redis"])
      expectProtected(project.terraform(stack, ["plan", `-replace=${address}`]));
  });

  test("another KMS key is refused", () => {
    const key = createKey();
    try {
      expectProtected(project.terraform(stack, ["plan"], { TF_VAR_kms_key_id: key }));
    } finally {
      deleteKey(key);
    }
  });

  test.each([
    ["port", "redis-stack.ts", "adopted?.port ?? 6379", "adopted?.port ?? 6380"],
    ["subnet group", "cache/network.ts", ' name: named("subnet-group")', ' name: named("other-subnet-group")'],
  ])("another %s in the code is refused", (_what, file, now, then) => {
    const code = join(project.folder, "stacks", file);
    edit(code, now, then);
    try {
      expectOk(project.synth());
      expectProtected(project.terraform(stack, ["plan"]));
    } finally {
      edit(code, then, now);
    }
  });
});

test("a run that names it destroys it, and leaves one final snapshot and nothing else", () => {
  const final = project.outputs(stack).final_snapshot_name?.value;
  expectOk(project.destroy(stack, named));
  expect(finalSnapshots("prod")).toEqual([final]);
  expect(inventoryOfAccount()).toEqual(before);
});

test("the cache is gone: it is restored from its final snapshot at once, and protected again", async () => {
  const [final = ""] = finalSnapshots("prod");
  expectRefused(
    project.restore(stack, ["--snapshot", final, "--in-place"], named),
    /Invalid --in-place: there is no cache prod-redis-cluster to replace/,
  );

  const run = project.restore(stack, ["--snapshot", final]);
  expect(run.text).toContain(`${final} is restored. A plain deploy changes nothing.`);
  expect(run.ok).toBe(true);
  await expectRestored(cache, final);
  expect(finalSnapshots("prod")).toEqual([final]);
  expect(project.outputs(stack).final_snapshot_name?.value).not.toBe(final);
  expectProtected(project.terraform(stack, ["plan", "-destroy"]));
});

test("a plain deploy changes nothing, and does not forget what the cache was restored from", async () => {
  expectOk(project.deploy(stack));
  expectNoChanges(project, stack);
  await expectRestored(cache, finalSnapshots("prod")[0] ?? "");
});

// What else is refused is looked at without AWS: __tests__/commands/restore.test.ts. What is replaced where nothing is protected: life-dev.
// What cannot be done on this machine, and Ctrl-C: restore-interrupted.
describe("a restore over the live cache", () => {
  test.each([
    ["without --in-place", [], {}, /The cache .* exists \(available\)/],
    ["of data that is protected", ["--in-place"], {}, /redis-prod is protected: .*UNPROTECT_STACK=redis-prod/],
    ["of a snapshot that is not there", ["--in-place"], named, /Invalid snapshot "typo"/],
  ])("%s is refused before anything is destroyed", (_what, options, run, why) => {
    expectUntouched(cache, () => project.restore(stack, ["--snapshot", "typo", ...options], run), why);
  });

  describeLab("with what AWS does by itself", () => {
    // Fewer nodes come out only where the values reach the plan and the deploy.
    const same = { TF_VAR_num_cache_nodes: "2" };

    test("a snapshot that is failed is refused", async () => {
      await lab("fail", { action: "snapshot", status: "failed" });
      takeSnapshot(cache, "e2e-bad");
      expectUntouched(
        cache,
        () => project.restore(stack, ["--snapshot", "e2e-bad", "--in-place"], named),
        /e2e-bad is failed, not available/,
      );
      aws("elasticache", "deleteSnapshot", { SnapshotName: "e2e-bad" });
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

      const run = project.restore(stack, ["--snapshot", automatic, "--in-place", "--var=num_cache_nodes=2"], named);
      expect(run.text).toContain(`${copied} is restored. A plain deploy changes nothing.`);
      expect(run.ok).toBe(true);
      await expectRestored(cache, copied);
      expect(snapshotNames()).toEqual([...before.filter((name) => name !== automatic), copied, final].sort());
      expect(group(cache).MemberClusters).toHaveLength(2);
    });

    test("a plain deploy would change nothing, and the data is protected again", () => {
      expectNoChanges(project, stack, same);
      expectProtected(project.terraform(stack, ["plan", "-destroy"], same));
    });
  });
});
