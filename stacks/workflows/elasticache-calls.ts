import { arn } from "../terraform/arn";
import { expression } from "../terraform/expression";
import { call, type CallProps } from "./call";
import type { Call, Permission } from "./states";

export const groupArn = (id: string): string => arn("elasticache", `replicationgroup:${id}`);
export const nodeArn = (id: string): string => arn("elasticache", `cluster:${id}`);
export const snapshotArn = (name: string): string => arn("elasticache", `snapshot:${name}`);

/** Nodes of any name: those of an adopted cache do not follow from its id. */
export const anyNode = nodeArn("*");
export const anySnapshot = snapshotArn("*");

/**
 * JSONata: a snapshot exists. One that a cache is being restored from is `restoring`, one that is being copied or exported `copying`,
 * and it can be restored from again when that has ended.
 *
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_Snapshot.html
 */
export const snapshotExists = "SnapshotStatus in ['available', 'restoring', 'copying']";

type Options = Pick<CallProps, "dependencies" | "retry" | "attempts">;

/** A call of ElastiCache on resources that are named by their ARNs. */
export const elasticacheCall = (
  action: string,
  args: object | string,
  resources: readonly string[],
  options: Options = {},
): Call => call({ service: "elasticache", action, arguments: args, resources, ...options });

/** An EC2 resource in the VPC of the cache, which another account may share with this one. */
const inTheVpc = (type: string): string =>
  `arn:${expression("local.partition")}:ec2:${expression("local.region")}:*:${type}`;

const onlyInTheVpc = [
  { test: "ArnLikeIfExists", variable: "ec2:Vpc", values: [inTheVpc(`vpc/${expression("var.vpc_id")}`)] },
];

/**
 * What the service authorization reference asks of whoever creates, modifies or deletes a group. ElastiCache's service-linked role has
 * the same permissions, and AWS's own managed policy for administrators (AmazonElastiCacheFullAccess) grants none of these, so they are
 * hardly ever used. Were they checked against the caller, it may be through ElastiCache or directly: `aws:ViaAWSService` would hold in
 * the first case only. The VPC holds in both, and where EC2 does not state it (for an interface that does not exist yet), nothing is
 * refused.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticache.html
 * @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/ElastiCacheServiceRolePolicy.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_forward_access_sessions.html
 */
const networkInterfaces: readonly Permission[] = [
  {
    // These have no resources.
    actions: ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:DescribeVpcs"],
    resources: ["*"],
  },
  {
    actions: ["ec2:CreateNetworkInterface"],
    resources: [inTheVpc("network-interface/*"), inTheVpc("security-group/*"), inTheVpc("subnet/*")],
    conditions: onlyInTheVpc,
  },
  {
    actions: ["ec2:DeleteNetworkInterface"],
    resources: [inTheVpc("network-interface/*")],
    conditions: onlyInTheVpc,
  },
];

/** `kms_key_id`, or a key that does not exist while ElastiCache uses one of its own. */
const cacheKey = expression(`coalesce(var.kms_key_id, "${arn("kms", "key/none")}")`);

const throughElastiCache = {
  test: "StringEquals",
  variable: "kms:ViaService",
  // The user guide names both services; in China the names end in the partition's own suffix.
  values: ["elasticache", "dax"].flatMap((service) =>
    ["amazonaws.com", expression("data.aws_partition.current.dns_suffix")].map(
      (suffix) => `${service}.${expression("local.region")}.${suffix}`,
    ),
  ),
};

/**
 * A cache with a customer managed key takes one grant when it is created, and one for each backup.
 *
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/at-rest-encryption.html
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
 */
export const key: readonly Permission[] = [
  { actions: ["kms:DescribeKey"], resources: [cacheKey], conditions: [throughElastiCache] },
  {
    actions: ["kms:CreateGrant"],
    resources: [cacheKey],
    conditions: [throughElastiCache, { test: "Bool", variable: "kms:GrantIsForAWSResource", values: ["true"] }],
  },
];

/** The tags of what is created are a permission of their own. */
const tagging = (resource: string): Permission => ({
  actions: ["elasticache:AddTagsToResource"],
  resources: [resource],
});

/** CreateSnapshot with tags, of the cache of this stack. */
export const createSnapshot = (
  args: object,
  props: { readonly snapshot: string; readonly of: readonly string[] },
): Call =>
  elasticacheCall("createSnapshot", args, [props.snapshot, ...props.of], {
    dependencies: [tagging(props.snapshot), ...key],
  });

/** CreateReplicationGroup with tags, in the VPC and with the key of this stack. `using` is what it is created from and with. */
export const createReplicationGroup = (
  args: string,
  props: { readonly group: string; readonly using: readonly string[] },
): Call =>
  elasticacheCall("createReplicationGroup", args, [props.group, ...props.using], {
    dependencies: [tagging(props.group), ...networkInterfaces, ...key],
  });

export const deleteReplicationGroup = (args: object, group: string): Call =>
  elasticacheCall("deleteReplicationGroup", args, [group], { dependencies: networkInterfaces });

/** ModifyReplicationGroup under conditions that say what it may change. */
export const modifyReplicationGroup = (
  args: object,
  props: { readonly group: string } & Pick<CallProps, "conditions" | "retry">,
): Call =>
  call({
    service: "elasticache",
    action: "modifyReplicationGroup",
    arguments: args,
    resources: [props.group],
    conditions: props.conditions,
    retry: props.retry,
    dependencies: networkInterfaces,
  });
