import { join } from "node:path";
import { edit } from "./support/adoption";
import { createNetwork, finalSnapshots, inventoryOfAccount, type Network } from "./support/aws";
import { destroyAll } from "./support/clean-up";
import { claims } from "./support/claims";
import { createKey, deleteKey } from "./support/kms";
import { group } from "./support/live";
import { expectNoChanges, expectOk, Project, type Run } from "./support/project";
import { expectRefused, restoredFrom } from "./support/restoring";

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

function expectProtected({ ok, text }: Run): void {
  expect(text).toContain("Resource aws_elasticache_replication_group.redis has lifecycle.prevent_destroy set");
  expect(ok).toBe(false);
}

describe("before anything is made", () => {
  /** In Terraform itself: cdktf loses the end of what is printed now and then. */
  const refusal = (values: NodeJS.ProcessEnv): string => {
    const plan = project.terraform(stack, ["plan", "-input=false"], values);
    expect(plan.ok).toBe(false);
    return plan.text;
  };
  beforeAll(() => {
    expectOk(project.synth());
    expectOk(project.terraform(stack, ["init", "-input=false"]));
  });

  test("bad values are refused, each in a sentence that says what to write instead", () => {
    const text = refusal({
      TF_VAR_backup_retention_days: "0",
      TF_VAR_backup_window: "20:00-20:30",
      TF_VAR_num_cache_nodes: "1",
      TF_VAR_notification_email: "nobody",
      TF_VAR_kms_key_id: "alias/cache",
      TF_VAR_account_id: "1234",
    });
    for (const sentence of [
      "Write a whole number of days from 15 (the fewest that prod accepts) to 35",
      'backup_window "20:00-20:30"',
      "num_cache_nodes is 1. Write a whole number from 2",
      'Write one like "oncall@example.com"',
      "Write the key's ARN",
      'account_id "1234" is not an AWS account id',
    ])
      expect(text).toContain(sentence);
  });

  test("credentials of another account than account_id are refused", () => {
    expect(refusal({ TF_VAR_account_id: "000000000000" })).toContain("AWS account ID not allowed");
  });
});

test("prod is deployed on an empty account with the four required values, and the second plan finds nothing to change", () => {
  expectOk(project.deploy(stack));
  expectNoChanges(project, stack);
});

test.each(claims)("%s", (_claim, expectHolds) => {
  expectHolds({ project, environment: "prod", engine: "redis", version: "7.1" });
});

describe("the data is protected:", () => {
  test("a destroy is refused, and takes nothing away", () => {
    const born = group(cache).ReplicationGroupCreateTime;
    expectProtected(project.terraform(stack, ["plan", "-destroy"]));
    expect(project.destroy(stack).ok).toBe(false);
    expectNoChanges(project, stack);
    expect(group(cache).ReplicationGroupCreateTime).toBe(born);
  });

  test("a replacement is refused", () => {
    for (const address of ["random_id.redis_final_snapshot", "aws_elasticache_replication_group.redis"])
      expectProtected(project.terraform(stack, ["plan", `-replace=${address}`]));
  });

  test("another KMS key is refused", () => {
    const key = createKey();
    expectProtected(project.terraform(stack, ["plan"], { TF_VAR_kms_key_id: key }));
    deleteKey(key);
  });

  test.each([
    ["port", "redis-stack.ts", "adopted?.port ?? 6379", "adopted?.port ?? 6380"],
    ["subnet group", "network.ts", '"-subnet-group",\n      description', '"-other-subnet-group",\n      description'],
  ])("another %s in the code is refused", (_what, file, now, then) => {
    const code = join(project.folder, "stacks", file);
    edit(code, now, then);
    expectOk(project.synth());
    expectProtected(project.terraform(stack, ["plan"]));
    edit(code, then, now);
  });
});

test("a run that names it destroys it, and leaves one final snapshot and nothing else", () => {
  const final = project.outputs(stack).final_snapshot_name?.value;
  expectOk(project.destroy(stack, named));
  expect(finalSnapshots("prod")).toEqual([final]);
  expect(inventoryOfAccount()).toEqual(before);
});

test("the cache is gone: it is restored from its final snapshot at once, and protected again", () => {
  const [final = ""] = finalSnapshots("prod");
  expectRefused(
    project.restore(stack, ["--snapshot", final, "--in-place"], named),
    /There is no cache prod-redis-cluster to replace/,
  );

  const run = project.restore(stack, ["--snapshot", final]);
  expect(run.text).toContain(`${final} is restored. A plain deploy changes nothing.`);
  expect(run.ok).toBe(true);
  expect(restoredFrom(cache)).toBe(final);
  expect(finalSnapshots("prod")).toEqual([final]);
  expect(project.outputs(stack).final_snapshot_name?.value).not.toBe(final);
  expectProtected(project.terraform(stack, ["plan", "-destroy"]));
});

test("a plain deploy changes nothing, and does not forget what the cache was restored from", () => {
  const from = restoredFrom(cache);
  expectOk(project.deploy(stack));
  expectNoChanges(project, stack);
  expect(restoredFrom(cache)).toBe(from);
});
