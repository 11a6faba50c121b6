import { aws } from "./support/aws";
import { deployed } from "./support/deployment";
import { begin, stop, until } from "./support/executions";
import { describeLab, evaluate, lab, runSchedule } from "./support/lab";
import { expectNoChanges, expectOk } from "./support/project";
import { expectRefused } from "./support/refusing";
import {
  alarm,
  backedUp,
  forgetMetrics,
  found,
  holds,
  letIn,
  on,
  schedule,
  securityGroup,
  stack,
} from "./support/restore-data";

const validated: NodeJS.ProcessEnv = { ...on };
// With all values of the last deploy.
const project = deployed(stack, on, validated);

describeLab("the validator of a restore test", () => {
  const name = "validate-orders";
  let client: string;
  let machine: string;

  /** What the validator does from now on: one state. */
  const does = (state: object): unknown =>
    aws("stepfunctions", "updateStateMachine", { stateMachineArn: machine, definition: definitionOf(state) });
  const definitionOf = (state: object): string =>
    JSON.stringify({ QueryLanguage: "JSONata", StartAt: "Validate", States: { Validate: state } });
  const succeed = { Type: "Succeed" };
  /** The status of each execution of the validator, the newest first. */
  const runs = (): string[] =>
    (
      aws("stepfunctions", "listExecutions", { stateMachineArn: machine }) as { executions: { status: string }[] }
    ).executions.map(({ status }) => status);

  beforeEach(forgetMetrics);
  beforeAll(async () => {
    const { GroupId } = aws("ec2", "createSecurityGroup", {
      GroupName: name,
      Description: name,
      VpcId: securityGroup().VpcId,
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
    // All keys expire, and the backup is old enough for them to have done so.
    await holds(1000, 1000, 4.5);
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
    await until("the validator runs", () => runs()[0] === "RUNNING");
    stop(killed);
    expect(letIn()).toEqual([`Restore test validator: ${killed.split(":").at(-1) ?? ""}`]);
    await until("the validator is stopped too", () => !runs().includes("RUNNING"));
    // A rule of the test's is none of Terraform's, so that a deploy in between leaves it to the next test.
    expectNoChanges(project(), stack, validated);

    does(succeed);
    await expect(found()).resolves.toMatchObject({ validation: "succeeded" });
    expect(letIn()).toEqual([]);
  });

  test("that hangs is stopped after an hour, shut out, and named in the cause", async () => {
    does({ Type: "Wait", Seconds: 100_000, End: true });
    const { status, error, cause } = await runSchedule(schedule);
    expect({ status, error }).toEqual({ status: "FAILED", error: "RestoreTest.ValidationFailed" });
    expect(cause).toMatch(
      /^The validator validate-orders took longer than 3600 seconds on the restored cache of .*, and was stopped[.]$/,
    );
    expect(runs()[0]).toBe("ABORTED");
    expect(letIn()).toEqual([]);
    await expect(evaluate(alarm)).resolves.toMatchObject({ state: "ALARM" });
  });

  test("whose start is throttled is started again", async () => {
    does(succeed);
    const before = runs().length;
    await lab("fail", { action: "StartExecution", times: 1, code: "ThrottlingException" });
    await expect(found()).resolves.toMatchObject({ validation: "succeeded" });
    expect(runs()).toHaveLength(before + 1);
    expect(letIn()).toEqual([]);
  });

  test("whose client is let in by a rule of the user's is run, and that rule stays", async () => {
    const own = {
      GroupId: securityGroup().GroupId,
      IpPermissions: [
        {
          IpProtocol: "tcp",
          FromPort: 6379,
          ToPort: 6379,
          UserIdGroupPairs: [{ GroupId: client, Description: "for looking at kept caches" }],
        },
      ],
    };
    aws("ec2", "authorizeSecurityGroupIngress", own);
    await expect(found()).resolves.toMatchObject({ validation: "succeeded" });
    expect(letIn()).toEqual(["for looking at kept caches"]);
    aws("ec2", "revokeSecurityGroupIngress", own);
  });

  test("that fails is still the cause when the restored cache cannot be deleted, and the next test deletes it", async () => {
    does({ Type: "Fail", Error: "Orders.Missing", Cause: "order 7 is missing" });
    await lab("fail", { action: "DeleteReplicationGroup", times: 10, code: "ServiceUnavailable" });
    const { error, cause } = await runSchedule(schedule);
    expect(error).toBe("RestoreTest.ValidationFailed");
    expect(cause).toMatch(/Orders[.]Missing: order 7 is missing[.] The clean-up failed too: ElastiCache[.]/);
    await lab("fail", { action: "DeleteReplicationGroup", times: 0 });
    does(succeed);
    await expect(found()).resolves.toMatchObject({ validation: "succeeded" });
    expect(letIn()).toEqual([]);
  });
});
