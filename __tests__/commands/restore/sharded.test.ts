import { CopyObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { FromVault } from "../../../scripts/commands/restore/vault/from-vault";
import { snapshotOf } from "../../../scripts/commands/restore/vault/sharded";
import { account, backup, id, ours, thing } from "../../support/temporary-cache";

const files = ["0-99", "100-16383"].map((slots, i) => ({
  key: `${backup}-000${i + 1}.rdb`,
  size: 7,
  versionId: "v1",
  checksumCrc64Nvme: "crc",
  shard: `000${i + 1}`,
  slots,
}));
const surroundings = { family: "redis7", key: "", vpc: "vpc-1", subnets: ["subnet-1"] };

/** Makes the snapshot; answers what was copied and what was changed until then. */
async function made(given: Parameters<typeof account>[0] = {}, checksum = "crc") {
  const copied: (string | undefined)[] = [];
  const s3 = {
    send: (command: object) => {
      if (command instanceof CopyObjectCommand) copied.push(command.input.Key);
      return Promise.resolve({ ContentLength: 7, ChecksumCRC64NVME: checksum });
    },
  } as unknown as S3Client;
  const bucket = { name: "landing", region: "ap-northeast-1", client: s3 };
  const manifest = { name: backup, shards: 2, clusterMode: true, files } as unknown as FromVault["backup"]["manifest"];
  const found: FromVault = { vault: bucket, to: bucket, folder: "restored/now", backup: { manifest, files } };
  const { props, changes, names } = account(given);
  const outcome = await snapshotOf(found, { ...props, surroundings }).then(
    ({ cleanUp }) => ({ cleanUp, failure: "" }),
    (error: unknown) => ({ cleanUp: () => Promise.resolve(), failure: String(error) }),
  );
  return { ...outcome, copied, changes, names };
}

beforeEach(() => {
  jest.spyOn(console, "error").mockReturnValue();
});

test("files are copied and checked, a cache is created from them with their slots, and a snapshot is taken of it", async () => {
  const { failure, copied, changes, names, cleanUp } = await made();
  expect(failure).toBe("");
  expect(copied).toEqual(files.map(({ key }) => `restored/now/${key}`));
  expect(names()).toEqual([
    ...["CreateCacheSubnetGroup", "CreateSecurityGroup", "CreateReplicationGroup"],
    ...["CreateSnapshot", "DeleteReplicationGroup"],
  ]);
  expect(changes[2]?.input).toMatchObject({
    SnapshotArns: files.map(({ key }) => `arn:aws:s3:::landing/restored/now/${key}`),
    NodeGroupConfiguration: [
      { NodeGroupId: "0001", Slots: "0-99" },
      { NodeGroupId: "0002", Slots: "100-16383" },
    ],
  });
  await cleanUp(true);
  expect(names().slice(5)).toEqual(["DeleteCacheSubnetGroup", "DeleteSecurityGroup", "DeleteSnapshot"]);
});

test("the snapshot stays when the deploy has failed, for the next run", async () => {
  const { cleanUp, names } = await made();
  await cleanUp(false);
  expect(names()).not.toContain("DeleteSnapshot");
});

test.each<[string, Parameters<typeof account>[0], string[]]>([
  ["its snapshot", { snapshots: new Map([[backup, thing(ours, "creating", "available")]]) }, []],
  [
    "its snapshot and its cache",
    { snapshots: new Map([[backup, thing()]]), groups: new Map([[id, thing()]]) },
    ["DeleteReplicationGroup"],
  ],
  [
    "its cache",
    { groups: new Map([[id, thing(ours, "creating", "available")]]) },
    ["CreateSnapshot", "DeleteReplicationGroup"],
  ],
])("a run that was stopped is continued with %s, and copies nothing", async (_what, given, expected) => {
  const { failure, copied, names } = await made(given);
  expect({ failure, copied, names: names() }).toEqual({ failure: "", copied: [], names: expected });
});

test.each<[string, ReturnType<typeof thing>]>([
  ["of another backup", thing({ ...ours, RestoredFrom: "other" })],
  ["that failed", thing({}, "create-failed")],
])("the temporary cache %s is deleted first", async (_what, left) => {
  const { failure, names } = await made({ groups: new Map([[id, left]]) });
  expect(failure).toBe("");
  expect(names().slice(0, 2)).toEqual(["DeleteReplicationGroup", "CreateCacheSubnetGroup"]);
  expect(names().slice(-2)).toEqual(["CreateSnapshot", "DeleteReplicationGroup"]);
});

test("a snapshot that fails ends the restore, and nothing of it is left", async () => {
  const { failure, names } = await made({ taken: ["creating", "failed"] });
  expect(failure).toMatch(/is failed, so nothing was restored/);
  expect(names().slice(3)).toEqual([
    ...["CreateSnapshot", "DeleteReplicationGroup"],
    ...["DeleteCacheSubnetGroup", "DeleteSecurityGroup"],
  ]);
});

test.each<[string, readonly string[]]>([
  ["after the snapshot", ["creating", "available"]],
  ["after a snapshot that failed", ["creating", "failed"]],
])("a temporary cache that AWS does not delete %s is reported", async (_when, taken) => {
  const { failure } = await made({ taken, broken: "DeleteReplicationGroup" });
  expect(failure).toBe("Error: AWS does not answer.");
});

test("what may pass leaves the temporary cache, with which the next run continues", async () => {
  const { failure, names } = await made({ broken: "CreateSnapshot" });
  expect(failure).toMatch(/AWS does not answer/);
  expect(names().at(-1)).toBe("CreateSnapshot");
});

test("nothing is created from copies that are not as the manifest says", async () => {
  const { failure, names } = await made({}, "other");
  expect(failure).toMatch(/It is not what was exported, so nothing is restored/);
  expect(names()).toEqual([]);
});

test("nothing is copied or changed where the name is taken by somebody else", async () => {
  const { failure, copied, names } = await made({ groups: new Map([[id, thing({ Owner: "else" })]]) });
  expect(failure).toMatch(/is taken by a cache that no restore of this stack has created/);
  expect([copied, names()]).toEqual([[], []]);
});
