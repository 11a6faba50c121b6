import { aws } from "./support/aws";
import { deployed } from "./support/deployment";
import { begin, metrics, stop, until } from "./support/executions";
import { describeLab, evaluate, lab, runSchedule, type Execution } from "./support/lab";
import { expectNoChanges, expectOk } from "./support/project";
import { expectRefused } from "./support/refusing";

const stack = "redis-dev";
const cache = "dev-redis-cluster";
const throwAway = "dev-redis-restore-test";
const schedule = throwAway;
const alarm = "dev-redis-restore-test-data";
const on = { TF_VAR_enable_restore_test: "true" };
const validated: NodeJS.ProcessEnv = { ...on };
// With all values of the last deploy.
const project = deployed(stack, on, validated);

/** Takes an automatic backup some hours ago: the newest of the file so far. */
const backedUp = async (ageHours: number): Promise<string> =>
  (await lab<{ SnapshotName: string }>("automatic-snapshot", { replicationGroupId: cache, ageHours })).SnapshotName;

/** What the cache holds since some hours ago. */
const holds = (keys: number, expiring: number, ageHours: number): Promise<unknown> =>
  lab("keys", { name: cache, keys, expiring, ageHours });

/** Runs a restore test that succeeds: what it found. */
async function found(): Promise<object> {
  const { status, output, cause }: Execution = await runSchedule(schedule);
  expect({ status, cause }).toMatchObject({ status: "SUCCEEDED" });
  return JSON.parse(output ?? "") as object;
}

const securityGroup = (name: string): { readonly GroupId: string; readonly VpcId: string } => {
  const { SecurityGroups } = aws("ec2", "describeSecurityGroups", {
    Filters: [{ Name: "group-name", Values: [name] }],
  }) as { SecurityGroups: { GroupId: string; VpcId: string }[] };
  return SecurityGroups[0] ?? { GroupId: "", VpcId: "" };
};

/** Whom the restored cache lets in: descriptions of the rules. */
const letIn = (): (string | undefined)[] =>
  (
    aws("ec2", "describeSecurityGroupRules", {
      Filters: [{ Name: "group-id", Values: [securityGroup(`${throwAway}-sg`).GroupId] }],
    }) as { SecurityGroupRules: { IsEgress: boolean; Description?: string }[] }
  ).SecurityGroupRules.filter(({ IsEgress }) => !IsEgress).map(({ Description }) => Description);

/** So that an alarm is of what is published from here on: of a period it evaluates the lowest value. */
const forgetMetrics = (): Promise<unknown> => lab("forget", { metrics: true });

