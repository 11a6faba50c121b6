import { cacheKey, isAllowed, policyOf, type Request } from "../support/iam";
import { stacks } from "../support/stacks";

// What a role must not do to what is not this cache's, whatever its state machine would ask for.

const documents = stacks["redis-prod"]?.().data.aws_iam_policy_document ?? {};
const policies = Object.fromEntries(
  ["backup_check", "manual_backup", "restore_test", "snapshot_source", "vault_copy"].map((name) => [
    name,
    // With what it may do besides while there is a vault.
    policyOf({
      statement: [documents[name], documents[`${name}_vault`]].flatMap((document) => document?.statement ?? []),
    }),
  ]),
);
const may = (role: string, action: string, resource: string, context: Request["context"] = {}): Promise<boolean> =>
  isAllowed(policies[role] ?? {}, { action, resource, context });

const cache = "prod-redis-cluster";
const elasticache = (rest: string, account = "123456789012", region = "ap-northeast-1"): string =>
  `arn:aws:elasticache:${region}:${account}:${rest}`;
const ec2 = (rest: string): string => `arn:aws:ec2:ap-northeast-1:123456789012:${rest}`;
const states = (rest: string): string => `arn:aws:states:ap-northeast-1:123456789012:${rest}`;
const ownBackup = elasticache("snapshot:prod-redis-manual-20260131000000");
const tagged = { "aws:ResourceTag/ManualBackupOf": cache };

type Row = readonly [what: string, resource: string, context: NonNullable<Request["context"]>];

describe("the role of manual backups", () => {
  test("may delete a backup that it made", async () => {
    await expect(may("manual_backup", "elasticache:DeleteSnapshot", ownBackup, tagged)).resolves.toBe(true);
  });

  test.each<Row>([
    ["without tags", ownBackup, {}],
    ["of another cache", ownBackup, { "aws:ResourceTag/ManualBackupOf": "other-redis-cluster" }],
    ["of a cache whose id begins like this one's", ownBackup, { "aws:ResourceTag/ManualBackupOf": `${cache}-eu` }],
    ["with another tag of this cache", ownBackup, { "aws:ResourceTag/RestoreTestOf": cache }],
    ["with its tag and another name", elasticache("snapshot:before-release"), tagged],
    ["with its tag and the name of a final one", elasticache("snapshot:prod-redis-final-1a2b"), tagged],
    ["with its tag and the name of an automatic one", elasticache(`snapshot:automatic.${cache}-001-2026`), tagged],
    ["with its tag and the name of another environment", elasticache("snapshot:prod2-redis-manual-1"), tagged],
    ["in another Region", elasticache("snapshot:prod-redis-manual-1", "123456789012", "us-east-1"), tagged],
    ["in another account", elasticache("snapshot:prod-redis-manual-1", "210987654321"), tagged],
  ])("may not delete a snapshot %s", async (_what, resource, context) => {
    await expect(may("manual_backup", "elasticache:DeleteSnapshot", resource, context)).resolves.toBe(false);
  });

  test("may take a backup of the cache under the tag that lets it delete it", async () => {
    const request = { "aws:RequestTag/ManualBackupOf": cache };
    await expect(may("manual_backup", "elasticache:CreateSnapshot", ownBackup, request)).resolves.toBe(true);
    await expect(may("manual_backup", "elasticache:AddTagsToResource", ownBackup, request)).resolves.toBe(true);
  });

  test.each<Row>([
    ["without its tag", ownBackup, {}],
    ["under the tag of another cache", ownBackup, { "aws:RequestTag/ManualBackupOf": "other" }],
    ["under another name", elasticache("snapshot:mine"), { "aws:RequestTag/ManualBackupOf": cache }],
  ])("may not take one %s", async (_what, resource, context) => {
    await expect(may("manual_backup", "elasticache:CreateSnapshot", resource, context)).resolves.toBe(false);
    await expect(may("manual_backup", "elasticache:AddTagsToResource", resource, context)).resolves.toBe(false);
  });

  test("may not make the backup of another cache one of its own by tagging it", async () => {
    const context = { "aws:RequestTag/ManualBackupOf": cache, "aws:ResourceTag/ManualBackupOf": "other-redis-cluster" };
    await expect(may("manual_backup", "elasticache:AddTagsToResource", ownBackup, context)).resolves.toBe(false);
  });

  test.each([
    [`cluster:${cache}-001`, true],
    [`replicationgroup:${cache}`, true],
    [`cluster:${cache}-eu-001`, false],
    ["cluster:other-001", false],
    [`replicationgroup:${cache}-eu`, false],
  ])("may take a backup of %s: %s", async (resource, allowed) => {
    await expect(may("manual_backup", "elasticache:CreateSnapshot", elasticache(resource))).resolves.toBe(allowed);
  });
});

