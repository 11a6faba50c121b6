import { restore } from "../../../scripts/commands/restore/restore";

import { account, id as temporary, planned } from "../../support/temporary-cache";
import { arn, notFound, region, type Row } from "./row";

const { replicationGroupId: id } = planned;
const [vault, landing] = ["the-vault", "the-landing-bucket"];
const gibibyte = 1024 ** 3;
const began = Date.parse("2026-01-31T08:00:00Z") / 1000;
const backup = `a123456789012-saea1-prod-${began.toString(36)}`;
const moment = "20260131T120000Z";
const automatic = "automatic.prod-redis-cluster-2026-01-31-18-00";
const copied = "prod-redis-copy-2026-01-31-18-00";

/** An answer of `terraform console`, which is a JSON string in an HCL string. */
const printed = (value: object): string => JSON.stringify(JSON.stringify(value));
const terraform = (shards: number | null) => ({
  // Of the two questions, the first has a Region.
  console: printed({ ...planned, region: region.stack, shards, vault: `arn:aws:s3:::${vault}`, ...surroundings }),
  output: JSON.stringify({ vault_landing_bucket: { value: landing } }),
});
const surroundings = { family: "redis7", key: "arn:key", vpc: "vpc-1", subnets: ["subnet-1", "subnet-2"] };

/** The backup in the vault; one of its files is copied in parts. */
const files = [7, 5 * gibibyte + 1].map((size, i) => ({
  ...{ key: `${backup}-000${i + 1}.rdb`, size, versionId: `v${i}`, checksumCrc64Nvme: `crc${i}` },
  ...{ shard: `000${i + 1}`, slots: i === 0 ? "0-99" : "100-16383" },
}));
const answersOfS3 = (shards: number, isBroken = false): Row["answers"] => {
  const own = files.slice(0, shards);
  const manifest = {
    ...{ format: 1, name: backup, account: "123456789012", region: region.backup, environment: "prod" },
    ...{ snapshot: "automatic.prod", snapshotCreatedAt: "2026-01-31T07:00:00Z", engine: "redis" },
    ...{ engineVersion: "7.1.0", nodeType: planned.nodeType, clusterMode: shards > 1, shards, files: own },
  };
  const version = { LastModified: new Date((began + 60) * 1000) };
  return {
    GetBucketLocation: ({ Bucket }) => ({ LocationConstraint: Bucket === vault ? region.vault : region.stack }),
    ListObjectVersions: () => ({
      Versions: [
        ...own.map(({ key, size, versionId }) => ({ ...version, Key: key, Size: size, VersionId: versionId })),
        { ...version, Key: `${backup}.json`, VersionId: "m" },
      ],
    }),
    GetObject: () => ({ Body: { transformToString: () => Promise.resolve(JSON.stringify(manifest)) } }),
    HeadBucket: () => ({}),
    CopyObject: () => ({}),
    CreateMultipartUpload: () => ({ UploadId: "u" }),
    UploadPartCopy: ({ PartNumber }) => ({
      CopyPartResult: { ETag: `e${String(PartNumber)}`, ChecksumCRC64NVME: "p" },
    }),
    CompleteMultipartUpload: () => {
      if (isBroken) throw new Error("broken");
      return {};
    },
    AbortMultipartUpload: () => ({}),
    HeadObject: ({ Key }) => {
      const { size, checksumCrc64Nvme } = files.find(({ key }) => String(Key).endsWith(key)) ?? {};
      return { ContentLength: size, ChecksumCRC64NVME: checksumCrc64Nvme };
    },
  };
};

const group = [region.stack, "DescribeReplicationGroups", { ReplicationGroupId: id }] as const;
const snapshot = (SnapshotName: string) => [region.stack, "DescribeSnapshots", { SnapshotName }] as const;
const inVault = [
  [region.stack, "GetBucketLocation", { Bucket: vault }],
  [region.vault, "ListObjectVersions", { Bucket: vault, Prefix: backup }],
  [region.vault, "GetObject", { Bucket: vault, Key: `${backup}.json`, VersionId: "m" }],
  [region.stack, "GetBucketLocation", { Bucket: landing }],
  [region.stack, "HeadBucket", { Bucket: landing }],
] as const;

