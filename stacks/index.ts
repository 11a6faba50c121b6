/** What another cdktf app may import. */
export {
  PolicyStack,
  PolicyStack as BackupPolicyStack,
  type PolicyStackProps,
  type PolicyStackProps as BackupPolicyStackProps,
} from "./backup-policy-stack";
export type { Adopted } from "./cache/adopted";
export { RedisStack, type RedisStackProps } from "./redis-stack";
export type { EnvironmentSettings, LocalTime } from "./settings";
export type { StateBucket } from "./terraform/backend";
export { InputError } from "./terraform/input-error";
export { RequestedOverrides, type Overrides } from "./terraform/overrides";
export { VaultStack, type VaultStackProps } from "./vault-stack";
