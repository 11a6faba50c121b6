import { shards } from "../../../stacks/cache/shards";
import { waysToFail } from "../../support/account";
import { file, manifest, manifestOf, name, ofSize, tested } from "../../support/vault-restore";

const gib = 2 ** 30;

test.each([
  ["copyObject"],
  ["uploadPartCopy"],
  ["completeMultipartUpload"],
  ["createMultipartUpload"],
  ["uploadPartCopy", "abortMultipartUpload"],
])("given that %s fails, then the upload is aborted and the cause names the file", async (...failing) => {
  const { ended, uploads, argumentsOf } = await tested(ofSize(6 * gib), { failing });
  expect(ended).toMatch(
    new RegExp(
      `^RestoreTest[.]Failed: The vault vault did not give the version v-\\w+ of ${name}(-0001[.]rdb|[.]json): .* ${failing[0]}[.]Failed: refused$`,
    ),
  );
  // What cannot be aborted, the bucket's lifecycle aborts.
  expect(uploads).toHaveLength(failing.includes("abortMultipartUpload") ? 1 : 0);
  const upload = { Bucket: "landing", Key: `restore-test/execution/${name}-0001.rdb`, UploadId: "upload-1" };
  const isBegun = failing[0] === "uploadPartCopy" || failing[0] === "completeMultipartUpload";
  expect(argumentsOf("abortMultipartUpload")).toEqual(isBegun ? [upload] : []);
});

test.each([
  [5 * gib, 0],
  [5 * gib + 1, 6],
  [6 * gib, 6],
  [6.5 * gib, 7],
  [700 * gib, 700],
])("given a file of %i bytes, then it is copied once, in %i parts that cover all of it", async (size, parts) => {
  const { ended, argumentsOf, calls } = await tested(ofSize(size));
  expect(ended).toBe("SUCCEEDED");
  // The manifest, and the file where one request copies all of it.
  expect(calls.filter((action) => action === "copyObject")).toHaveLength(parts === 0 ? 2 : 1);
  const ranges = argumentsOf("uploadPartCopy").map(({ CopySourceRange }) =>
    (/^bytes=(\d+)-(\d+)$/.exec(String(CopySourceRange)) ?? []).slice(1).map(Number),
  );
  expect(ranges).toHaveLength(parts);
  const ends = ranges.map(([, last = 0]) => last + 1);
  expect(ranges.map(([first]) => first)).toEqual([0, ...ends].slice(0, parts));
  expect(ends.at(-1) ?? size).toBe(size);
  expect(Math.max(0, ...ranges.map(([first = 0, last = 0]) => last + 1 - first))).toBeLessThanOrEqual(5 * gib);
  // Of nothing else there is an upload.
  expect(argumentsOf("createMultipartUpload")).toHaveLength(parts === 0 ? 0 : 1);
  const [{ MultipartUpload } = {}] = argumentsOf("completeMultipartUpload");
  const completed = (MultipartUpload as { Parts: { PartNumber: number }[] } | undefined)?.Parts ?? [];
  expect(completed.map(({ PartNumber }) => PartNumber)).toEqual(Array.from({ length: parts }, (_one, i) => i + 1));
});

test("given many files that one request copies each, then they are no more parts than a test copies", async () => {
  const files = Array.from({ length: 150 }, (_one, i) => ({
    key: `${name}-${String(i + 1).padStart(4, "0")}.rdb`,
    size: 5 * gib,
    versionId: "v-file",
    slots: `${i}`,
  }));
  const body = manifestOf(name, { clusterMode: true, shards: files.length, files });
  const { changes } = await tested(
    { vault: [manifest(name, 4, { body }), ...files.map(({ key, size }) => ({ ...file(name, { size }), key }))] },
    { topology: shards, statuses: ["restore-failed"] },
  );
  expect(changes).toContain("createReplicationGroup");
});

describe("given a backup of two large files", () => {
  const sizes = [6 * gib, 7 * gib];
  const files = sizes.map((size, i) => ({ key: `${name}-000${i + 1}.rdb`, size, versionId: "v-file", slots: `${i}` }));
  const body = manifestOf(name, { clusterMode: true, shards: 2, files });
  const vault = [manifest(name, 4, { body }), ...files.map(({ key, size }) => file(name, { key, size }))];
  const given = [{ vault }, { topology: shards, statuses: ["restore-failed"] }] as const;

  test("then both are copied in parts, and restored", async () => {
    const { argumentsOf, uploads } = await tested(...given);
    expect(argumentsOf("completeMultipartUpload").map(({ Key }) => String(Key).slice(-8))).toEqual([
      "0001.rdb",
      "0002.rdb",
    ]);
    expect(argumentsOf("createReplicationGroup")).toHaveLength(1);
    expect(uploads).toEqual([]);
  });

  test.each(waysToFail)(
    "whichever call of copying them $way, then the cause names the file, nothing is restored, and no copy is left",
    async ({ tooLarge, error }) => {
      const { calls } = await tested(...given);
      const first = calls.indexOf("createMultipartUpload");
      const copying = calls.slice(first, calls.lastIndexOf("completeMultipartUpload") + 1);
      for (const [i, action] of copying.entries()) {
        const done = await tested(given[0], { ...given[1], refusedCall: first + i, tooLarge });
        // What S3 began and did not say is aborted by the bucket's lifecycle.
        const isLost = tooLarge && action === "createMultipartUpload";
        expect([i, action, done.ended, done.changes.includes("createReplicationGroup"), done.copies]).toEqual([
          ...[i, action],
          expect.stringMatching(
            `^RestoreTest[.]Failed: The vault vault did not give the version v-file of ${name}-000[12][.]rdb: .* ${error}$`,
          ),
          ...[false, []],
        ]);
        expect([i, action, done.uploads.length]).toEqual([i, action, isLost ? 1 : 0]);
      }
      expect(new Set(copying)).toEqual(new Set(["createMultipartUpload", "uploadPartCopy", "completeMultipartUpload"]));
    },
  );
});

test("given an upload that fails, when its abortion is answered with too much, then the cause is why it failed", async () => {
  const failing = { errors: { uploadPartCopy: "S3.S3Exception" } };
  const refusedCall = (await tested(ofSize(6 * gib), failing)).calls.indexOf("abortMultipartUpload");
  const { ended, uploads } = await tested(ofSize(6 * gib), { ...failing, refusedCall, tooLarge: true });
  expect(ended).toMatch(/ S3[.]S3Exception: refused$/);
  expect(uploads).toEqual([]);
});
