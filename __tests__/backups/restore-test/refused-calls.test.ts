import { waysToFail } from "../../support/account";
import { ExecutionError } from "../../support/machine";
import { cache, executed, own, ownerArn, type Account } from "../../support/restore-test";

/** A test with a validator, which finds the group of an earlier one that was killed. */
const given = {
  values: { "local.restore_test_validator": "arn:validator", "local.restore_test_validator_client": "sg-client" },
  leftBehind: "available",
  tags: { RestoreTestExecution: ownerArn("killed") },
};
/** Calls without which a test still succeeds: it says that data were not compared, and starts the validator again. */
const dispensable = ["getMetricData", "startExecution"];

test.each(waysToFail)(
  "whichever call $way, then the test has failed and says so, and leaves nothing behind that it may delete",
  async ({ tooLarge, error }) => {
    const { calls, ended: succeeds } = await executed(given);
    expect(succeeds).toBe("SUCCEEDED");
    const [earlier, own] = [calls.indexOf("deleteReplicationGroup"), calls.lastIndexOf("deleteReplicationGroup")];
    const closed = calls.lastIndexOf("revokeSecurityGroupIngress");
    for (const [refusedCall, action] of calls.entries()) {
      const { ended, left, published, rules } = await executed({ ...given, refusedCall, tooLarge });
      // Of a call that is answered with too much, only the answer is lost.
      const isDone = tooLarge && ["deleteReplicationGroup", "revokeSecurityGroupIngress"].includes(action);
      const isLeft = refusedCall <= earlier || (refusedCall > closed && refusedCall <= own);
      const after = {
        left: isLeft && !isDone ? "available" : undefined,
        rules: action === "revokeSecurityGroupIngress" && !isDone ? ["Restore test validator: execution"] : [],
      };
      const failed = (why: string) => ({ ended: expect.stringMatching(`^${why}$`) as unknown, success: 0 });
      const outcome =
        tooLarge && action === "startExecution"
          ? failed("RestoreTest\\.ValidationFailed: The output of the validator .* exceeds the 256 KiB .*")
          : dispensable.includes(action)
            ? { ended: "SUCCEEDED", success: 1 }
            : // What cannot be published fails the execution, of which there is an alarm.
              action === "putMetricData"
              ? { ...failed(error), success: tooLarge ? 1 : undefined }
              : failed(`RestoreTest\\.Failed: (The .* could not be removed: )?${error}`);
      const success = published.RestoreTestSuccessful;
      expect({ refusedCall, action, ended, success, left, rules }).toEqual({
        refusedCall,
        action,
        ...outcome,
        ...after,
      });
    }
  },
);

test("given that AWS throttles each call three times, then the test succeeds as ever, and for longer restores nothing", async () => {
  const quick = await executed(given);
  const { ended, calls } = await executed({ ...given, throttled: 3 });
  expect({ ended, calls }).toEqual({ ended: "SUCCEEDED", calls: quick.calls });
  const { ended: why, changes } = await executed({ ...given, throttled: 4 });
  expect(why).toMatch(/Exception: Rate exceeded$/);
  expect(changes).toEqual([]);
});

const requested = {
  input: { snapshotName: "before-release" },
  snapshots: { "before-release": ["available", 1] as const },
  snapshotTags: { RestoreTestOf: cache },
};
test.each<[string, Account]>([
  ["a requested backup of another name", requested],
  ["a requested backup whose restored group is kept", { input: { snapshotName: own("newest"), keepGroup: true } }],
])("given %s, whichever call fails, then the test has failed and says so", async (_what, more) => {
  const { calls, ended: succeeds } = await executed(more);
  expect(succeeds).toBe("SUCCEEDED");
  for (const { way, tooLarge, error } of waysToFail)
    for (const [refusedCall, action] of calls.entries()) {
      const { ended } = await executed({ ...more, refusedCall, tooLarge });
      const failed: unknown = expect.stringMatching(`^RestoreTest\\.Failed: .*${error}$`);
      const expected = dispensable.includes(action) ? "SUCCEEDED" : failed;
      expect({ way, refusedCall, action, ended }).toEqual({ way, refusedCall, action, ended: expected });
    }
});

const validator = { "local.restore_test_validator": "arn:validator" };
test.each<[string, Account, string, RegExp]>([
  [
    "that stops a validator which took too long",
    { values: validator, validator: new ExecutionError("States.Timeout", "") },
    "stopExecution",
    /^RestoreTest[.]ValidationFailed: The validator validator took longer than 3600 seconds/,
  ],
  [
    "that publishes a failure",
    { statuses: ["create-failed"] },
    "putMetricData",
    /^RestoreTest[.]Failed: Restoring dev-redis-manual-newest: .* is create-failed after/,
  ],
])(
  "given a call %s, whichever way it fails, then the test has failed with its first reason",
  async (_which, more, action, why) => {
    const { calls } = await executed(more);
    for (const { tooLarge } of waysToFail) {
      const { ended, left } = await executed({ ...more, refusedCall: calls.indexOf(action), tooLarge });
      expect([ended, left]).toEqual([expect.stringMatching(why), undefined]);
    }
  },
);
