import { Refusal } from "../../../scripts/shared/aws-sdk";
import { shardsOf } from "../../../scripts/commands/restore/vault/slots";
import { descriptionOf } from "../../../scripts/commands/restore/vault/temporary";
import { temporaryTag } from "../../../scripts/commands/restore/vault/temporary-names";
import { account, backup, id, ours, planned, type Thing, thing } from "../../support/temporary-cache";

const where = { subnetGroup: id, securityGroup: "sg-1", family: "redis7", key: "arn:key" };
const shards = [{ Slots: "0-8191" }, { Slots: "8192-16383" }];

/** Ids of other caches that begin or end with that of the stack. */
const lookAlikes = [`${planned.replicationGroupId}-eu`, `eu-${planned.replicationGroupId}`];

/** Those of the stack, and what a restore is known by. */
const tagsNamed = (name: string) => [
  { Key: "Team", Value: "orders" },
  { Key: "Name", Value: name },
  { Key: temporaryTag, Value: planned.replicationGroupId },
  { Key: "RestoredFrom", Value: backup },
  { Key: "BackupPolicyExemption", Value: "a restore needs it for a while" },
];

test("the temporary cache is encrypted, has the slots, no replicas and no backups, and says what it is", async () => {
  const { temporary, changes } = account();
  await temporary.createCache(["arn:a", "arn:b"], shards, where);
  expect(changes[0]?.input).toEqual({
    ...{ ReplicationGroupId: id, SnapshotArns: ["arn:a", "arn:b"], NodeGroupConfiguration: shards, NumNodeGroups: 2 },
    ...{ CacheParameterGroupName: "default.redis7.cluster.on", CacheSubnetGroupName: id, SecurityGroupIds: ["sg-1"] },
    ...{ AtRestEncryptionEnabled: true, TransitEncryptionEnabled: true, KmsKeyId: "arn:key" },
    ...{ AutomaticFailoverEnabled: true, MultiAZEnabled: false, SnapshotRetentionLimit: 0 },
    ...{ Engine: "redis", EngineVersion: "7.1", CacheNodeType: "cache.r7g.large", AutoMinorVersionUpgrade: false },
    ReplicationGroupDescription: `Temporary: restores ${backup} from the vault`,
    Tags: tagsNamed(id),
  });
  expect(changes[0]?.input).not.toHaveProperty("AuthToken");
});

test("a snapshot is taken of it when it is available, and awaited", async () => {
  const { temporary, changes } = account();
  await temporary.createCache([], shards, { ...where, key: "" });
  expect(changes[0]?.input).not.toHaveProperty("KmsKeyId");
  await temporary.takeSnapshot();
  expect(changes[1]).toEqual({
    what: "CreateSnapshot",
    input: { ReplicationGroupId: id, SnapshotName: backup, Tags: tagsNamed(backup) },
  });
  await expect(temporary.hasSnapshot()).resolves.toBe(true);
});

test("it is not whole before each of its shards is, and no snapshot is taken until then", async () => {
  const shards = ["creating", "modifying", "modifying", "available"];
  const { temporary, names } = account({ groups: new Map([[id, { ...thing(ours), shards }]]) });
  await temporary.takeSnapshot();
  expect(shards).toEqual(["available"]);
  expect(names()).toEqual(["CreateSnapshot"]);
});

test("a snapshot of it that fails is reported", async () => {
  const { temporary } = account({ groups: new Map([[id, thing()]]), taken: ["creating", "failed"] });
  await expect(temporary.takeSnapshot()).rejects.toThrow(
    `The snapshot ${backup} of the temporary cache is failed, so nothing was restored. Run the command again.`,
  );
});

test.each(["restore-failed", "create-failed"])("one that is %s is reported, and can be deleted", async (status) => {
  const { temporary, names } = account({ groups: new Map([[id, thing({}, "creating", status)]]) });
  await expect(temporary.takeSnapshot()).rejects.toThrow(new RegExp(`is ${status}, so ${backup} was not restored`));
  await expect(temporary.hasCache()).resolves.toBe(false);
  await temporary.beginDeletion();
  await temporary.isGone();
  expect(names()).toEqual(["DeleteReplicationGroup"]);
});

