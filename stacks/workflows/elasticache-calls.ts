import { arn } from "../terraform/arn";
import { expression } from "../terraform/expression";
import { call, type CallProps } from "./call";
import type { Call, Condition, Permission } from "./states";

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

type Options = Pick<CallProps, "conditions" | "dependencies" | "retry" | "attempts">;

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
 * hardly ever used. No source says whether EC2 checks them against the caller, nor whether it does so as a call through ElastiCache:
 * a condition on `aws:ViaAWSService` would refuse a direct check. A condition on the VPC holds in both cases. Where EC2 does not provide
 * the VPC (for an interface that does not exist yet), the condition does not apply.
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
export const cacheKey = expression(`coalesce(var.kms_key_id, "${arn("kms", "key/none")}")`);

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
const tagging = (resource: string, conditions?: readonly Condition[]): Permission => ({
  actions: ["elasticache:AddTagsToResource"],
  resources: [resource],
  ...(conditions && { conditions }),
});

/** Resources that a call may use, under conditions. */
export interface Usable {
  readonly resources: readonly string[];
  /** @default - none */
  readonly conditions?: readonly Condition[];
}

/** A resource has the tag. */
export const hasTag = (tag: string, value: string): Condition => ({
  test: "StringEquals",
  variable: `aws:ResourceTag/${tag}`,
  values: [value],
});

/**
 * CreateSnapshot with a tag that says of what, `tag`. AWS authorizes it on the new snapshot, which has no tags but those of the request,
 * and on what it is taken of; so each has a statement of its own.
 */
export const createSnapshot = (
  args: object,
  props: {
    readonly snapshot: string;
    readonly tag: { readonly key: string; readonly value: string };
    readonly of: readonly Usable[];
  },
): Call => {
  const { key: name, value } = props.tag;
  const tagged = { test: "StringEquals", variable: `aws:RequestTag/${name}`, values: [value] };
  // Tags are added to what exists, too: not to the backup of another cache.
  const notAnothers = { test: "StringEqualsIfExists", variable: `aws:ResourceTag/${name}`, values: [value] };
  return elasticacheCall("createSnapshot", args, [props.snapshot], {
    conditions: [tagged],
    dependencies: [
      ...props.of.map((source) => ({ actions: ["elasticache:CreateSnapshot"], ...source })),
      tagging(props.snapshot, [tagged, notAnothers]),
      ...key,
    ],
  });
};

const encrypted: readonly Condition[] = ["AtRestEncryptionEnabled", "TransitEncryptionEnabled"].map((name) => ({
  test: "Bool",
  variable: `elasticache:${name}`,
  values: ["true"],
}));

/**
 * CreateReplicationGroup with tags, encrypted at rest and in transit, in the VPC and with the key of this stack. `from` are the snapshots
 * that it may be created from, `using` what it is created with.
 */
export const createReplicationGroup = (
  args: string,
  props: { readonly group: string; readonly from: readonly Usable[]; readonly using: readonly string[] },
): Call =>
  elasticacheCall("createReplicationGroup", args, [props.group], {
    conditions: encrypted,
    dependencies: [
      ...[...props.from, { resources: props.using }].map((one) => ({
        actions: ["elasticache:CreateReplicationGroup"],
        ...one,
      })),
      tagging(props.group),
      ...networkInterfaces,
      ...key,
    ],
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
