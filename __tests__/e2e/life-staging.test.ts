import { createNetwork, finalSnapshots, inventoryOfAccount, snapshotNames, type Network } from "./support/aws";
import { destroyAll } from "./support/clean-up";
import { claims } from "./support/claims";
import { runCommand } from "./support/executions";
import { group } from "./support/live";
import { plannedChanges } from "./support/plan";
import { expectNoChanges, expectOk, Project } from "./support/project";

const stack = "redis-staging";
const valkey = { TF_VAR_engine: "valkey", TF_VAR_redis_version: "8.0" };
const proven = { ...valkey, TF_VAR_enable_manual_backup: "true", TF_VAR_enable_restore_test: "true" };
let network: Network;
let project: Project;
let before: object;

beforeAll(() => {
  network = createNetwork();
  project = new Project(network);
  before = inventoryOfAccount();
});

afterAll(() => {
  destroyAll(project, network, { [stack]: proven });
});

const output = (name: string): string => String(project.outputs(stack)[name]?.value);
const created = (): string => group("staging-redis-cluster").ReplicationGroupCreateTime;

test("staging is deployed on an empty account, with Valkey, and the second plan finds nothing to change", () => {
  expectOk(project.deploy(stack, valkey));
  expectNoChanges(project, stack, valkey);
});

test.each(claims)("%s", async (_claim, expectHolds) => {
  await expectHolds({ project, environment: "staging", engine: "valkey", version: "8.0" });
});

test("manual backups and restore tests are switched on in place, and nothing else is touched", () => {
  const born = created();
  expect(plannedChanges(project, stack, proven)).toEqual({
    // The check counts from then on how old the last one is.
    "aws_sfn_state_machine.backup_check": "update",
    "aws_iam_role_policy.schedules": "update",
    "aws_scheduler_schedule.manual_backup": "update",
    "aws_scheduler_schedule.restore_test": "update",
    "aws_scheduler_schedule_group.manual_backup_switched_on[0]": "create",
    "aws_scheduler_schedule_group.restore_test_switched_on[0]": "create",
    "aws_cloudwatch_metric_alarm.manual_backup_deleted[0]": "create",
    "aws_cloudwatch_metric_alarm.manual_backup_failed[0]": "create",
    "aws_cloudwatch_metric_alarm.manual_backup_missing[0]": "create",
    "aws_cloudwatch_metric_alarm.restore_test_data[0]": "create",
    "aws_cloudwatch_metric_alarm.restore_test_failed[0]": "create",
    "aws_cloudwatch_metric_alarm.restore_test_missing[0]": "create",
    "aws_cloudwatch_metric_alarm.rpo_missed[0]": "create",
    "aws_cloudwatch_metric_alarm.rto_missed[0]": "create",
    "aws_cloudwatch_dashboard.redis": "update",
  });
  expectOk(project.deploy(stack, proven));
  expectNoChanges(project, stack, proven);
  expect(created()).toBe(born);
});

let manual: string;

test("both work on demand: a manual backup is taken, restored by a restore test, and the temporary cache is gone", () => {
  expect(runCommand(output("manual_backup_command"))).toMatch(/^SUCCEEDED/);
  [manual = ""] = snapshotNames();
  expect(manual).toMatch(/^staging-redis-manual-\d{14}$/);
  expect(runCommand(output("restore_test_command"))).toContain(manual);
  expectNoChanges(project, stack, proven);
});

test("destroyed, it leaves the manual backup, one final snapshot, and nothing else", () => {
  const final = output("final_snapshot_name");
  expectOk(project.destroy(stack, proven));
  expect(snapshotNames()).toEqual([final, manual].sort());
  expect(inventoryOfAccount()).toEqual(before);
});

test("it deploys again at once, while the secret of its last life is still kept", () => {
  expectOk(project.deploy(stack, proven));
  expectNoChanges(project, stack, proven);
});

test("manual backups and restore tests are switched off in place", () => {
  const born = created();
  expectOk(project.deploy(stack, valkey));
  expectNoChanges(project, stack, valkey);
  expect(created()).toBe(born);
});

test("destroyed with both off, it leaves the same: every backup, a final snapshot of each life, and nothing else", () => {
  expectOk(project.destroy(stack, valkey));
  expect(finalSnapshots("staging")).toHaveLength(2);
  expect(snapshotNames()).toHaveLength(3);
  expect(inventoryOfAccount()).toEqual(before);
});