const checksum = { ChecksumAlgorithm: "CRC64NVME" };
const target = (shard: number) => ({ Bucket: landing, Key: `restored/${moment}/${backup}-000${shard}.rdb` });
const sourceOf = (shard: number): string => `${vault}/${backup}-000${shard}.rdb?versionId=v${shard - 1}`;
const wholeCopy = [
  [region.stack, "CopyObject", { ...target(1), ...checksum, CopySource: sourceOf(1) }],
  [region.stack, "HeadObject", { ...target(1), ChecksumMode: "ENABLED" }],
] as const;
const upload = { ...target(2), UploadId: "u" };
const part = (PartNumber: number, begin: number, end: number) => {
  const range = { CopySource: sourceOf(2), CopySourceRange: `bytes=${begin}-${end}` };
  return [region.stack, "UploadPartCopy", { ...upload, PartNumber, ...range }] as const;
};
/** The file in parts of a GiB. */
const copyInParts = [
  [region.stack, "CreateMultipartUpload", { ...target(2), ...checksum }],
  ...Array.from({ length: 5 }, (_one, i) => part(i + 1, i * gibibyte, (i + 1) * gibibyte - 1)),
  part(6, 5 * gibibyte, 5 * gibibyte),
  [
    region.stack,
    "CompleteMultipartUpload",
    {
      ...upload,
      MultipartUpload: {
        Parts: Array.from({ length: 6 }, (_one, i) => ({
          ...{ PartNumber: i + 1, ETag: `e${i + 1}`, ChecksumCRC64NVME: "p" },
        })),
      },
    },
  ],
] as const;

const tags = (name: string) => [
  ...Object.entries(planned.tags).map(([Key, Value]) => ({ Key, Value })),
  { Key: "Name", Value: name },
  { Key: "TemporaryForRestoreOf", Value: id },
  { Key: "RestoredFrom", Value: backup },
  { Key: "BackupPolicyExemption", Value: "a restore needs it for a while" },
];
const Description = `Temporary: restores ${backup} from the vault`;
const temporaryGroup = [region.stack, "DescribeReplicationGroups", { ReplicationGroupId: temporary }] as const;
const subnetGroup = [region.stack, "DescribeCacheSubnetGroups", { CacheSubnetGroupName: temporary }] as const;
const tagsOf = (resource: string) =>
  // The fake account is in another Region; only its answers say so.
  [
    region.stack,
    "ListTagsForResource",
    { ResourceName: `arn:aws:elasticache:ap-northeast-1:123456789012:${resource}` },
  ] as const;
const securityGroups = [
  region.stack,
  "DescribeSecurityGroups",
  {
    Filters: [
      { Name: "group-name", Values: [temporary] },
      { Name: "vpc-id", Values: [surroundings.vpc] },
    ],
  },
] as const;
const createCache = [
  region.stack,
  "CreateReplicationGroup",
  {
    ...{ ReplicationGroupId: temporary, ReplicationGroupDescription: Description },
    SnapshotArns: files.map((_file, i) => `arn:aws:s3:::${landing}/${target(i + 1).Key}`),
    NodeGroupConfiguration: files.map(({ shard, slots }) => ({ NodeGroupId: shard, Slots: slots, ReplicaCount: 0 })),
    ...{ NumNodeGroups: 2, Engine: planned.engine, EngineVersion: planned.version, CacheNodeType: planned.nodeType },
    ...{ CacheParameterGroupName: "default.redis7.cluster.on", CacheSubnetGroupName: temporary },
    ...{ SecurityGroupIds: ["sg-1"], AutomaticFailoverEnabled: true, MultiAZEnabled: false },
    ...{ AtRestEncryptionEnabled: true, TransitEncryptionEnabled: true, KmsKeyId: surroundings.key },
    ...{ AutoMinorVersionUpgrade: false, SnapshotRetentionLimit: 0, Tags: tags(temporary) },
  },
] as const;
const createPlace = [
  [
    region.stack,
    "CreateCacheSubnetGroup",
    {
      ...{ CacheSubnetGroupName: temporary, CacheSubnetGroupDescription: Description },
      ...{ SubnetIds: surroundings.subnets, Tags: tags(temporary) },
    },
  ],
  [
    region.stack,
    "CreateSecurityGroup",
    {
      ...{ GroupName: temporary, Description, VpcId: surroundings.vpc },
      TagSpecifications: [{ ResourceType: "security-group", Tags: tags(temporary) }],
    },
  ],
] as const;
const removePlace = [
  subnetGroup,
  tagsOf(`subnetgroup:${temporary}`),
  [region.stack, "DeleteCacheSubnetGroup", { CacheSubnetGroupName: temporary }],
  securityGroups,
  [region.stack, "DeleteSecurityGroup", { GroupId: "sg-1" }],
] as const;

