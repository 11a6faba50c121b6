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

  test("given one that succeeds, then it is let in for that time, and its input has what it needs", async () => {
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

  test("given keys that cannot be compared, then it vouches for them, and not for an empty cache", async () => {
    const expiring = holding([1000, 1000], [1000, 1000]);
    await expect(executed({ values, holding: expiring })).resolves.toMatchObject({
      output: { data: "not comparable", dataVerified: true },
      published: { RestoreTestDataVerified: 1 },
    });
    await expect(executed({ values, holding: holding([0, 0], [0, 0]) })).resolves.toMatchObject({
      output: { data: "empty", dataVerified: false },
    });
  });

  test("given one that fails, then the test fails, with its cause", async () => {
    const { ended, published, changes, rules } = await executed({ values, validator: taskFailed });
    expect(ended).toBe(
      "RestoreTest.ValidationFailed: The validator validator failed on the restored cache of dev-redis-manual-newest: Orders.Missing: order 7 is missing",
    );
    expect(published).toMatchObject({ RestoreTestSuccessful: 0, RestoreTestDataVerified: 0 });
    expect(changes).toEqual(around);
    expect(rules).toEqual([]);
  });

  test("given one that hangs, then it is stopped after an hour, and the test fails", async () => {
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

  test("given one that cannot be started, then the test fails", async () => {
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
  ])("given one that %s, then the test fails, with its status", async (_what, cause, status) => {
    const { ended, rules } = await executed({ values, validator: new ExecutionError("States.TaskFailed", cause) });
    expect(ended).toBe(
      `RestoreTest.ValidationFailed: The validator validator failed on the restored cache of dev-redis-manual-newest: its execution is ${status}`,
    );
    expect(rules).toEqual([]);
  });

  test("given one whose output is too large, then the test fails, and it is shut out", async () => {
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
  ])("given a rule that EC2 %s, then it is shut out all the same", async (_what, given) => {
    const { changes, rules } = await executed({ values, ...given });
    expect(changes).toEqual(around);
    expect(rules).toEqual([]);
  });

  test("given one without a client's security group, then it is run, and nobody is let in", async () => {
    const { changes } = await executed({ values: { "local.restore_test_validator": arn } });
    expect(changes).toEqual(["createReplicationGroup", "startExecution", "deleteReplicationGroup"]);
  });

  test("given none that is set, then none is run, and the client that is set for it is not let in", async () => {
    const { ended, changes } = await executed({ values: { "local.restore_test_validator_client": "sg-client" } });
    expect(ended).toBe("SUCCEEDED");
    expect(changes).toEqual(deleted);
  });

  test("given keys that are missing, then it is not run", async () => {
    const { ended, changes } = await executed({ values, holding: holding([1000, 0], [1, 0]) });
    expect(ended).toMatch(/KeysMissing/);
    expect(changes).toEqual(deleted);
  });

  test("given a cache that is kept, then it is shut out all the same", async () => {
    const { changes, rules } = await executed({ values, input: { keepGroup: true } });
    expect(changes).toEqual([...around.slice(0, 3), "addTagsToResource", "revokeSecurityGroupIngress"]);
    expect(rules).toEqual([]);
  });

  test("given one whose rule an earlier test left behind, then it is shut out first, and other rules stay", async () => {
    const { changes, rules } = await executed({ rules: ["Restore test validator: earlier", "mine"] });
    expect(changes).toEqual(["revokeSecurityGroupIngress", ...deleted]);
    expect(rules).toEqual(["mine"]);
  });

  test.each([
    ["an egress rule", { IsEgress: true }],
    ["a rule of another security group", { GroupId: "sg-other" }],
  ])(
    "given %s with the description of a validator's rule, then it stays, and the test succeeds",
    async (_what, rule) => {
      const Description = "Restore test validator: earlier";
      const { ended, changes, rules } = await executed({ rules: [{ Description, ...rule }] });
      expect({ ended, changes, rules }).toEqual({ ended: "SUCCEEDED", changes: deleted, rules: [Description] });
    },
  );

  test.each(["describeSecurityGroupRules", "revokeSecurityGroupIngress"])(
    "given one whose earlier rule stays because %s fails, then nothing is restored",
    async (action) => {
      const { ended, changes } = await executed({ rules: ["Restore test validator: earlier"], failing: [action] });
      expect(ended).toMatch(/^RestoreTest.Failed: The security group rule of the validator could not be removed: /);
      expect(changes).toEqual([]);
    },
  );

  test("given one that cannot be let in, then the test fails, and the group is deleted", async () => {
    const { ended, changes } = await executed({ values, failing: ["authorizeSecurityGroupIngress"] });
    expect(ended).toMatch(/^RestoreTest.Failed: authorizeSecurityGroupIngress.Failed/);
    expect(changes).toEqual(deleted);
  });

  describe("whose start fails", () => {
    const throttled = new ExecutionError("StepFunctions.AWSStepFunctionsException", "Rate exceeded");

    test("given that it fails twice, then it is tried again, by the same name, so that it runs once", async () => {
      const { ended, output, changes, argumentsOf } = await executed({
        values,
        validator: [throttled, throttled, null],
      });
      expect(ended).toBe("SUCCEEDED");
      expect(output).toMatchObject({ validation: "succeeded" });
      expect(changes.filter((action) => action === "startExecution")).toHaveLength(3);
      expect(argumentsOf("startExecution").map(({ Name }) => Name)).toEqual(["execution", "execution", "execution"]);
    });

    test("given that it fails four times, then the test fails with the first reason, and the validator is shut out", async () => {
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

    test("given that the validator, started again, fails itself, then it is not run again", async () => {
      const { ended, changes } = await executed({ values, validator: [throttled, taskFailed, null] });
      expect(ended).toMatch(/failed on the restored cache of .*: Orders.Missing: order 7 is missing$/);
      expect(changes.filter((action) => action === "startExecution")).toHaveLength(2);
    });
  });

  test("given one whose client is let in by a rule of the user's, then it is run, and that rule stays", async () => {
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

  test("given a test that had found nothing else, then it is the cause", async () => {
    await expect(executed({ failing: ["deleteReplicationGroup"] })).resolves.toMatchObject({
      ended: `RestoreTest.Failed: ${refused("deleteReplicationGroup")}`,
    });
  });

  test.each(["deleteReplicationGroup", "listTagsForResource", "describeSecurityGroupRules"])(
    "given keys that are missing, when %s fails, then the numbers of keys stay in the cause",
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

  test("given a validator that failed, then its reason stays in the cause, which names everything that failed", async () => {
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
