import { RedisStack } from "../../stacks/redis-stack";
import { adoptedProd } from "../support/adopted";
import { isAllowed, policyOf, type Request } from "../support/iam";
import { synthesize } from "../support/synthesize";

// The nodes and the automatic backups of a cache that was there before the stack may have any name, so tags say whose they are.

const documents =
  synthesize((app) => new RedisStack(app, "redis-prod", adoptedProd)).data.aws_iam_policy_document ?? {};
const may = (role: string, action: string, resource: string, context: Request["context"] = {}): Promise<boolean> =>
  isAllowed(policyOf(documents[role]), {
    action: `elasticache:${action}`,
    resource: `arn:aws:elasticache:ap-northeast-1:123456789012:${resource}`,
    context,
  });

const ofStack = (stack: string): Request["context"] => ({ "aws:ResourceTag/Stack": stack });

test.each<[what: string, resource: string, context: Request["context"], allowed: boolean]>([
  ["the cache", "replicationgroup:prod-redis-cluster", {}, true],
  ["a node that was added later", "cluster:prod-redis-cluster-003", {}, true],
  ["a node with a name of its own and the tag of the stack", "cluster:shop-a", ofStack("redis-prod"), true],
  ["a node of another name without tags", "cluster:shop-a", {}, false],
  ["a node of another stack", "cluster:shop-a", ofStack("redis-staging"), false],
  ["a node of a stack whose name begins like this one's", "cluster:shop-a", ofStack("redis-prod-eu"), false],
  ["a node with the same value in another tag", "cluster:shop-a", { "aws:ResourceTag/Name": "redis-prod" }, false],
  ["another cache", "replicationgroup:shop", ofStack("redis-prod"), false],
])("manual backups of an adopted cache: %s", async (_what, resource, context, allowed) => {
  await expect(may("manual_backup", "CreateSnapshot", resource, context)).resolves.toBe(allowed);
});

test.each<[what: string, action: string, resource: string, context: Request["context"]]>([
  ["take one under a name of somebody else", "CreateSnapshot", "snapshot:shop-1", ofStack("redis-prod")],
  ["delete one of somebody else", "DeleteSnapshot", "snapshot:shop-1", ofStack("redis-prod")],
  ["delete an automatic one", "DeleteSnapshot", "snapshot:automatic.shop-a-2026", ofStack("redis-prod")],
  ["delete a node", "DeleteCacheCluster", "cluster:shop-a", ofStack("redis-prod")],
])("manual backups of an adopted cache may not %s", async (_what, action, resource, context) => {
  await expect(may("manual_backup", action, resource, context)).resolves.toBe(false);
});

const restorable = { "aws:ResourceTag/RestoreTestOf": "prod-redis-cluster" };

test.each<[snapshot: string, context: Request["context"], restored: boolean, exported: boolean]>([
  ["automatic.shop-a-2026-01-31-18-00", {}, true, true],
  ["prod-redis-manual-20260131000000", {}, true, true],
  ["shop-1", {}, false, false],
  ["shop-1", restorable, true, false],
  ["shop-1", { "aws:ResourceTag/RestoreTestOf": "shop" }, false, false],
])(
  "the snapshot %s with %j of an adopted cache: restored %s, exported %s",
  async (name, context, restored, exported) => {
    await expect(may("restore_test", "CreateReplicationGroup", `snapshot:${name}`, context)).resolves.toBe(restored);
    await expect(may("vault_copy", "CopySnapshot", `snapshot:${name}`)).resolves.toBe(exported);
  },
);
