import { cache, healthy, hour, runCheck } from "../../support/backup-check";

const key = "arn:aws:kms:ap-northeast-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const snapshot = {
  SnapshotName: "automatic.x",
  SnapshotSource: "automated",
  CacheClusterId: `${cache}-002`,
  SnapshotStatus: "available",
  NodeSnapshots: [{ SnapshotCreateTime: new Date(Date.now() - hour).toISOString() }],
};
/** The check of a cache with the key; null: the key is gone. `error` is what DescribeKey fails with. */
async function checked(state: string | null, settings: { readonly key: string } = { key }, error?: string) {
  const aws = healthy([snapshot], {
    ...(state !== null && { keys: { [key]: state } }),
    ...(error !== undefined && { errors: { describeKey: error } }),
  });
  return { ...(await runCheck(aws.answer, settings)), asked: aws.argumentsOf("describeKey") };
}

test.each([
  ["Enabled", 1],
  ["Disabled", 0],
  ["PendingDeletion", 0],
  ["PendingImport", 0],
  ["Unavailable", 0],
])("given a key that is %s, then %d is published", async (state, usable) => {
  const { values, failure } = await checked(state);
  expect([values.KeyUsable, failure]).toEqual([[usable], ""]);
});

test("given a customer managed key, then that of the cache is asked for", async () => {
  expect((await checked("Enabled")).asked).toEqual([{ KeyId: key }]);
});

test("given a key that is gone, then it cannot be used", async () => {
  const { values } = await checked(null);
  expect(values.KeyUsable).toEqual([0]);
});

test("given a key that the role may not see, then nothing is published, and the check succeeds", async () => {
  const { values, failure } = await checked("Enabled", { key }, "Kms.KmsException");
  expect(failure).toBe("");
  expect(values).not.toHaveProperty("KeyUsable");
});

test("given no customer managed key, then none is asked for", async () => {
  const { values, asked } = await checked("Enabled", { key: "" });
  expect(asked).toEqual([]);
  expect(values).not.toHaveProperty("KeyUsable");
});
