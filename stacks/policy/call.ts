import { elasticacheCall } from "../workflows/elasticache-calls";
import type { Call } from "../workflows/states";

/** A call of ElastiCache. With hundreds of clusters the calls of a minute add up, so throttling is retried more often than usual. */
export const policyCall = (action: string, args: object | string, resources: readonly string[]): Call =>
  elasticacheCall(action, args, resources, { attempts: 6 });
