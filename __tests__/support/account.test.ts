import { operation } from "../workflows/shapes/api";
import { account, groupArn, snapshotArn, type Given } from "./account";
import { ExecutionError } from "./machine";

const may = [
  "createSnapshot",
  "deleteSnapshot",
  "describeCacheClusters",
  "describeEvents",
  "describeExecution",
  "describeReplicationGroups",
  "describeSnapshots",
  "listExecutions",
  "listTagsForResource",
  "putMetricData",
];
const withSnapshots = (count: number, more: Partial<Given> = {}) =>
  account({
    may,
    snapshots: Array.from({ length: count }, (_one, i) => ({
      SnapshotName: `s${String(i)}`,
      SnapshotStatus: "available",
    })),
    ...more,
  });

/** The names of all pages, and the arguments of each call. */
function everyPage(aws: ReturnType<typeof account>, action: string, list: string, marker: string, args: object = {}) {
  const found: unknown[] = [];
  let next: unknown;
  do {
    const page = aws.answer(action, { ...args, ...(next !== undefined && { [marker]: next }) }) as Record<
      string,
      unknown
    >;
    found.push(...(page[list] as unknown[]));
    next = page[marker];
  } while (next !== undefined);
  return found;
}

test("lists come in pages of the size that was asked for, and all of them together are everything once", () => {
  const aws = withSnapshots(65);
  expect(everyPage(aws, "describeSnapshots", "Snapshots", "Marker", { MaxRecords: 20 })).toHaveLength(65);
  expect(aws.calls).toHaveLength(4);
  const executions = Array.from({ length: 5 }, (_one, i) => ({ ExecutionArn: String(i) }));
  const args = { StateMachineArn: "arn", MaxResults: 2 };
  const running = account({ may, executions });
  expect(everyPage(running, "listExecutions", "Executions", "NextToken", args)).toHaveLength(5);
  expect(running.calls).toHaveLength(3);
  const events = { cache: Array.from({ length: 101 }, (_one, i) => ({ Message: String(i) })) };
  const said = account({ may, events });
  expect(everyPage(said, "describeEvents", "Events", "Marker", { SourceIdentifier: "cache" })).toHaveLength(101);
  expect(said.calls).toHaveLength(2);
});

test("executions are filtered by their status before they are paged", () => {
  const aws = account({ may, executions: [{ ExecutionArn: "a", Status: "ABORTED" }, { ExecutionArn: "b" }] });
  expect(aws.answer("listExecutions", { StateMachineArn: "arn", StatusFilter: "RUNNING" })).toEqual({
    Executions: [{ ExecutionArn: "b", Status: "RUNNING" }],
  });
});

test("a snapshot that is taken is there with its tags, and gone when it is deleted", () => {
  const aws = withSnapshots(0, { nodes: { one: [{ CacheClusterStatus: "available" }] } });
  aws.answer("createSnapshot", { SnapshotName: "new", CacheClusterId: "one", Tags: [{ Key: "a", Value: "b" }] });
  expect(aws.answer("listTagsForResource", { ResourceName: snapshotArn("new") })).toEqual({
    TagList: [{ Key: "a", Value: "b" }],
  });
  expect(aws.snapshots()).toEqual(["new"]);
  aws.answer("deleteSnapshot", { SnapshotName: "new" });
  expect(aws.snapshots()).toEqual([]);
  expect(aws.changes().map(({ action }) => action)).toEqual(["createSnapshot", "deleteSnapshot"]);
});

test.each([
  ["node in a group", { CacheClusterId: "group-001" }, "ReplicationGroup"],
  ["group", { ReplicationGroupId: "group" }, "ReplicationGroup"],
  ["node in no group", { CacheClusterId: "one" }, "CacheCluster"],
])(
  "while a snapshot of a %s is creating, then that is snapshotting, and none is taken of it",
  (_what, source, kind) => {
    const aws = account({
      may,
      groups: { group: [{ Status: "available", MemberClusters: ["group-001", "group-002"] }] },
      nodes: { one: [{ CacheClusterStatus: "available" }] },
      taking: ["creating", "creating", "available"],
    });
    const status = (): string =>
      /"(?:CacheCluster)?Status":"([a-z]+)"/.exec(
        JSON.stringify(
          kind === "CacheCluster"
            ? aws.answer("describeCacheClusters", { CacheClusterId: "one" })
            : aws.answer("describeReplicationGroups", { ReplicationGroupId: "group" }),
        ),
      )?.[1] ?? "";
    const take = (SnapshotName: string) => () => aws.answer("createSnapshot", { SnapshotName, ...source });
    take("first")();
    expect(take("second")).toThrow(`ElastiCache.Invalid${kind}StateException: it is snapshotting`);
    expect(status()).toBe("snapshotting");
    expect(() => aws.answer("deleteSnapshot", { SnapshotName: "first" })).toThrow("it is creating");
    expect([status(), status()]).toEqual(["snapshotting", "available"]);
    expect(take("second")).not.toThrow();
    expect(aws.snapshots()).toEqual(["first", "second"]);
  },
);

