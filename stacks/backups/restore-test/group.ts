import { named } from "../../terraform/names";
import { groupArn } from "../../workflows/elasticache-calls";
import { jsonata } from "../../workflows/definition";
import { caughtError, onAnyError } from "../../workflows/catching";

/** The id of the temporary replication group. That there can be one of a name only is the lock against two tests at once. */
export const testId = named("restore-test");

/** Built from the name, so that deleting the group depends on nothing in an answer. */
export const testArn = groupArn(testId);

/** Tags of the temporary group: which execution created it, and that it is kept. */
export const ownerTag = "RestoreTestExecution";
export const keptTag = "RestoreTestKept";

export const groupGone = ["ElastiCache.ReplicationGroupNotFoundException"];

/** The errors of tests that looked into the data and found it wrong. */
export const keysMissing = "RestoreTest.KeysMissing";
export const validationFailed = "RestoreTest.ValidationFailed";

/** JSONata: nothing more becomes of `$status`. Every other status is waited for: creating, modifying, snapshotting and so on. */
export const hasFailed = jsonata("$status in ['create-failed', 'restore-failed', 'deleting']");

/** Why the test has failed, with one more problem. What failed first stays in it: only the clean-up comes after a failure. */
export const alsoFailed = (problem: string): string =>
  jsonata(
    `$failure = '' ? ${problem} : $failure & ($contains($failure, /[.]$/) ? '' : '.') & ' The clean-up failed too: ' & ${problem}`,
  );

/** Whatever was caught: the group is deleted, if there may be one, and the test has failed. */
export const failed = onAnyError("MayHaveGroup", {
  failure: alsoFailed(caughtError),
});

/** Ends the test as failed with a reason, the group deleted. */
export const failWith = (failure: string) => ({ Type: "Pass", Assign: { failure }, Next: "MayHaveGroup" }) as const;