test.each([
  "somebody's",
  `${descriptionOf(backup)}, said somebody`,
  `Not a ${descriptionOf(backup)}`,
  descriptionOf("all of it"),
])("one that failed and that somebody else has created is left alone: %s", async (description) => {
  const foreign = { ...thing({}, "create-failed"), description };
  const { temporary, names } = account({ groups: new Map([[id, foreign]]) });
  await expect(temporary.beginDeletion()).rejects.toThrow(/no restore of this stack has created/);
  expect(names()).toEqual([]);
});

test("a snapshot that fails is reported, and the next run deletes it", async () => {
  const { temporary, names } = account({ snapshots: new Map([[backup, thing(ours, "creating", "failed")]]) });
  await expect(temporary.hasSnapshot()).resolves.toBe(false);
  expect(names()).toEqual(["DeleteSnapshot"]);
});

test.each<[string, Thing, boolean]>([
  ["of this backup", thing(ours, "creating", "available"), true],
  ["of another backup", thing({ ...ours, RestoredFrom: "other" }), false],
  ["of a backup whose name begins with it", thing({ ...ours, RestoredFrom: `${backup}-eu` }), false],
  ["of a backup whose name ends with it", thing({ ...ours, RestoredFrom: `eu-${backup}` }), false],
])("what a run that was stopped has left is found: the cache %s", async (_what, found, expected) => {
  const { temporary, names } = account({ groups: new Map([[id, found]]) });
  await expect(temporary.hasCache()).resolves.toBe(expected);
  await temporary.beginDeletion();
  await temporary.isGone();
  expect(names()).toEqual(["DeleteReplicationGroup"]);
});

test.each<[string, Record<string, string>]>([
  ["nobody tagged", {}],
  ["a restore of another cache has created", { ...ours, [temporaryTag]: "orders" }],
  ...lookAlikes.map((id): [string, Record<string, string>] => [
    `a restore of ${id} has created`,
    { ...ours, [temporaryTag]: id },
  ]),
])("a cache or snapshot of the name that %s is left alone", async (_what, tags) => {
  const { temporary, names } = account({
    groups: new Map([[id, thing(tags)]]),
    snapshots: new Map([[backup, thing(tags)]]),
  });
  await expect(temporary.hasSnapshot()).rejects.toThrow(/is taken by another one/);
  await expect(temporary.hasCache()).rejects.toThrow(/is taken by a cache that no restore of this stack has created/);
  await expect(temporary.beginDeletion()).rejects.toThrow(Refusal);
  expect(names()).toEqual([]);
});

test.each(["other", `${backup}-eu`, `eu-${backup}`])(
  "a snapshot of the name that was restored from %s is left alone",
  async (RestoredFrom) => {
    const { temporary, names } = account({ snapshots: new Map([[backup, thing({ ...ours, RestoredFrom })]]) });
    await expect(temporary.hasSnapshot()).rejects.toThrow(/is taken by another one/);
    expect(names()).toEqual([]);
  },
);

test("it lies in the subnets of the values, and in a security group of its own without rules; both are deleted", async () => {
  const { place, changes, names } = account();
  await expect(place.create()).resolves.toEqual({ subnetGroup: id, securityGroup: "sg-1" });
  expect(names()).toEqual(["CreateCacheSubnetGroup", "CreateSecurityGroup"]);
  const description = `Temporary: restores ${backup} from the vault`;
  expect(changes[0]?.input).toEqual({
    ...{ CacheSubnetGroupName: id, CacheSubnetGroupDescription: description },
    ...{ SubnetIds: ["subnet-1", "subnet-2"], Tags: tagsNamed(id) },
  });
  expect(changes[1]?.input).toEqual({
    ...{ GroupName: id, Description: description, VpcId: "vpc-1" },
    TagSpecifications: [{ ResourceType: "security-group", Tags: tagsNamed(id) }],
  });
  await place.remove();
  expect(changes.slice(2).map(({ input }) => input)).toEqual([{ CacheSubnetGroupName: id }, { GroupId: "sg-1" }]);
  expect(names().slice(2)).toEqual(["DeleteCacheSubnetGroup", "DeleteSecurityGroup"]);
  await place.remove();
  expect(names()).toHaveLength(4);
});