const refusals: readonly (readonly [action: string, args: object, error: string])[] = [
  ["describeSnapshots", { SnapshotName: "none" }, "ElastiCache.SnapshotNotFoundException"],
  ["describeSnapshots", { MaxRecords: 19 }, "ElastiCache.InvalidParameterValueException"],
  ["describeSnapshots", { MaxRecords: 51 }, "ElastiCache.InvalidParameterValueException"],
  ["describeEvents", { Marker: "x" }, "ElastiCache.InvalidParameterValueException"],
  ["deleteSnapshot", { SnapshotName: "none" }, "ElastiCache.SnapshotNotFoundException"],
  ["deleteSnapshot", { SnapshotName: "busy" }, "ElastiCache.InvalidSnapshotStateException"],
  ["createSnapshot", { SnapshotName: "busy", CacheClusterId: "one" }, "ElastiCache.SnapshotAlreadyExistsException"],
  ["createSnapshot", { SnapshotName: "new" }, "ElastiCache.InvalidParameterCombinationException"],
  ["createSnapshot", { SnapshotName: "new", CacheClusterId: "none" }, "ElastiCache.CacheClusterNotFoundException"],
  ["createSnapshot", { SnapshotName: "new", CacheClusterId: "busy" }, "ElastiCache.InvalidCacheClusterStateException"],
  [
    "createSnapshot",
    { SnapshotName: "new", CacheClusterId: "busy-001" },
    "ElastiCache.InvalidReplicationGroupStateException",
  ],
  [
    "createSnapshot",
    { SnapshotName: "new", ReplicationGroupId: "none" },
    "ElastiCache.ReplicationGroupNotFoundException",
  ],
  [
    "createSnapshot",
    { SnapshotName: "new", ReplicationGroupId: "busy" },
    "ElastiCache.InvalidReplicationGroupStateException",
  ],
  ["listTagsForResource", { ResourceName: snapshotArn("none") }, "ElastiCache.SnapshotNotFoundException"],
  ["describeReplicationGroups", { ReplicationGroupId: "none" }, "ElastiCache.ReplicationGroupNotFoundException"],
  ["describeCacheClusters", { CacheClusterId: "none" }, "ElastiCache.CacheClusterNotFoundException"],
  ["deleteReplicationGroup", { ReplicationGroupId: "none" }, "ElastiCache.ReplicationGroupNotFoundException"],
  ["deleteReplicationGroup", { ReplicationGroupId: "busy" }, "ElastiCache.InvalidReplicationGroupStateException"],
  [
    "createReplicationGroup",
    { ReplicationGroupId: "busy", ReplicationGroupDescription: "a" },
    "ElastiCache.ReplicationGroupAlreadyExistsException",
  ],
  [
    "copySnapshot",
    { SourceSnapshotName: "busy", TargetSnapshotName: "a", TargetBucket: "b" },
    "ElastiCache.InvalidSnapshotStateException",
  ],
  [
    "copySnapshot",
    { SourceSnapshotName: "none", TargetSnapshotName: "a", TargetBucket: "b" },
    "ElastiCache.SnapshotNotFoundException",
  ],
  [
    "copySnapshot",
    { SourceSnapshotName: "free", TargetSnapshotName: "exported", TargetBucket: "bucket" },
    "ElastiCache.InvalidParameterValueException",
  ],
  ["describeExecution", { ExecutionArn: "none" }, "Sfn.ExecutionDoesNotExistException"],
  ["listExecutions", { StateMachineArn: "a", NextToken: "x" }, "Sfn.InvalidTokenException"],
  ["getObject", { Bucket: "bucket", Key: "none" }, "S3.NoSuchKeyException"],
  ["headObject", { Bucket: "bucket", Key: "none" }, "S3.NoSuchKeyException"],
  ["copyObject", { Bucket: "bucket", Key: "a", CopySource: "bucket/none?versionId=v" }, "S3.S3Exception"],
  ["abortMultipartUpload", { Bucket: "bucket", Key: "a", UploadId: "none" }, "S3.NoSuchUploadException"],
  ["getTrailStatus", { Name: "none" }, "CloudTrail.TrailNotFoundException"],
  ["describeKey", { KeyId: "none" }, "Kms.NotFoundException"],
];

