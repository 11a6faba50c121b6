import { actionOf } from "./reference";
import { roles } from "./role";

const metrics = "Metrics have no resources. The namespace is the bound.";
const logDelivery = "Log delivery has no resources.";
const interfaces = "Network interfaces have no name before they exist. The VPC is the bound.";
const ownName = "The name begins with the prefix of the stack.";
const ownKeys = "The keys begin with the account, the Region and the cache.";

/** The same for every state machine. */
const ofEachMachine = (machine: string): readonly (readonly [row: string, reason: string])[] => [
  [`${machine}: logs:CreateLogDelivery *`, logDelivery],
  [`${machine}: logs:DeleteLogDelivery *`, logDelivery],
  [`${machine}: logs:PutResourcePolicy *`, logDelivery],
  [`${machine}: logs:UpdateLogDelivery *`, logDelivery],
];

/** The same for those that create or change nodes. */
const ofNodes = (machine: string): readonly (readonly [row: string, reason: string])[] => [
  [`${machine}: ec2:CreateNetworkInterface ec2 network-interface/*`, interfaces],
  [`${machine}: ec2:CreateNetworkInterface ec2 security-group/*`, interfaces],
  [`${machine}: ec2:CreateNetworkInterface ec2 subnet/*`, interfaces],
  [`${machine}: ec2:DeleteNetworkInterface ec2 network-interface/*`, interfaces],
];

/** What roles may change of resources that they do not name in full, with the reason: `role: action resource`. */
const accepted = new Map<string, string>([
  ...[
    "backup_check",
    "check",
    "check_clusters",
    "manual_backup",
    "restore_test",
    "snapshot_source",
    "vault_copy",
  ].flatMap(ofEachMachine),
  ...["restore_test", "snapshot_source"].flatMap(ofNodes),
  ["backup_check: cloudwatch:PutMetricData *", metrics],
  ["check: cloudwatch:PutMetricData *", metrics],
  ["manual_backup: cloudwatch:PutMetricData *", metrics],
  ["restore_test: cloudwatch:PutMetricData *", metrics],
  ["vault_copy: cloudwatch:PutMetricData *", metrics],
  ["manual_backup: elasticache:AddTagsToResource elasticache snapshot:${local.name}-manual-*", ownName],
  [
    "manual_backup: elasticache:CreateSnapshot elasticache cluster:${local.replication_group_id}-???",
    "ElastiCache names nodes after their group, and numbers them with three digits.",
  ],
  [
    "manual_backup: elasticache:CreateSnapshot elasticache cluster:${local.replication_group_id}-????-???",
    "With shards, the four digits of the shard come first.",
  ],
  ["manual_backup: elasticache:CreateSnapshot elasticache snapshot:${local.name}-manual-*", ownName],
  ["manual_backup: elasticache:DeleteSnapshot elasticache snapshot:${local.name}-manual-*", ownName],
  ["restore_test: elasticache:CreateReplicationGroup elasticache cluster:${local.name}-restore-test-*", ownName],
  [
    "restore_test: elasticache:CreateReplicationGroup elasticache parametergroup:${local.name}-*",
    "The family in the name of the parameter group changes with the engine version.",
  ],
  [
    "restore_test: elasticache:CreateReplicationGroup elasticache securitygroup:*",
    "ElastiCache's own security groups exist outside of a VPC only. The one that is used is EC2's.",
  ],
  [
    "check: states:StopExecution states execution:${local.name}-check-clusters:*",
    "An execution has no name before it is started. They are those of one state machine.",
  ],
  [
    "restore_test: states:StopExecution states execution:${local.restore_test_validator_name}:*",
    "An execution has no name before it is started. They are those of one state machine.",
  ],
  [
    "restore_test: elasticache:CreateReplicationGroup elasticache snapshot:*",
    "Those that somebody tagged for it. The tag is the bound.",
  ],
  [
    "restore_test: elasticache:CreateReplicationGroup elasticache snapshot:automatic.${local.replication_group_id}-*",
    "The names of automatic snapshots begin with the id of the group.",
  ],
  ...["copy", "final", "kept", "manual"].map(
    (kind) =>
      [
        `restore_test: elasticache:CreateReplicationGroup elasticache snapshot:\${local.name}-${kind}-*`,
        ownName,
      ] as const,
  ),
  [
    "vault_copy: elasticache:CopySnapshot elasticache snapshot:automatic.${local.replication_group_id}-*",
    "The names of automatic snapshots begin with the id of the group.",
  ],
  ...["copy", "final", "kept", "manual"].map(
    (kind) => [`vault_copy: elasticache:CopySnapshot elasticache snapshot:\${local.name}-${kind}-*`, ownName] as const,
  ),
  ...["AbortMultipartUpload", "DeleteObject", "DeleteObjectVersion", "PutObject"].map(
    (action) =>
      [
        `restore_test: s3:${action} s3 \${local.vault_landing_bucket}/restore-test/*`,
        "Only copies of restore tests have keys that begin so.",
      ] as const,
  ),
  ["vault_copy: elasticache:CopySnapshot elasticache snapshot:${local.vault_key_prefix}*", ownKeys],
  ["vault_copy: s3:PutObject s3 ${local.vault_landing_bucket}/${local.vault_key_prefix}*", ownKeys],
  ...["vault_copy: s3:DeleteObject", "vault_copy: s3:PutObject"].map(
    (row) =>
      [
        `${row} s3 \${local.vault_landing_bucket}/*`,
        "The bucket is this stack's own, and an export asks for all of its keys.",
      ] as const,
  ),
  ...["vault_replication: s3:ReplicateObject", "vault_replication: s3:ReplicateTags"].map(
    (row) => [`${row} \${var.vault_bucket_arn}/\${local.vault_key_prefix}*`, ownKeys] as const,
  ),
]);

/** Wildcards of IAM, not the operators of a Terraform expression. */
const hasWildcard = (resource: string): boolean => /[*?]/.test(resource.replaceAll(/\$\{[^}]*\}/g, ""));

/** An ARN without the partition, Region and account of the stack. */
const short = (resource: string): string => resource.replace(/^arn:.*?:(\w+):.*?:.*?:/, "$1 ");

test("a role may create, change, tag or delete by a wildcard only what is listed here, with the reason", async () => {
  const rows = await Promise.all(
    roles.flatMap(({ name, statements }) =>
      statements.flatMap(({ actions, resources }) =>
        actions.map(async (id) => {
          const { accessLevel } = await actionOf(id);
          if (["List", "Read"].includes(accessLevel)) return [];
          return resources.filter(hasWildcard).map((one) => `${name}: ${id} ${short(one)}`);
        }),
      ),
    ),
  );
  expect([...new Set(rows.flat())].sort()).toEqual([...accepted.keys()].sort());
});

test("no role has an action by a wildcard", () => {
  const wildcards = roles.flatMap(({ statements }) =>
    statements.flatMap(({ actions }) => actions.filter((action) => action.includes("*"))),
  );
  expect(wildcards).toEqual([]);
});