test("a security group is deleted as soon as the interfaces of the cache are gone", async () => {
  const { place, names } = account({ securityGroups: new Map([["sg-1", thing(ours, "in use", "in use", "free")]]) });
  await place.remove();
  expect(names()).toEqual(Array.from({ length: 3 }, () => "DeleteSecurityGroup"));
});

test("a security group that may not be deleted ends the restore at once, with the reason of AWS", async () => {
  const { place, names } = account({ securityGroups: new Map([["sg-1", thing(ours, "in use", "denied", "free")]]) });
  await expect(place.remove()).rejects.toThrow("not authorized");
  expect(names()).toEqual(["DeleteSecurityGroup", "DeleteSecurityGroup"]);
});

test.each(
  ["subnetGroups", "securityGroups"].flatMap((kind) => [
    [kind, { Owner: "else" }] as const,
    [kind, { ...ours, [temporaryTag]: "orders" }] as const,
    [kind, { Owner: planned.replicationGroupId }] as const,
    [kind, { ...ours, [temporaryTag]: "", [`${temporaryTag}Of`]: planned.replicationGroupId }] as const,
    ...lookAlikes.map((id) => [kind, { ...ours, [temporaryTag]: id }] as const),
  ]),
)("foreign %s of the name are left alone: %j", async (kind, tags) => {
  const { place, names } = account({ [kind]: new Map([[id, thing(tags)]]) });
  await expect(place.create()).rejects.toThrow(/that no restore of this stack has created/);
  expect(names()).toEqual([]);
});

describe("slots", () => {
  const file = (shard: string, slots?: string) => ({ key: `${backup}-${shard}.rdb`, size: 1, shard, slots });

  test("are those of the backup, with the IDs of its shards", () => {
    expect(shardsOf([file("0001", "0-99"), file("0004", "100-16383")], 2)).toEqual([
      { NodeGroupId: "0001", Slots: "0-99", ReplicaCount: 0 },
      { NodeGroupId: "0004", Slots: "100-16383", ReplicaCount: 0 },
    ]);
  });

  test("may be a single one", () => {
    const slots = ["0-0", "1-16382", "16383-16383"];
    const files = slots.map((one, i) => file(`000${i + 1}`, one));
    expect(shardsOf(files, 3).map(({ Slots }) => Slots)).toEqual(slots);
  });

  test.each<[string, ReturnType<typeof file>[]]>([
    ["the manifest has none", [file("0001"), file("0002"), file("0003")]],
    ["a shard has several ranges", [file("0001", "0-5,9-11"), file("0002", "6-8"), file("0003", "12-16383")]],
    ["one is missing", [file("0001", "0-5"), file("0002", "7-8"), file("0003", "9-16383")]],
    ["some are missing", [file("0001", "0-5"), file("0002", "60-99"), file("0003", "100-16383")]],
    ["the first of several ranges fits", [file("0001", "0-5,9-11"), file("0002", "6-8"), file("0003", "9-16383")]],
    ["the last of several ranges fits", [file("0001", "0-5"), file("0002", "1-2,6-8"), file("0003", "9-16383")]],
    ["one is named twice", [file("0001", "0-5"), file("0002", "5-8"), file("0003", "9-16383")]],
    ["the last ones are missing", [file("0001", "0-5"), file("0002", "6-8"), file("0003", "9-16382")]],
    ["the backup has one file", [file("0001", "0-16383")]],
  ])("are spread evenly when %s", (_what, files) => {
    expect(shardsOf(files, 3).map(({ Slots }) => Slots)).toEqual(["0-5460", "5461-10921", "10922-16383"]);
  });
});
