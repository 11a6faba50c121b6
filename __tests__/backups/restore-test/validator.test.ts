import { ExecutionError } from "../../support/machine";
import { deleted, executed, holding, own, restoredNode } from "../../support/restore-test";

const arn = "arn:aws:states:ap-northeast-1:123456789012:stateMachine:validator";
const values = { "local.restore_test_validator": arn, "local.restore_test_validator_client": "sg-client" };
const rule = "Restore test validator: execution";
const taskFailed = new ExecutionError(
  "States.TaskFailed",
  '{"Cause":"order 7 is missing","Error":"Orders.Missing","Input":"{\\"Cause\\":\\"no\\"}","Status":"FAILED"}',
);

describe("a validator", () => {
  const around = [
    "createReplicationGroup",
    "authorizeSecurityGroupIngress",
    "startExecution",
    "revokeSecurityGroupIngress",
    "deleteReplicationGroup",
  ];

  test("that succeeds is let in for that time, and is told what it needs", async () => {
    const { ended, output, validated, changes, rules, argumentsOf } = await executed({ values });
    expect(ended).toBe("SUCCEEDED");
    expect(output).toMatchObject({ data: "verified", validation: "succeeded" });
    expect(validated).toEqual({
      AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: "arn:execution",
      endpoint: `master.${restoredNode}`,
      port: 6379,
      tls: true,
      shards: 1,
      snapshotName: own("newest"),
      snapshotCreatedAt: "2026-01-31T07:00:00.000Z",
      rules: [rule],
    });
    expect(changes).toEqual(around);
    expect(rules).toEqual([]);
    // Its client and nobody else, on the cache's port.
    expect(argumentsOf("authorizeSecurityGroupIngress")).toEqual([
      {
        GroupId: "sg-test",
        IpPermissions: [
          {
            IpProtocol: "tcp",
            FromPort: 6379,
            ToPort: 6379,
            UserIdGroupPairs: [{ GroupId: "sg-client", Description: rule }],
          },
        ],
      },
    ]);
  });

  test("vouches for keys that cannot be compared, and not for an empty cache", async () => {
    const expiring = holding([1000, 1000], [1000, 1000]);
    await expect(executed({ values, holding: expiring })).resolves.toMatchObject({
      output: { data: "not comparable", dataVerified: true },
      published: { RestoreTestDataVerified: 1 },
    });
    await expect(executed({ values, holding: holding([0, 0], [0, 0]) })).resolves.toMatchObject({
      output: { data: "empty", dataVerified: false },
    });
  });

  test("that fails fails the test, with its cause", async () => {
    const { ended, published, changes, rules } = await executed({ values, validator: taskFailed });
    expect(ended).toBe(
      "RestoreTest.ValidationFailed: The validator validator failed on the restored cache of dev-redis-manual-newest: Orders.Missing: order 7 is missing",
    );
    expect(published).toMatchObject({ RestoreTestSuccessful: 0, RestoreTestDataVerified: 0 });
    expect(changes).toEqual(around);
    expect(rules).toEqual([]);
  });

  test("that hangs is stopped after an hour", async () => {
    const given = { values, validator: new ExecutionError("States.Timeout", "") };
    const reason =
      "RestoreTest.ValidationFailed: The validator validator took longer than 3600 seconds on the restored cache of dev-redis-manual-newest, and was stopped.";
    const { ended, changes, rules, argumentsOf } = await executed(given);
    expect(ended).toBe(reason);
    expect(changes).toEqual([...around.slice(0, 3), "stopExecution", ...around.slice(3)]);
    expect(rules).toEqual([]);
    // Its user finds in it who stopped it, and why.
    expect(argumentsOf("stopExecution")).toEqual([
      {
        ExecutionArn: "arn:aws:states:ap-northeast-1:123456789012:execution:validator:execution",
        Cause: "A restore test waits 3600 seconds.",
      },
    ]);
    // It may have ended just then.
    await expect(executed({ ...given, failing: ["stopExecution"] })).resolves.toMatchObject({
      ended: reason,
      changes: around,
      rules: [],
    });
  });

  test("that cannot be started fails the test", async () => {
    const { ended } = await executed({
      values,
      validator: new ExecutionError("StepFunctions.StateMachineDoesNotExistException", "it is gone"),
    });
    expect(ended).toMatch(/^RestoreTest.ValidationFailed: The validator validator could not be run: .* it is gone$/);
  });

  test.each([
    ["times out by itself", '{"ExecutionArn":"arn:validation","Input":"{}","Status":"TIMED_OUT"}', "TIMED_OUT"],
    ["is stopped by somebody", '{"ExecutionArn":"arn:validation","Status":"ABORTED","StopDate":1}', "ABORTED"],
    ["fails without a cause that can be read", "cut off", "unknown"],
  ])("that %s fails the test, with its status", async (_what, cause, status) => {
    const { ended, rules } = await executed({ values, validator: new ExecutionError("States.TaskFailed", cause) });
    expect(ended).toBe(
      `RestoreTest.ValidationFailed: The validator validator failed on the restored cache of dev-redis-manual-newest: its execution is ${status}`,
    );
    expect(rules).toEqual([]);
  });

  test("whose output is too large fails the test, and is shut out", async () => {
    const { ended, changes, rules } = await executed({
      values,
      validator: new ExecutionError("States.DataLimitExceeded", "The result has more than 262144 bytes."),
    });
    expect(ended).toMatch(
      /^RestoreTest.ValidationFailed: The output of the validator validator .* exceeds the 256 KiB/,
    );
    expect(changes).toEqual(around);
    expect(rules).toEqual([]);
  });

  test.each<[string, Parameters<typeof executed>[0]]>([
    ["does not list yet", { unlisted: ["sgr-new"] }],
    ["cannot list", { listingFailsLater: true }],
  ])("is shut out when EC2 %s its rule", async (_what, given) => {
    const { changes, rules } = await executed({ values, ...given });
    expect(changes).toEqual(around);
    expect(rules).toEqual([]);
  });

  test("without a client's security group is run, and nobody is let in", async () => {
    const { changes } = await executed({ values: { "local.restore_test_validator": arn } });
    expect(changes).toEqual(["createReplicationGroup", "startExecution", "deleteReplicationGroup"]);
  });

  test("that is not set is not run, and the client that is set for it is not let in", async () => {
    const { ended, changes } = await executed({ values: { "local.restore_test_validator_client": "sg-client" } });
    expect(ended).toBe("SUCCEEDED");
    expect(changes).toEqual(deleted);
  });

  test("is not run on keys that are missing", async () => {
    const { ended, changes } = await executed({ values, holding: holding([1000, 0], [1, 0]) });
    expect(ended).toMatch(/KeysMissing/);
    expect(changes).toEqual(deleted);
  });

  test("of a cache that is kept is shut out all the same", async () => {
    const { changes, rules } = await executed({ values, input: { keepGroup: true } });
    expect(changes).toEqual([...around.slice(0, 3), "addTagsToResource", "revokeSecurityGroupIngress"]);
    expect(rules).toEqual([]);
  });

  test("whose rule an earlier test left behind is shut out first; other rules stay", async () => {
    const { changes, rules } = await executed({ rules: ["Restore test validator: earlier", "mine"] });
    expect(changes).toEqual(["revokeSecurityGroupIngress", ...deleted]);
    expect(rules).toEqual(["mine"]);
  });

  test.each(["describeSecurityGroupRules", "revokeSecurityGroupIngress"])(
    "whose earlier rule stays because %s fails keeps anything from being restored",
    async (action) => {
      const { ended, changes } = await executed({ rules: ["Restore test validator: earlier"], failing: [action] });
      expect(ended).toMatch(/^RestoreTest.Failed: The security group rule of the validator could not be removed: /);
      expect(changes).toEqual([]);
    },
  );

  test("that cannot be let in fails the test, and the group is deleted", async () => {
    const { ended, changes } = await executed({ values, failing: ["authorizeSecurityGroupIngress"] });
    expect(ended).toMatch(/^RestoreTest.Failed: authorizeSecurityGroupIngress.Failed/);
    expect(changes).toEqual(deleted);
  });

  describe("whose start fails", () => {
    const throttled = new ExecutionError("StepFunctions.AWSStepFunctionsException", "Rate exceeded");

    test("is started again, by the same name, so that it runs once", async () => {
      const { ended, output, changes, argumentsOf } = await executed({
        values,
        validator: [throttled, throttled, null],
      });
      expect(ended).toBe("SUCCEEDED");
      expect(output).toMatchObject({ validation: "succeeded" });
      expect(changes.filter((action) => action === "startExecution")).toHaveLength(3);
      expect(argumentsOf("startExecution").map(({ Name }) => Name)).toEqual(["execution", "execution", "execution"]);
    });

    test("four times fails the test with the first reason, and is shut out", async () => {
      const gone = new ExecutionError("StepFunctions.ExecutionAlreadyExistsException", "it has ended");
      const { ended, changes, rules, hours } = await executed({ values, validator: [throttled, gone, gone, gone] });
      expect(ended).toBe(
        "RestoreTest.ValidationFailed: The validator validator could not be run: StepFunctions.AWSStepFunctionsException: Rate exceeded",
      );
      expect(changes.filter((action) => action === "startExecution")).toHaveLength(4);
      // docs/restore.md: "tries again after 20, 40 and 80 seconds".
      const atOnce = await executed({ values, validator: [taskFailed] });
      expect((hours - atOnce.hours) * 3600).toBeCloseTo(20 + 40 + 80, 3);
      expect(rules).toEqual([]);
    });

    test("and that then fails itself is not run again", async () => {
      const { ended, changes } = await executed({ values, validator: [throttled, taskFailed, null] });
      expect(ended).toMatch(/failed on the restored cache of .*: Orders.Missing: order 7 is missing$/);
      expect(changes.filter((action) => action === "startExecution")).toHaveLength(2);
    });
  });

  test("whose client is let in by a rule of the user's is run, and that rule stays", async () => {
    const { ended, output, changes, rules } = await executed({ values, clientRule: "mine" });
    expect(ended).toBe("SUCCEEDED");
    expect(output).toMatchObject({ validation: "succeeded" });
    expect(changes).not.toContain("revokeSecurityGroupIngress");
    expect(rules).toEqual(["mine"]);
  });
});