/** An account that keeps the temporary cache. */
function answersOfElastiCache(): Row["answers"] {
  const { send } = account().props.client as unknown as { readonly send: (command: object) => Promise<object> };
  const operations = [
    ...["DescribeReplicationGroups", "DescribeSnapshots", "DescribeCacheSubnetGroups", "DescribeSecurityGroups"],
    ...["ListTagsForResource", "CreateReplicationGroup", "DeleteReplicationGroup", "CreateSnapshot", "DeleteSnapshot"],
    ...["CreateCacheSubnetGroup", "DeleteCacheSubnetGroup", "CreateSecurityGroup", "DeleteSecurityGroup"],
  ];
  return Object.fromEntries(
    operations.map((name) => [name, (input) => send({ constructor: { name: `${name}Command` }, input })]),
  );
}

const found = (name: string, source: string) => ({
  ...{ SnapshotName: name, SnapshotStatus: "available", SnapshotSource: source, ARN: arn(`snapshot:${name}`) },
  ...{ Engine: "redis", EngineVersion: "7.1.0", CacheNodeType: planned.nodeType, NodeSnapshots: [{}] },
});
const asked = { stack: "redis-prod", values: [], autoApprove: true };
const fromVault = { ...asked, fromVault: backup };

export const rows: readonly Row[] = [
  {
    what: "restoring an automatic snapshot",
    terraform: terraform(null),
    answers: {
      DescribeReplicationGroups: notFound("ReplicationGroup"),
      DescribeSnapshots: ({ SnapshotName }) => ({
        Snapshots: [found(String(SnapshotName), SnapshotName === automatic ? "automated" : "manual")],
      }),
      CopySnapshot: () => ({}),
      ListTagsForResource: () => ({ TagList: [{ Key: "CopiedFrom", Value: automatic }] }),
    },
    act: () => restore({ ...asked, snapshot: automatic }),
    asked: [
      group,
      snapshot(automatic),
      [
        region.stack,
        "CopySnapshot",
        {
          ...{ SourceSnapshotName: automatic, TargetSnapshotName: copied },
          Tags: [
            ...Object.entries(planned.tags).map(([Key, Value]) => ({ Key, Value })),
            { Key: "Name", Value: copied },
            { Key: "CopiedFrom", Value: automatic },
          ],
        },
      ],
      snapshot(copied),
      [region.stack, "ListTagsForResource", { ResourceName: arn(`snapshot:${copied}`) }],
    ],
  },
  {
    what: "restoring a snapshot that is missing",
    terraform: terraform(null),
    answers: {
      DescribeReplicationGroups: notFound("ReplicationGroup"),
      DescribeSnapshots: notFound("Snapshot"),
      DescribeServerlessCacheSnapshots: () => ({}),
    },
    act: () => restore({ ...asked, snapshot: "none" }),
    error: /^Invalid snapshot "none"/,
    asked: [
      group,
      snapshot("none"),
      [region.stack, "DescribeServerlessCacheSnapshots", { ServerlessCacheSnapshotName: "none" }],
    ],
  },
  {
    what: "restoring a backup in a vault in another Region",
    terraform: terraform(null),
    answers: { ...answersOfS3(1), DescribeReplicationGroups: notFound("ReplicationGroup") },
    act: () => restore(fromVault),
    asked: [group, ...inVault, ...wholeCopy],
  },
  {
    what: "restoring a backup with shards in a vault in another Region",
    terraform: terraform(2),
    answers: { ...answersOfElastiCache(), ...answersOfS3(2) },
    act: () => restore(fromVault),
    asked: [
      group,
      ...inVault,
      snapshot(backup),
      temporaryGroup,
      ...[subnetGroup, securityGroups],
      ...wholeCopy,
      ...copyInParts,
      [region.stack, "HeadObject", { ...target(2), ChecksumMode: "ENABLED" }],
      ...[subnetGroup, securityGroups],
      ...createPlace,
      createCache,
      temporaryGroup,
      [region.stack, "CreateSnapshot", { ReplicationGroupId: temporary, SnapshotName: backup, Tags: tags(backup) }],
      snapshot(backup),
      temporaryGroup,
      tagsOf(`replicationgroup:${temporary}`),
      [region.stack, "DeleteReplicationGroup", { ReplicationGroupId: temporary }],
      temporaryGroup,
      ...removePlace,
      snapshot(backup),
      [region.stack, "DeleteSnapshot", { SnapshotName: backup }],
      snapshot(backup),
    ],
  },
  {
    what: "restoring a backup with shards whose copy breaks off",
    terraform: terraform(2),
    answers: { ...answersOfElastiCache(), ...answersOfS3(2, true) },
    act: () => restore(fromVault),
    error: /^broken$/,
    asked: [
      group,
      ...inVault,
      snapshot(backup),
      temporaryGroup,
      ...[subnetGroup, securityGroups],
      ...wholeCopy,
      ...copyInParts,
      [region.stack, "AbortMultipartUpload", upload],
    ],
  },
];
