import { isAllowed, policyOf, type Request } from "../support/iam";
import { rolesOf } from "./role";

const arn = (resource: string): string => `arn:aws:elasticache:ap-northeast-1:123456789012:${resource}`;

/** What the role of a state machine may do with ElastiCache, whatever the definition of the machine says. */
function policyOfRole(stack: string, name: string): object {
  const statements = rolesOf(stack)
    .filter((role) => role.name === name)
    .flatMap((role) => role.statements);
  return policyOf({
    statement: statements.filter(({ actions }) => actions.some((action) => action.startsWith("elasticache:"))),
  });
}

const request = (action: string, resource: string, context: Request["context"] = {}): Request => ({
  action: `elasticache:${action}`,
  resource: arn(resource),
  context,
});

type Row = [what: string, request: Request, allowed: boolean];

const backup = "snapshot:prod-redis-manual-20260131000000";
const own = "prod-redis-cluster";
const requested = (value: string) => ({ "aws:RequestTag/ManualBackupOf": value });
const tagged = (value: string) => ({ "aws:ResourceTag/ManualBackupOf": value });

describe("the role of manual backups", () => {
  const policy = policyOfRole("redis-prod", "manual_backup");

  test.each<Row>([
    ["takes a backup of a node", request("CreateSnapshot", "cluster:prod-redis-cluster-002"), true],
    ["not of the node of another cache", request("CreateSnapshot", "cluster:orders-001"), false],
    ["nor of one whose id goes on", request("CreateSnapshot", "cluster:prod-redis-cluster-eu-001"), false],
    ["tags it", request("CreateSnapshot", backup, requested(own)), true],
    ["takes none without the tag", request("CreateSnapshot", backup), false],
    ["nor in the name of another cache", request("CreateSnapshot", backup, requested("orders")), false],
    ["nor with another name", request("CreateSnapshot", "snapshot:orders-1", requested(own)), false],
    ["deletes its own", request("DeleteSnapshot", backup, tagged(own)), true],
    ["not one without the tag", request("DeleteSnapshot", backup), false],
    ["nor one of another cache", request("DeleteSnapshot", backup, tagged("orders")), false],
    ["nor a final one", request("DeleteSnapshot", "snapshot:prod-redis-final-1a2b3c4d", tagged(own)), false],
    [
      "does not tag the backup of another cache",
      request("AddTagsToResource", backup, { ...requested(own), ...tagged("orders") }),
      false,
    ],
    // The limit in docs/permissions.md: to IAM, a snapshot without tags is like one that is being created.
    ["tags one without tags, whose name is like its own", request("AddTagsToResource", backup, requested(own)), true],
  ])("%s", async (_what, asked, allowed) => {
    await expect(isAllowed(policy, asked)).resolves.toBe(allowed);
  });
});

test.each<Row>([
  ["the group", request("CreateSnapshot", "replicationgroup:prod-redis-cluster"), true],
  ["its nodes", request("CreateSnapshot", "cluster:prod-redis-cluster-0001-001"), true],
  ["no other group", request("CreateSnapshot", "replicationgroup:orders"), false],
  ["no other node", request("CreateSnapshot", "cluster:prod-redis-cluster-eu-0001-001"), false],
])("with shards, manual backups are taken of %s", async (_what, asked, allowed) => {
  await expect(isAllowed(policyOfRole("redis-sharded", "manual_backup"), asked)).resolves.toBe(allowed);
});

describe("the role of restore tests", () => {
  const policy = policyOfRole("redis-prod", "restore_test");
  const create = (resource: string, context?: Request["context"]) =>
    request("CreateReplicationGroup", resource, context);
  const encrypted = (atRest: string, inTransit: string) => ({
    "elasticache:AtRestEncryptionEnabled": atRest,
    "elasticache:TransitEncryptionEnabled": inTransit,
  });
  const group = "replicationgroup:prod-redis-restore-test";

  test.each<Row>([
    ["restores automatic backups", create("snapshot:automatic.prod-redis-cluster-002-2026-01-31-18-00"), true],
    ["restores manual ones", create(backup), true],
    ["restores final ones", create("snapshot:prod-redis-final-1a2b3c4d"), true],
    ["not those of another cache", create("snapshot:orders-manual-20260131000000"), false],
    ["nor its automatic ones", create("snapshot:automatic.orders-001-2026-01-31-18-00"), false],
    ["restores what was tagged for it", create("snapshot:orders-1", { "aws:ResourceTag/RestoreTestOf": own }), true],
    [
      "not what was tagged for another",
      create("snapshot:orders-1", { "aws:ResourceTag/RestoreTestOf": "orders" }),
      false,
    ],
    ["creates an encrypted group", create(group, encrypted("true", "true")), true],
    ["none without encryption at rest", create(group, encrypted("false", "true")), false],
    ["none without encryption in transit", create(group, encrypted("true", "false")), false],
    ["none that says neither", create(group), false],
    ["none of another name", create("replicationgroup:orders", encrypted("true", "true")), false],
    ["deletes its group", request("DeleteReplicationGroup", group), true],
    ["not the cache", request("DeleteReplicationGroup", "replicationgroup:prod-redis-cluster"), false],
  ])("%s", async (_what, asked, allowed) => {
    await expect(isAllowed(policy, asked)).resolves.toBe(allowed);
  });
});