describe("a failed clean-up", () => {
  const tooFew = holding([1000, 0], [900, 0]);
  const refused = (action: string): string => `${action}.Failed: refused`;

  test("is the cause of a test that had found nothing else", async () => {
    await expect(executed({ failing: ["deleteReplicationGroup"] })).resolves.toMatchObject({
      ended: `RestoreTest.Failed: ${refused("deleteReplicationGroup")}`,
    });
  });

  test.each(["deleteReplicationGroup", "listTagsForResource", "describeSecurityGroupRules"])(
    "by %s leaves the numbers of keys in the cause",
    async (action) => {
      const { ended } = await executed({
        holding: tooFew,
        ...(action === "describeSecurityGroupRules" ? { listingFailsLater: true } : { failing: [action] }),
      });
      expect(ended).toMatch(/^RestoreTest.KeysMissing: The restored cache has 900 keys .* of the 1000 that /);
      expect(ended).toContain(" The clean-up failed too: ");
      expect(ended).toContain(refused(action));
    },
  );

  test("leaves the validator's reason in the cause, and names everything that failed", async () => {
    const { ended } = await executed({
      values,
      validator: taskFailed,
      failing: ["revokeSecurityGroupIngress", "deleteReplicationGroup"],
    });
    expect(ended).toBe(
      "RestoreTest.ValidationFailed: The validator validator failed on the restored cache of dev-redis-manual-newest: Orders.Missing: order 7 is missing." +
        ` The clean-up failed too: The security group rule of the validator could not be removed: ${refused("revokeSecurityGroupIngress")}.` +
        ` The clean-up failed too: ${refused("deleteReplicationGroup")}`,
    );
  });
});
