/** How names of the stacks of environments begin. Terraform writes `<environment>-redis-…`; an environment's name is anything. */
const environment = "*-redis-";
const policy = "redis-backup-policy-";
const vault = "redis-vault-";

/** Names in both kinds of stacks. */
export const named = [`${environment}*`, `${policy}*`];
/** Names in the stacks of environments alone. */
export const inEnvironments = [`${environment}*`];

/** Names in the stack of the vault alone. */
export const inVault = [`${vault}*`];

/** Topics and rules are in every kind of stack, buckets in the vault and, for the copies into it, in environments. */
export const topicNames = [...named, ...inVault];
export const bucketNames = [...inVault, `${environment}vault-landing-*`];
export const ruleNames = [...named, ...inVault];
export const cacheNames = [`${environment}cluster`];
export const nodeNames = [`${environment}cluster-*`];
export const secretNames = [`${environment}auth-token-*`];
export const logGroupNames = ["/aws/elasticache/*-redis/*", ...named.map((name) => `/aws/vendedlogs/states/${name}`)];
export const scheduleGroupNames = ["*-redis", `${environment}*`, "redis-backup-policy"];
export const scheduleNames = [`*-redis/${environment}*`, `redis-backup-policy/${policy}*`];
export const chatConfigurationNames = named.map((name) => `slack-channel/${name}`);

/** Resources whose ids AWS makes up. */
export const any = ["*"];
