/**
 * The events of ElastiCache that people can be sent by email, each a page of the runbook. AWS publishes them raw, as JSON with one key, and
 * one for each node where nodes are concerned. `SnapshotFailed` is always sent.
 *
 * Not among them are those of each backup, scaling and parameter change, which follow from what somebody did.
 *
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ElastiCacheSNS.html
 */
export const cacheEvents = [
  "AddCacheNodeFailed",
  "CacheClusterProvisioningFailed",
  "CacheClusterScalingFailed",
  "CacheNodeReplaceComplete",
  "CacheNodeReplaceStarted",
  "CacheNodesRebooted",
  "CertificateRenewalComplete",
  "FailoverComplete",
  "NodeReplacementCanceled",
  "NodeReplacementRescheduled",
  "NodeReplacementScheduled",
  "ReplicationGroupScalingFailed",
  "ServiceUpdateAvailableForNode",
] as const;

/** What clients may have noticed, and what somebody has to plan for. */
export const defaultEvents: readonly (typeof cacheEvents)[number][] = [
  "CacheNodeReplaceComplete",
  "FailoverComplete",
  "NodeReplacementScheduled",
  "ServiceUpdateAvailableForNode",
];

/**
 * How many beside `SnapshotFailed`: a filter policy of SNS has at most five keys.
 *
 * @see https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html
 */
export const mostEvents = 4;

/**
 * Terraform: the filter policy of a subscription that delivers `SnapshotFailed` and the events of the variable `email_events`. SNS takes
 * `$or` for an operator only with two alternatives or more.
 *
 * @see https://docs.aws.amazon.com/sns/latest/dg/and-or-logic.html
 */
export const eventsFilter = [
  "length(var.email_events) == 0",
  '? jsonencode({ "ElastiCache:SnapshotFailed" = [{ exists = true }] })',
  ': jsonencode({ "$or" = [for event in concat(["SnapshotFailed"], sort(var.email_events)) : { "ElastiCache:${event}" = [{ exists = true }] }] })',
].join(" ");