describe("the role of restore tests", () => {
  const group = elasticache("replicationgroup:prod-redis-restore-test");

  test.each([
    [group, true],
    [elasticache(`replicationgroup:${cache}`), false],
    [elasticache("replicationgroup:prod-redis-restore-test-2"), false],
    [elasticache("replicationgroup:staging-redis-restore-test"), false],
    [elasticache("replicationgroup:prod-redis-restore-test", "123456789012", "us-east-1"), false],
    [elasticache(`cluster:${cache}-001`), false],
  ])("may delete and tag %s: %s", async (resource, allowed) => {
    const actions = [
      "AddTagsToResource",
      ...(resource.includes(":replicationgroup:") ? ["DeleteReplicationGroup"] : []),
    ];
    for (const action of actions)
      await expect(may("restore_test", `elasticache:${action}`, resource)).resolves.toBe(allowed);
  });

  test.each([
    ["true", "true", true],
    ["true", "false", false],
    ["false", "true", false],
  ])("may create the group encrypted at rest (%s) and in transit (%s): %s", async (atRest, inTransit, allowed) => {
    const context = {
      "elasticache:AtRestEncryptionEnabled": atRest,
      "elasticache:TransitEncryptionEnabled": inTransit,
    };
    await expect(may("restore_test", "elasticache:CreateReplicationGroup", group, context)).resolves.toBe(allowed);
  });

  test.each<[string, Request["context"], boolean]>([
    [`snapshot:automatic.${cache}-001-2026-01-31`, {}, true],
    ["snapshot:prod-redis-manual-20260131000000", {}, true],
    ["snapshot:before-release", { "aws:ResourceTag/RestoreTestOf": cache }, true],
    ["snapshot:before-release", {}, false],
    ["snapshot:before-release", { "aws:ResourceTag/RestoreTestOf": "other" }, false],
    ["snapshot:staging-redis-manual-20260131000000", {}, false],
    ["snapshot:automatic.other-001-2026-01-31", {}, false],
  ])("may restore %s with %j: %s", async (resource, context, allowed) => {
    const asked = may("restore_test", "elasticache:CreateReplicationGroup", elasticache(resource), context);
    await expect(asked).resolves.toBe(allowed);
  });

  test.each([
    ["security-group/sg-test", true],
    ["security-group/sg-cache", false],
  ])("may open and close %s: %s", async (resource, allowed) => {
    for (const action of ["AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress"])
      await expect(may("restore_test", `ec2:${action}`, ec2(resource))).resolves.toBe(allowed);
  });

  test.each([
    ["states:StartExecution", "stateMachine:validator", true],
    ["states:StartExecution", "stateMachine:prod-redis-manual-backup", false],
    ["states:StopExecution", "execution:validator:x", true],
    ["states:StopExecution", "execution:prod-redis-restore-test:x", false],
    ["states:StopExecution", "execution:validator-2:x", false],
  ])("%s of %s: %s", async (action, resource, allowed) => {
    await expect(may("restore_test", action, states(resource))).resolves.toBe(allowed);
  });

  test.each([
    ["landing/restore-test/x/k", true],
    ["landing/a123456789012-apne1-prod-x-0001.rdb", false],
    ["landing/a123456789012-apne1-prod-x.json", false],
    ["landing/restore-test-2/k", false],
    ["landing-2/restore-test/x/k", false],
    ["vault/restore-test/x/k", false],
    ["vault/a123456789012-apne1-prod-x-0001.rdb", false],
  ])("may write and delete %s and its versions: %s", async (object, allowed) => {
    for (const action of ["PutObject", "DeleteObject", "DeleteObjectVersion", "AbortMultipartUpload"]) {
      const isAllowed = await may("restore_test", `s3:${action}`, `arn:aws:s3:::${object}`);
      expect({ action, object, isAllowed }).toEqual({ action, object, isAllowed: allowed });
    }
  });

  test.each([
    ["vault/a123456789012-apne1-prod-x-0001.rdb", true],
    ["vault/a123456789012-apne1-prod2-x-0001.rdb", false],
    ["vault-2/a123456789012-apne1-prod-x-0001.rdb", false],
  ])("may read versions of %s: %s", async (object, allowed) => {
    await expect(may("restore_test", "s3:GetObjectVersion", `arn:aws:s3:::${object}`)).resolves.toBe(allowed);
  });

  test.each(["elasticache:DeleteSnapshot", "elasticache:CopySnapshot"])("may not call %s", async (action) => {
    await expect(may("restore_test", action, ownBackup)).resolves.toBe(false);
  });
});

