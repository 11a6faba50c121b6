import { cache, healthy, hour, runCheck } from "../../support/backup-check";
import { ExecutionError } from "../../support/machine";

const key = "arn:aws:kms:ap-northeast-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const snapshot = {
  SnapshotName: "automatic.x",
  SnapshotSource: "automated",
  CacheClusterId: `${cache}-002`,
  SnapshotStatus: "available",
  NodeSnapshots: [{ SnapshotCreateTime: new Date(Date.now() - hour).toISOString() }],
};
const checked = (describeKey: (args: Readonly<Record<string, unknown>>) => unknown, settings = { key }) =>
  runCheck(healthy(snapshot, { describeKey: (_action, args) => describeKey(args) }), settings);
const inState = (KeyState: string) => () => ({ KeyMetadata: { KeyState } });

test.each([
  ["Enabled", 1],
  ["Disabled", 0],
  ["PendingDeletion", 0],
  ["PendingImport", 0],
  ["Unavailable", 0],
])("given a key that is %s, then %d is published", async (state, usable) => {
  const { values, failure } = await checked(inState(state));
  expect([values.KeyUsable, failure]).toEqual([[usable], ""]);
});

test("it asks for the key of the cache", async () => {
  const describeKey = jest.fn(inState("Enabled"));
  await checked(describeKey);
  expect(describeKey).toHaveBeenCalledWith({ KeyId: key });
});

test("given a key that is gone, then it cannot be used", async () => {
  const { values } = await checked(() => {
    throw new ExecutionError("Kms.NotFoundException", "gone");
  });
  expect(values.KeyUsable).toEqual([0]);
});

test("given a key that the role may not see, then nothing is published, and the check succeeds", async () => {
  const { values, failure } = await checked(() => {
    throw new ExecutionError("Kms.KmsException", "not authorized to perform: kms:DescribeKey");
  });
  expect(failure).toBe("");
  expect(values).not.toHaveProperty("KeyUsable");
});

test("given no customer managed key, then none is asked for", async () => {
  const describeKey = jest.fn(inState("Enabled"));
  const { values } = await checked(describeKey, { key: "" });
  expect(describeKey).not.toHaveBeenCalled();
  expect(values).not.toHaveProperty("KeyUsable");
});
