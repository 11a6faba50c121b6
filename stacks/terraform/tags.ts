import { Token } from "cdktf";
import { expression, listExpression } from "./expression";

/**
 * The tag that says which stack a resource belongs to. Nothing but this project writes it, unlike `Stack` and `ManagedBy`, so adopting and
 * recovering go by it.
 */
export const stackTag = "RedisBackupStack";

/**
 * The most tags that AWS accepts on a resource, not counting those that it sets itself (`aws:…`).
 *
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Tagging-Resources.html#Tagging-Resources-restrictions
 */
export const mostTags = 50;

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

/**
 * The provider's `ignore_tags`, of every resource: the keys of `ignored_tags`, and what keys with a star at the end begin with.
 *
 * @see https://registry.terraform.io/providers/hashicorp/aws/latest/docs/guides/resource-tagging#ignoring-changes-in-all-resources
 */
export const ignoredTags = [
  {
    keys: listExpression('[for key in sort(var.ignored_tags) : key if !endswith(key, "*")]'),
    keyPrefixes: listExpression('[for key in sort(var.ignored_tags) : trimsuffix(key, "*") if endswith(key, "*")]'),
  },
];