test.each(refusals)("%s with %j is refused with %s, which AWS's model has", (action, args, error) => {
  const aws = account({
    may: [action],
    snapshots: [
      { SnapshotName: "busy", SnapshotStatus: "copying" },
      { SnapshotName: "free", SnapshotStatus: "available", NodeSnapshots: [{}] },
    ],
    groups: { busy: [{ Status: "creating", MemberClusters: ["busy-001"] }] },
    nodes: { one: [{ CacheClusterStatus: "available" }], busy: [{ CacheClusterStatus: "modifying" }] },
    buckets: { bucket: [{ key: "exported-0001.rdb" }] },
  });
  let thrown: unknown;
  try {
    aws.answer(action, { ...args });
  } catch (caught) {
    thrown = caught;
  }
  expect(thrown).toBeInstanceOf(ExecutionError);
  expect((thrown as ExecutionError).error).toBe(error);
  const service = error.slice(0, error.indexOf(".")).toLowerCase();
  expect(operation(service, action)?.errors).toContain(error);
});

test.each<[string, string, object, RegExp]>([
  ["a call that the state machine may not make", "copySnapshot", {}, /calls copySnapshot, which it should not/],
  ["an argument that the API does not have", "deleteSnapshot", { Name: "x" }, /lacks SnapshotName/],
  ["an argument of another name", "describeSnapshots", { SnapshotNames: [] }, /has no member SnapshotNames/],
  [
    "a value that it does not have",
    "listExecutions",
    { StateMachineArn: "a", StatusFilter: "DONE" },
    /not one of RUNNING/,
  ],
])("%s is a mistake of the state machine, not an error of AWS", (_what, action, args, message) => {
  expect(() => withSnapshots(0).answer(action, { ...args })).toThrow(message);
});

test("what is told to fail fails, in turn, and changes nothing", () => {
  const aws = withSnapshots(1, { errors: { deleteSnapshot: ["ElastiCache.InvalidSnapshotStateException", null] } });
  expect(() => aws.answer("deleteSnapshot", { SnapshotName: "s0" })).toThrow(ExecutionError);
  expect([aws.snapshots(), aws.changes()]).toEqual([["s0"], []]);
  aws.answer("deleteSnapshot", { SnapshotName: "s0" });
  expect(aws.snapshots()).toEqual([]);
});

test("metrics are kept by name, in order, and are no change", () => {
  const aws = withSnapshots(0);
  for (const Value of [1, 2]) aws.answer("putMetricData", { Namespace: "n", MetricData: [{ MetricName: "m", Value }] });
  expect(aws.published).toEqual({ m: [1, 2] });
  expect(aws.changes()).toEqual([]);
});

test("an answer with a member that AWS does not answer is a mistake of the test", () => {
  const aws = account({ may, groups: { a: [{ Status: "available", NodeGroups: [{ Statuss: "available" }] }] } });
  expect(() => aws.answer("describeReplicationGroups", { ReplicationGroupId: "a" })).toThrow(
    "The answer describeReplicationGroups.ReplicationGroups.NodeGroups has a member Statuss, which AWS does not answer.",
  );
});

test("a group that is created is there with its tags while it is, and gone when it is deleted", () => {
  const every = [
    "createReplicationGroup",
    "deleteReplicationGroup",
    "describeReplicationGroups",
    "listTagsForResource",
  ];
  const aws = account({ may: every, created: [{ Status: "creating" }, { Status: "available" }] });
  const Tags = [{ Key: "a", Value: "b" }];
  aws.answer("createReplicationGroup", { ReplicationGroupId: "new", ReplicationGroupDescription: "x", Tags });
  for (const Status of ["creating", "available"])
    expect(aws.answer("describeReplicationGroups", { ReplicationGroupId: "new" })).toEqual({
      ReplicationGroups: [{ ReplicationGroupId: "new", Status }],
    });
  expect(aws.answer("listTagsForResource", { ResourceName: groupArn("new") })).toEqual({ TagList: Tags });
  aws.answer("deleteReplicationGroup", { ReplicationGroupId: "new" });
  expect(aws.group("new")).toBeUndefined();
});

