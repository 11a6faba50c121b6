import { account, role, source, stranger, type Asked, type Cases } from "../support/resource-policies";

type Row = Cases["allowed"][number];

const rows = (who: string, by: string, to: string, actions: readonly string[], more: Partial<Asked> = {}): Row[] =>
  actions.map((action) => [`${who}: ${action} of ${to === "" ? "the bucket" : to}`, { by, to, action, ...more }]);

const admin = role("admin");
const plain = { "aws:SecureTransport": "false" };

/** The same for every bucket. https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html */
const onlyTls: Cases = {
  allowed: [
    ...rows("an administrator", admin, "", ["s3:ListBucket"]),
    ...rows("an administrator", admin, "/key", ["s3:GetObject"]),
  ],
  denied: [
    ...rows("an administrator without TLS", admin, "", ["s3:ListBucket"], { context: plain }),
    ...rows("an administrator without TLS", admin, "/key", ["s3:GetObject", "s3:PutObject"], { context: plain }),
    ...rows("a role of another account", role("admin", stranger), "", ["s3:ListBucket"]),
    ...rows("a role of another account", role("admin", stranger), "/key", ["s3:GetObject", "s3:PutObject"]),
  ],
};

const join = (...all: readonly Cases[]): Cases => ({
  allowed: all.flatMap(({ allowed }) => allowed),
  denied: all.flatMap(({ denied }) => denied),
});

/**
 * What ElastiCache needs of a bucket.
 *
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-exporting.html
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-seeding-redis.html
 */
const elasticache = (onBucket: readonly string[], onObjects: readonly string[], never: readonly string[]): Cases => {
  const service = "ap-northeast-1.elasticache-snapshot.amazonaws.com";
  const elsewhere = "us-east-1.elasticache-snapshot.amazonaws.com";
  return {
    allowed: [
      ...rows("ElastiCache", service, "", onBucket),
      ...rows("ElastiCache", service, "/a-1-0001.rdb", onObjects),
    ],
    denied: [
      ...rows("ElastiCache of another Region", elsewhere, "", onBucket),
      ...rows("ElastiCache of another Region", elsewhere, "/key", onObjects),
      ...rows("ElastiCache without TLS", service, "/key", ["s3:GetObject"], { context: plain }),
      ...rows("a role of another account", role("admin", stranger), "", onBucket),
      ...rows("a role of another account", role("admin", stranger), "/key", onObjects),
      ...rows("ElastiCache", service, "", ["s3:DeleteBucket", "s3:PutBucketPolicy"]),
      ...rows("ElastiCache", service, "/key", ["s3:DeleteObject", "s3:DeleteObjectVersion", ...never]),
    ],
  };
};

/** ARNs in `reader_role_arns`, of two accounts. */
const readers = [role("restore"), role("auditor-1", source)];

/** What those named as readers may do. */
const readable = (onBucket: readonly string[], onObjects: readonly string[], never: readonly string[]): Cases => ({
  allowed: readers.flatMap((by) => [
    ...rows(`the reader ${by}`, by, "", onBucket),
    ...rows(`the reader ${by}`, by, "/key", onObjects),
  ]),
  denied: [
    ...readers.flatMap((by) => rows(`the reader ${by}`, by, "/key", ["s3:GetObject"], { context: plain })),
    ...rows("a reader of another account", role("auditor-1", source), "/key", never),
    ...["admin", "auditors-1", "visitor-1"].flatMap((name) => [
      ...rows(`the role ${name} of that account`, role(name, source), "", onBucket),
      ...rows(`the role ${name} of that account`, role(name, source), "/key", onObjects),
    ]),
    ...rows("a reader without permissions", role("restore"), "/key", ["s3:GetObject"], { powerless: true }),
  ],
});

/** Requests that take something away from the vault, or change it. */
const destructive = [
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html#object-lock-managing-bypass
  "s3:BypassGovernanceRetention",
  "s3:PutObjectRetention",
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeletingObjectVersions.html
  "s3:DeleteObject",
  "s3:DeleteObjectVersion",
  // A version on top of a backup, under its key. https://docs.aws.amazon.com/AmazonS3/latest/userguide/AddingObjectstoVersioningEnabledBuckets.html
  "s3:PutObject",
  // A delete marker on top of it. https://docs.aws.amazon.com/AmazonS3/latest/userguide/delete-marker-replication.html
  "s3:ReplicateDelete",
];

