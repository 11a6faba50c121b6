import { expression } from "./expression";

/**
 * An ARN in this stack's partition, Region and account: `arn("states", "stateMachine:x")`.
 *
 * Built rather than read from the resource where the resource itself needs it first, as in a role's trust.
 */
export const arn = (service: string, resource: string): string =>
  `arn:${expression("local.partition")}:${service}:${expression("local.region")}:${expression("local.account_id")}:${resource}`;