describe("S3", () => {
  const s3 = ["listObjectsV2", "listObjectVersions", "getObject", "putObject", "deleteObjects", "copyObject"];
  const versions = ["b", "a", "c"].flatMap((key) => [
    { key, versionId: `${key}-old`, modified: "2026-01-01T00:00:00Z", body: "old" },
    { key, versionId: `${key}-new`, modified: "2026-01-02T00:00:00Z", body: "new" },
  ]);
  const storage = (more: Partial<Given> = {}) => account({ may: s3, buckets: { bucket: versions }, ...more });
  const keysOf = (answer: unknown, list: string) =>
    (answer as Record<string, { Key: string; VersionId?: string }[]>)[list]?.map(
      ({ Key, VersionId }) => VersionId ?? Key,
    );

  test("lists objects by key, in pages, and the current version of each", () => {
    const aws = storage({ keysPerPage: 2 });
    const first = aws.answer("listObjectsV2", { Bucket: "bucket" }) as { readonly NextContinuationToken?: string };
    expect(keysOf(first, "Contents")).toEqual(["a", "b"]);
    const next = { Bucket: "bucket", ContinuationToken: first.NextContinuationToken };
    expect(keysOf(aws.answer("listObjectsV2", next), "Contents")).toEqual(["c"]);
    expect(aws.answer("listObjectsV2", { Bucket: "bucket", Prefix: "none" })).not.toHaveProperty("Contents");
    expect(aws.answer("getObject", { Bucket: "bucket", Key: "a" })).toEqual({ Body: "new" });
  });

  test("lists versions by key and the newest first, from a marker on", () => {
    const aws = storage();
    const every = ["a-new", "a-old", "b-new", "b-old", "c-new", "c-old"];
    expect(keysOf(aws.answer("listObjectVersions", { Bucket: "bucket" }), "Versions")).toEqual(every);
    const marker = { KeyMarker: "a", VersionIdMarker: "a-new", MaxKeys: 2 };
    const page = aws.answer("listObjectVersions", { Bucket: "bucket", ...marker });
    expect(page).toMatchObject({ NextKeyMarker: "b", NextVersionIdMarker: "b-new" });
    expect(keysOf(page, "Versions")).toEqual(every.slice(1, 3));
  });

  test("keeps what is written, and shows an older version when the current one is deleted", () => {
    const aws = storage();
    aws.answer("putObject", { Bucket: "bucket", Key: "d", Body: "text" });
    const Objects = [{ Key: "a", VersionId: "a-new" }];
    aws.answer("deleteObjects", { Bucket: "bucket", Delete: { Objects } });
    expect(aws.objects("bucket")).toEqual({ a: "old", b: "new", c: "new", d: "text" });
  });

  test("copies a version out of another Region, and is called in its own only", () => {
    const aws = storage({ elsewhere: { vault: [{ key: "k", versionId: "v", body: "copied" }] } });
    aws.answer("copyObject", { Bucket: "bucket", Key: "copy", CopySource: "vault/k?versionId=v" });
    expect(aws.objects("bucket").copy).toBe("copied");
    expect(() => aws.answer("getObject", { Bucket: "vault", Key: "k" })).toThrow("in its own Region only");
  });
});

test("an export writes a file for each shard, which are there when ElastiCache has written them", () => {
  const aws = account({
    may: ["copySnapshot", "describeSnapshots", "listObjectsV2"],
    snapshots: [{ SnapshotName: "s", SnapshotStatus: "available", NodeSnapshots: [{}, {}] }],
    buckets: { bucket: [] },
    exports: { written: 2 },
  });
  const statusOf = () =>
    (aws.answer("describeSnapshots", { SnapshotName: "s" }) as { Snapshots: { SnapshotStatus: string }[] }).Snapshots[0]
      ?.SnapshotStatus;
  expect(statusOf()).toBe("available");
  aws.answer("copySnapshot", { SourceSnapshotName: "s", TargetSnapshotName: "name", TargetBucket: "bucket" });
  expect([statusOf(), statusOf(), statusOf()]).toEqual(["copying", "available", "available"]);
  const listing = () => aws.answer("listObjectsV2", { Bucket: "bucket", Prefix: "name-" });
  expect(listing()).not.toHaveProperty("Contents");
  expect(listing()).toMatchObject({ Contents: [{ Key: "name-0001.rdb" }, { Key: "name-0002.rdb" }] });
});