describe("the role of copies into the vault", () => {
  test.each([
    ["landing/a123456789012-apne1-prod-x.json", true],
    // The bucket is this stack's own, and AWS asks for all of its keys.
    ["landing/b", true],
    ["landing2/a123456789012-apne1-prod-x.json", false],
    ["vault/a123456789012-apne1-prod-x.json", false],
  ])("may write, read and delete %s: %s", async (object, allowed) => {
    // As AWS asks of whoever exports: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-exporting.html
    for (const action of ["s3:PutObject", "s3:GetObject", "s3:DeleteObject"])
      await expect(may("vault_copy", action, `arn:aws:s3:::${object}`)).resolves.toBe(allowed);
  });

  test.each([
    [`snapshot:automatic.${cache}-001-2026`, true],
    ["snapshot:prod-redis-manual-20260131000000", true],
    ["snapshot:before-release", false],
    ["snapshot:staging-redis-manual-20260131000000", false],
  ])("may export %s: %s", async (snapshot, allowed) => {
    await expect(may("vault_copy", "elasticache:CopySnapshot", elasticache(snapshot))).resolves.toBe(allowed);
  });

  test("may delete no snapshot", async () => {
    await expect(may("vault_copy", "elasticache:DeleteSnapshot", ownBackup, tagged)).resolves.toBe(false);
  });
});

describe.each(["manual_backup", "restore_test", "vault_copy"])("the role %s and the customer managed key", (role) => {
  const through = { "kms:ViaService": "elasticache.ap-northeast-1.amazonaws.com" };
  const grant = { ...through, "kms:GrantIsForAWSResource": "true" };

  test.each<[string, string, string, Request["context"], boolean]>([
    ["through ElastiCache, for an AWS service", "kms:CreateGrant", cacheKey, grant, true],
    ["to somebody else", "kms:CreateGrant", cacheKey, { ...grant, "kms:GrantIsForAWSResource": "false" }, false],
    [
      "through another service",
      "kms:CreateGrant",
      cacheKey,
      { ...grant, "kms:ViaService": "s3.ap-northeast-1.amazonaws.com" },
      false,
    ],
    [
      "through another Region",
      "kms:CreateGrant",
      cacheKey,
      { ...grant, "kms:ViaService": "elasticache.us-east-1.amazonaws.com" },
      false,
    ],
    ["directly", "kms:CreateGrant", cacheKey, { "kms:GrantIsForAWSResource": "true" }, false],
    ["of another key", "kms:CreateGrant", cacheKey.replace(/.$/, "f"), grant, false],
    ["through ElastiCache", "kms:DescribeKey", cacheKey, through, true],
    ["of another key", "kms:DescribeKey", cacheKey.replace(/.$/, "f"), through, false],
    ["directly", "kms:DescribeKey", cacheKey, {}, false],
  ])("%s %s", async (_how, action, key, context, allowed) => {
    await expect(may(role, action, key, context)).resolves.toBe(allowed);
  });
});

describe.each(["restore_test", "snapshot_source"])("the role %s, which creates or changes nodes,", (role) => {
  const vpc = (id: string): Request["context"] => ({ "ec2:Vpc": ec2(`vpc/${id}`) });
  const created = ["network-interface/eni-1", "security-group/sg-1", "subnet/subnet-1"];

  test.each([
    ...created.map((resource) => ["ec2:CreateNetworkInterface", resource] as const),
    ["ec2:DeleteNetworkInterface", "network-interface/eni-1"] as const,
  ])("may call %s on %s in the VPC of the cache alone", async (action, resource) => {
    await expect(may(role, action, ec2(resource), vpc("vpc-1"))).resolves.toBe(true);
    await expect(may(role, action, ec2(resource), vpc("vpc-2"))).resolves.toBe(false);
    // Of an interface that does not exist yet, EC2 does not say the VPC.
    await expect(may(role, action, ec2(resource))).resolves.toBe(true);
  });
});

describe.each(Object.keys(policies).filter((role) => role !== "snapshot_source"))("the role %s", (role) => {
  test("publishes metrics in the namespace of backups alone", async () => {
    const publish = (namespace: string): Promise<boolean> =>
      may(role, "cloudwatch:PutMetricData", "*", { "cloudwatch:namespace": namespace });
    await expect(publish("ElastiCacheBackups")).resolves.toBe(true);
    await expect(publish("AWS/ElastiCache")).resolves.toBe(false);
    await expect(may(role, "cloudwatch:PutMetricData", "*")).resolves.toBe(false);
  });

  test.each(["DeleteReplicationGroup", "ModifyReplicationGroup"])("may not call %s on the cache", async (action) => {
    await expect(may(role, `elasticache:${action}`, elasticache(`replicationgroup:${cache}`))).resolves.toBe(false);
  });
});