const backup = (of: string): string => `/a${of}-apne1-prod-t1-0001.rdb`;
const replicates = (of: string): string => role("prod-redis-vault-replication-ap-northeast-1", of);
const tests = (of: string): string => role("prod-redis-restore-test-ap-northeast-1", of);
/** Names of roles that are nearly those of replication or of a restore test. */
const similar = [
  ...["vault-copy", "log-replication", "vault-replications", "myvault-replication"],
  ...["restore-data", "load-test", "restore-tests", "myrestore-test"],
].map((name) => `prod-redis-${name}-ap-northeast-1`);
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html#setting-repl-config-crossacct */
const replication = ["s3:ReplicateObject", "s3:ReplicateTags"];
/** Of a copy of one version. https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
const copying = ["s3:GetObjectVersion"];

const vault: Cases = {
  allowed: [
    ...rows("replication of a source", replicates(source), backup(source), replication),
    ...rows("replication of the vault's own account", replicates(account), backup(account), replication),
    ...rows("the restore test of a source", tests(source), backup(source), copying),
  ],
  denied: [
    ...[admin, `arn:aws:iam::${account}:root`, role("restore"), replicates(account), replicates(source)].flatMap((by) =>
      rows(by, by, backup(account), destructive),
    ),
    ...rows("replication of a source", replicates(source), backup(source), destructive),
    ...rows("replication into the backups of another account", replicates(source), backup(account), replication),
    ...rows("replication to another key", replicates(source), "/key", replication),
    ...["admin", ...similar].flatMap((name) =>
      rows(`the role ${name} of a source`, role(name, source), backup(source), [...replication, ...copying]),
    ),
    ...rows(
      "a user of a source with the name of a role",
      replicates(source).replace(":role/", ":user/"),
      backup(source),
      replication,
    ),
    ...rows("replication of another account", replicates(stranger), backup(stranger), replication),
    ...rows("replication without permissions", replicates(account), backup(account), replication, { powerless: true }),
    ...rows("replication without TLS", replicates(source), backup(source), replication, { context: plain }),
    ...rows("replication that reads", replicates(source), backup(source), ["s3:GetObject", ...copying]),
    ...rows("the restore test of backups of another account", tests(source), backup(account), copying),
    ...rows("the restore test of another account", tests(stranger), backup(stranger), copying),
    ...rows("a restore test without permissions", tests(account), backup(account), copying, { powerless: true }),
    ...rows("a restore test that writes", tests(source), backup(source), replication),
    ...rows("a restore test that lists", tests(source), "", ["s3:ListBucket", "s3:ListBucketVersions"]),
  ],
};

const cloudtrail = "cloudtrail.amazonaws.com";
const trail = (name: string, of = account): Readonly<Record<string, string>> => ({
  "aws:SourceArn": `arn:aws:cloudtrail:ap-northeast-1:${of}:trail/${name}`,
});
const ownTrail = trail("prod-redis-data-events");
const owned = { "s3:x-amz-acl": "bucket-owner-full-control" };
const log = `/AWSLogs/${account}/CloudTrail/ap-northeast-1/2026/01/31/log.json.gz`;

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html */
const logs: Cases = {
  allowed: [
    ...rows("CloudTrail", cloudtrail, "", ["s3:GetBucketAcl"], { context: ownTrail }),
    ...rows("CloudTrail", cloudtrail, log, ["s3:PutObject"], { context: { ...ownTrail, ...owned } }),
  ],
  denied: [
    ...[{}, trail("other"), trail("prod-redis-data-events", stranger)].flatMap((context) => [
      ...rows(`CloudTrail for ${JSON.stringify(context)}`, cloudtrail, "", ["s3:GetBucketAcl"], { context }),
      ...rows(`CloudTrail for ${JSON.stringify(context)}`, cloudtrail, log, ["s3:PutObject"], {
        context: { ...context, ...owned },
      }),
    ]),
    ...rows("CloudTrail without the ACL", cloudtrail, log, ["s3:PutObject"], { context: ownTrail }),
    ...rows("CloudTrail with another ACL", cloudtrail, log, ["s3:PutObject"], {
      context: { ...ownTrail, "s3:x-amz-acl": "public-read" },
    }),
    ...[`/AWSLogs/${stranger}/log.json.gz`, "/key"].flatMap((to) =>
      rows("CloudTrail", cloudtrail, to, ["s3:PutObject"], { context: { ...ownTrail, ...owned } }),
    ),
    ...rows("CloudTrail", cloudtrail, log, ["s3:GetObject", "s3:DeleteObject"], { context: ownTrail }),
    ...rows("CloudTrail", cloudtrail, log, ["s3:PutObjectAcl"], { context: { ...ownTrail, ...owned } }),
    ...rows("CloudTrail", cloudtrail, "", ["s3:ListBucket", "s3:DeleteBucket"], { context: ownTrail }),
    ...rows("another service", "config.amazonaws.com", "", ["s3:GetBucketAcl"], { context: ownTrail }),
    ...rows("another service", "config.amazonaws.com", log, ["s3:PutObject"], { context: { ...ownTrail, ...owned } }),
  ],
};

/** Who may do what with each bucket. */
export const buckets: Readonly<Record<string, Cases>> = {
  "aws_s3_bucket_policy.vault_landing": join(
    onlyTls,
    elasticache(
      ["s3:GetBucketAcl", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
      ["s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"],
      [],
    ),
  ),
  "aws_s3_bucket_policy.recovery": join(
    onlyTls,
    elasticache(["s3:GetBucketAcl", "s3:ListBucket"], ["s3:GetObject"], ["s3:PutObject"]),
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuAndPermissions
    readable(
      ["s3:GetBucketLocation", "s3:ListBucket"],
      ["s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"],
      ["s3:DeleteObject", "s3:DeleteObjectVersion"],
    ),
  ),
  "aws_s3_bucket_policy.vault": join(
    onlyTls,
    vault,
    readable(
      ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketVersions"],
      [
        "s3:GetObject",
        "s3:GetObjectAttributes",
        "s3:GetObjectRetention",
        "s3:GetObjectVersion",
        "s3:GetObjectVersionAttributes",
      ],
      destructive,
    ),
  ),
  "aws_s3_bucket_policy.vault_data_events": join(onlyTls, logs),
};
