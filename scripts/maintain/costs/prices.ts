/**
 * Prices in USD, as remembered of AWS's public lists for ap-northeast-1 in November 2025: a starting point, not an offer.
 * Check them against https://aws.amazon.com/elasticache/pricing/ and the pages of the other services, write your own, and
 * `npm run docs` makes docs/costs.md anew. No discount is in them: no reserved nodes, no savings plan, no free tier.
 */
export const prices = {
  /** An hour of a node, by node type. */
  nodeHour: { "cache.t4g.small": 0.047, "cache.r7g.large": 0.263 } as Readonly<Record<string, number>>,
  /** A GiB of backup kept for a month. */
  backupGibMonth: 0.085,
  /** A standard-resolution alarm on one metric, a month. */
  alarmMonth: 0.1,
  /** A metric of one's own, a month. */
  metricMonth: 0.3,
  /** A dashboard, a month. */
  dashboardMonth: 3,
  /** A GB written to CloudWatch Logs. */
  logGigabyte: 0.76,
  /** A secret, a month. */
  secretMonth: 0.4,
  /** An execution of an Express workflow of the assumed length: a request and its 64 MB. */
  expressExecution: 0.000001 + 0.0625 * 5 * 0.00001667,
  /** A state transition of a Standard workflow. */
  standardTransition: 0.000025,
  /** An evaluation of an AWS Config rule. */
  configEvaluation: 0.001,
} as const;

/** What depends on how the cache is used. */
export const assumptions = {
  /** Hours in a month. */
  hours: 730,
  /** How much of a node's memory is data, so that a backup has that size. */
  memoryUsed: 0.5,
  /** Memory that a node type has for data, in GiB. */
  nodeGib: { "cache.t4g.small": 1.37, "cache.r7g.large": 13.07 } as Readonly<Record<string, number>>,
  /** GB of logs a month and stack. */
  logGigabytes: 1,
  /** Hours that a restored cache lives; AWS bills an hour that has begun. */
  restoreHours: 2,
  /** State transitions of one execution of a Standard workflow, most of them waiting. */
  transitions: 300,
  /** Clusters of the account that AWS Config looks at daily. */
  clusters: 8,
} as const;