describeLab("the data of a restore test", () => {
  beforeEach(forgetMetrics);

  test("is verified when every key is there, and the metrics may come late", async () => {
    await backedUp(8);
    await lab("delay", { metricsSeconds: 5 });
    await expect(found()).resolves.toMatchObject({
      data: "verified",
      dataVerified: true,
      restoredKeys: 8000,
      expectedKeys: 8000,
      restoredKeysRatio: 1,
      validation: "none",
    });
    await lab("delay", { metricsSeconds: 0 });
    await expect(evaluate(alarm)).resolves.toMatchObject({ state: "OK" });
  });

  test("lacks a tenth of the keys: the test fails with both numbers, and the alarm stays until the next one", async () => {
    await lab("keys", { name: await backedUp(7), keys: 9200, expiring: 2000 });
    await expect(runSchedule(schedule)).resolves.toMatchObject({
      status: "FAILED",
      error: "RestoreTest.KeysMissing",
      cause: expect.stringMatching(
        / has 7200 keys without expiry, 90 % of the 8000 that the cache had when /,
      ) as string,
    });
    await expect(evaluate(alarm)).resolves.toMatchObject({ state: "ALARM" });
    await forgetMetrics();
    await runSchedule("dev-redis-backup-check");
    expect(metrics(["RestoreTestDataVerified"])).toEqual({ RestoreTestDataVerified: 0 });
    await expect(evaluate(alarm)).resolves.toMatchObject({ state: "ALARM" });
  });

  test("lacks only keys that expire, which is no finding", async () => {
    await lab("keys", { name: await backedUp(6), keys: 8000, expiring: 0 });
    await expect(found()).resolves.toMatchObject({ data: "verified", restoredExpiringKeys: 0 });
    await expect(evaluate(alarm)).resolves.toMatchObject({ state: "OK" });
  });

  test("is not known without metrics of the restored cache, which is no success", async () => {
    await backedUp(5);
    await lab("metrics", { replicationGroupId: throwAway });
    await expect(found()).resolves.toMatchObject({
      data: "not known",
      dataVerified: false,
      reason: expect.stringContaining("CloudWatch has no key metrics of the restored cache") as string,
    });
    await lab("metrics", { replicationGroupId: throwAway, reported: true });
    await expect(evaluate(alarm)).resolves.toMatchObject({ state: "ALARM" });
  });

  test("is not comparable when all keys expire, and the command fails, unless the backup has just been taken", async () => {
    await holds(1000, 1000, 4.5);
    await backedUp(4);
    expectRefused(
      project().restoreTest(stack, [], on),
      "The backup was restored, but its data was not verified (not comparable).",
      "Of the 1000 keys that the cache had",
      "See docs/runbook.md#restore-test-data.",
    );
    await expect(evaluate(alarm)).resolves.toMatchObject({ state: "ALARM" });

    await forgetMetrics();
    const first = project().restoreTest(stack, ["--backup-first"], on);
    expectOk(first);
    expect(first.text).toMatch(/dev-redis-manual-\d{14}.* Data: verified/);
    // The newest backup counts, so that this ends the alarm.
    await expect(evaluate(alarm)).resolves.toMatchObject({ state: "OK" });
  });

  describe("with a validator", () => {
    const name = "validate-orders";
    let client: string;
    let machine: string;

    /** What the validator does from now on: one state. */
    const does = (state: object): unknown =>
      aws("stepfunctions", "updateStateMachine", { stateMachineArn: machine, definition: definitionOf(state) });
    const definitionOf = (state: object): string =>
      JSON.stringify({ QueryLanguage: "JSONata", StartAt: "Validate", States: { Validate: state } });
    const succeed = { Type: "Succeed" };

    beforeAll(async () => {
      const { GroupId } = aws("ec2", "createSecurityGroup", {
        GroupName: name,
        Description: name,
        VpcId: securityGroup(`${throwAway}-sg`).VpcId,
      }) as { GroupId: string };
      client = GroupId;
      const { Role } = aws("iam", "createRole", {
        RoleName: name,
        AssumeRolePolicyDocument: JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Principal: { Service: "states.amazonaws.com" }, Action: "sts:AssumeRole" }],
        }),
      }) as { Role: { Arn: string } };
      const { stateMachineArn } = aws("stepfunctions", "createStateMachine", {
        name,
        roleArn: Role.Arn,
        definition: definitionOf(succeed),
      }) as { stateMachineArn: string };
      machine = stateMachineArn;
      Object.assign(validated, {
        TF_VAR_restore_test_validator_arn: machine,
        TF_VAR_restore_test_validator_security_group_id: client,
      });
      // The newest backup is old enough again for its keys to have expired.
      await lab("forget", { snapshots: true });
      await backedUp(3);
    });
    afterAll(() => {
      aws("stepfunctions", "deleteStateMachine", { stateMachineArn: machine });
      aws("iam", "deleteRole", { RoleName: name });
      aws("ec2", "deleteSecurityGroup", { GroupId: client });
    });

    test("of another account is refused at plan", () => {
      const foreign = machine.replace(/:\d{12}:/, ":999999999999:");
      expectRefused(
        project().apply(stack, { ...validated, TF_VAR_restore_test_validator_arn: foreign }),
        "Invalid restore_test_validator_arn",
        "the state machine is in another account than the cache",
      );
    });

    test("it is run on the restored cache, vouches for keys that cannot be compared, and its client is shut out again", async () => {
      expectOk(project().apply(stack, validated));
      expectNoChanges(project(), stack, validated);
      await expect(found()).resolves.toMatchObject({
        data: "not comparable",
        dataVerified: true,
        validation: "succeeded",
      });
      const { executions } = aws("stepfunctions", "listExecutions", { stateMachineArn: machine }) as {
        executions: { executionArn: string }[];
      };
      const { input } = aws("stepfunctions", "describeExecution", {
        executionArn: executions[0]?.executionArn ?? "",
      }) as { input: string };
      expect(JSON.parse(input)).toMatchObject({ port: 6379, tls: true, shards: 1 });
      expect(letIn()).toEqual([]);
    });

    test("that fails fails the test, with its cause", async () => {
      does({ Type: "Fail", Error: "Orders.Missing", Cause: "order 7 is missing" });
      await expect(runSchedule(schedule)).resolves.toMatchObject({
        status: "FAILED",
        error: "RestoreTest.ValidationFailed",
        cause: expect.stringContaining("Orders.Missing: order 7 is missing") as string,
      });
      expect(letIn()).toEqual([]);
      await expect(evaluate(alarm)).resolves.toMatchObject({ state: "ALARM" });
    });

    test("that is running when the test is killed is stopped, and its client is shut out by the next test", async () => {
      does({ Type: "Wait", Seconds: 100_000, End: true });
      const killed = await begin(schedule);
      const running = (): number =>
        (
          aws("stepfunctions", "listExecutions", { stateMachineArn: machine, statusFilter: "RUNNING" }) as {
            executions: object[];
          }
        ).executions.length;
      await until("the validator runs", () => running() === 1);
      stop(killed);
      expect(letIn()).toEqual([`Restore test validator: ${killed.split(":").at(-1) ?? ""}`]);
      await until("the validator is stopped too", () => running() === 0);
      // A rule of the test's is none of Terraform's, so that a deploy in between leaves it to the next test.
      expectNoChanges(project(), stack, validated);

      does(succeed);
      await expect(found()).resolves.toMatchObject({ validation: "succeeded" });
      expect(letIn()).toEqual([]);
    });
  });
});
