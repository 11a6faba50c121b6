import { cache, executed, own, ownerArn, type Account } from "../../support/restore-test";

/** A test with a validator, which finds the group of an earlier one that was killed. */
const given = {
  values: { "local.restore_test_validator": "arn:validator", "local.restore_test_validator_client": "sg-client" },
  leftBehind: "available",
  tags: { RestoreTestExecution: ownerArn("killed") },
};
/** Calls without which a test still succeeds: it says that data were not compared, and starts the validator again. */
const dispensable = ["getMetricData", "startExecution"];

test("whichever call AWS refuses, the test has failed and says so, and leaves nothing behind that it may delete", async () => {
  const { calls, ended: succeeds } = await executed(given);
  expect(succeeds).toBe("SUCCEEDED");
  const [earlier, own] = [calls.indexOf("deleteReplicationGroup"), calls.lastIndexOf("deleteReplicationGroup")];
  const closed = calls.lastIndexOf("revokeSecurityGroupIngress");
  for (const [refusedCall, action] of calls.entries()) {
    const { ended, left, published, rules } = await executed({ ...given, refusedCall });
    const isLeft = refusedCall <= earlier || (refusedCall > closed && refusedCall <= own);
    const after = {
      left: isLeft ? "available" : undefined,
      rules: action === "revokeSecurityGroupIngress" ? ["Restore test validator: execution"] : [],
    };
    const failure: unknown = expect.stringMatching(
      /^RestoreTest\.Failed: (The .* could not be removed: )?Aws\.Refused: refused$/,
    );
    const outcome = dispensable.includes(action)
      ? { ended: "SUCCEEDED", success: 1 }
      : // What cannot be published fails the execution, of which there is an alarm.
        action === "putMetricData"
        ? { ended: "Aws.Refused: refused", success: undefined }
        : { ended: failure, success: 0 };
    const success = published.RestoreTestSuccessful;
    expect({ refusedCall, action, ended, success, left, rules }).toEqual({ refusedCall, action, ...outcome, ...after });
  }
});

const requested = {
  input: { snapshotName: "before-release" },
  snapshots: { "before-release": ["available", 1] as const },
  snapshotTags: { RestoreTestOf: cache },
};
test.each<[string, Account]>([
  ["a requested backup of another name", requested],
  ["one that is kept", { input: { snapshotName: own("newest"), keepGroup: true } }],
])("of %s too, whichever call AWS refuses, the test has failed and says so", async (_what, more) => {
  const { calls, ended: succeeds } = await executed(more);
  expect(succeeds).toBe("SUCCEEDED");
  for (const [refusedCall, action] of calls.entries()) {
    const { ended } = await executed({ ...more, refusedCall });
    const failed: unknown = expect.stringMatching(/^RestoreTest\.Failed: .*Aws\.Refused: refused$/);
    const expected = dispensable.includes(action) ? "SUCCEEDED" : failed;
    expect({ refusedCall, action, ended }).toEqual({ refusedCall, action, ended: expected });
  }
});
