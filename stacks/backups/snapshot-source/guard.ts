import type { Condition } from "../../workflows/states";

/**
 * What a call of ModifyReplicationGroup may contain beside the node that backups are taken from: nothing that changes the cache.
 *
 * These are all condition keys that the action has. The service authorization reference says of some that AWS fills them in when the
 * parameter is absent, and not how each reaches this action, so every condition accepts a key that is absent as well as its default:
 * - AuthTokenEnabled is false when no token is set, ClusterModeEnabled false by default.
 * - TransitEncryptionEnabled is false by default. A request that really sets false is refused by ElastiCache while TLS is required, and
 *   making it optional needs true.
 * - MultiAZEnabled may be derived from the cache's Availability Zones. It and AutomaticFailoverEnabled may be what the stack sets: not
 *   attributes of the cache, for Terraform defers a policy document that reads a resource to the apply of each change of that resource.
 * - The others have no default. No request sets a node type that is empty or a retention below 0.
 *
 * Parameters without a key (the primary, the topic, the maintenance window, the backup window, the description and others that
 * docs/permissions.md lists) cannot be denied. A parameter group, or a user group that is added, needs a permission on it as well, which
 * the role does not have. The resource type for security groups is that of caches outside of a VPC: it does not bind SecurityGroupIds.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticache.html
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/in-transit-encryption-enable.html
 * @see https://developer.hashicorp.com/terraform/language/data-sources
 */
export const changesNothingElse = ({ multiAz }: { readonly multiAz: boolean }): readonly Condition[] => [
  condition("BoolIfExists", "AuthTokenEnabled", "false"),
  condition("BoolIfExists", "ClusterModeEnabled", "false"),
  condition("BoolIfExists", "TransitEncryptionEnabled", "false"),
  condition("BoolIfExists", "AutomaticFailoverEnabled", "true"),
  condition("BoolIfExists", "MultiAZEnabled", multiAz.toString()),
  condition("NumericLessThanIfExists", "SnapshotRetentionLimit", "0"),
  condition("StringEqualsIfExists", "CacheNodeType", ""),
  condition("StringEqualsIfExists", "CacheParameterGroupName", ""),
  condition("StringEqualsIfExists", "EngineVersion", ""),
];

function condition(test: string, key: string, value: string): Condition {
  return { test, variable: `elasticache:${key}`, values: [value] };
}
