import { Token } from "cdktf";
import { expression } from "./expression";

/**
 * The tag that says which stack a resource belongs to. Nothing but this project writes it, unlike `Stack` and `ManagedBy`, so adopting and
 * recovering go by it.
 */
export const stackTag = "RedisBackupStack";

/** Tags that every resource of a stack has, as Terraform expressions by their keys; nobody else may set them. */
export const ownTags = (stack: string, others: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  ...others,
  ManagedBy: '"Terraform"',
  Stack: `"${stack}"`,
  [stackTag]: `"${stack}"`,
});

/** The provider's `default_tags`: `local.tags`, and the stack's own, which win. */
export const defaultTags = (own: Readonly<Record<string, string>>): { tags: Record<string, string> }[] => {
  const pairs = Object.entries(own).map(([key, value]) => `${key} = ${value}`);
  return [{ tags: Token.asStringMap(expression(`merge(local.tags, { ${pairs.join(", ")} })`)) }];
};
