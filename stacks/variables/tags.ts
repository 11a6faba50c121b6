import { TerraformLocal } from "cdktf";
import type { Construct } from "constructs";
import { expression } from "../terraform/expression";
import { InputError } from "../terraform/input-error";
import { inOrder } from "../terraform/rules";
import { cacheTags } from "../terraform/names";
import { mostTags, stackTag } from "../terraform/tags";
import { Variable } from "../terraform/variable";

/** Keys that the stacks set themselves; AWS compares the keys of IAM's tags without regard to case. */
const taken = ["environment", "managedby", "stack", stackTag.toLowerCase(), "name"];

/** Tags whose values the stacks read again from AWS or compare, beside those. */
const read = Object.values(cacheTags).map((key) => key.toLowerCase());

/** What AWS accepts in a tag, whatever the service: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Tagging-Resources.html */
const characters = String.raw`[\\pL\\pZ\\pN_.:/=+@-]`;

/**
 * Whether an expression is a text of so many of them. The length is compared on its own: Terraform compiles each regular expression
 * for each value again, and the Unicode classes 256 times over take it seconds for 30 tags.
 */
const isOf = (text: string, least: 0 | 1, most: number, end = ""): string =>
  `can(regex("^${characters}${least === 0 ? "*" : "+"}${end}$", ${text})) && can(regex("^.{${least},${most}}${end}$", ${text}))`;

/** The same of a tag that the app has, unless it is a reference, as every token is. Others would also end a string in the definitions of state machines. */
const isAccepted = (key: string, value: string): boolean =>
  /^[\p{L}\p{Z}\p{N}_.:/=+@-]{1,128}$/u.test(key) &&
  (value.includes("${") || /^[\p{L}\p{Z}\p{N}_.:/=+@-]{0,256}$/u.test(value));

/**
 * The most tags of the app and of the variable together. AWS accepts 50 on a resource, of which the cache has ten that the stack sets itself;
 * an adopted one has more, which a precondition counts.
 */
const most = mostTags - 10;

/**
 * Tags of every resource, and of what state machines create.
 *
 * @param given tags that the app has; those of the variable win
 * @throws InputError if AWS does not accept one of them, or so many
 */
export function tagVariables(scope: Construct, given: Readonly<Record<string, string>> = {}): void {
  for (const [key, value] of Object.entries(given))
    if (!isAccepted(key, value))
      throw new InputError(
        `Invalid tag ${JSON.stringify(key)} = ${JSON.stringify(value)} of ${scope.node.id}: AWS does not accept it. Use a key of 1 to 128 and a value of up to 256 letters, digits, spaces and _ . : / = + - @.`,
      );
  const keys = Object.keys(given);
  if (keys.length > most)
    throw new InputError(
      `Invalid tags of ${scope.node.id}: ${keys.length} are too many. AWS accepts ${mostTags} on a resource, and the stack has its own. Use at most ${most}.`,
    );
  // By their keys: a value may be known after the apply only.
  const all = `length(setunion(keys(var.tags), ${JSON.stringify(keys)}))`;
  new Variable(scope, "var.tags", {
    type: "map(string)",
    description:
      "Tags of every resource, including manual backups, copies of snapshots and restored test caches, e.g. for cost allocation. At most 30.",
    default: {},
    rules: inOrder(
      {
        condition: `alltrue([for key, value in var.tags : ${isOf("key", 1, 128)} && ${isOf("value", 0, 256)} && !startswith(lower(key), "aws:")])`,
        errorMessage: `tags has \${join(", ", [for key, value in var.tags : format("%s = %s", key, value == null ? "null" : value) if !(${isOf("key", 1, 128)} && ${isOf("value", 0, 256)} && !startswith(lower(key), "aws:"))])}, which AWS does not accept. Use keys of 1 to 128 and values of up to 256 letters, digits, spaces and _ . : / = + - @, and no key that starts with "aws:".`,
      },
      {
        condition: `alltrue([for key in keys(var.tags) : !contains(${JSON.stringify(taken)}, lower(key))])`,
        errorMessage: `tags has \${join(", ", [for key in keys(var.tags) : key if contains(${JSON.stringify(taken)}, lower(key))])}, which the stack sets itself. Remove it, or choose another key.`,
      },
      {
        condition: "length(distinct([for key in keys(var.tags) : lower(key)])) == length(var.tags)",
        errorMessage:
          "tags has keys that differ only in upper and lower case, which IAM treats as one. Use each key once.",
      },
      {
        condition: "length(var.tags) <= 30",
        errorMessage:
          "tags has ${length(var.tags)} tags. Use at most 30: AWS accepts 50 on a resource, and the stack and an adopted cache have their own.",
      },
      ...(keys.length === 0
        ? []
        : [
            {
              condition: `${all} <= ${most}`,
              errorMessage: `tags has \${length(var.tags)} tags, and the app that deploys the stack has ${keys.length}: together they are \${${all}}, and AWS accepts ${mostTags} on a resource, of which the stack has its own. Use at most ${most} of both.`,
            },
          ]),
    ),
  });
  const reserved = JSON.stringify([...taken, ...read]);
  // A key, or the beginning of keys and a star, which no key can have.
  const ignores = (key: string): string =>
    `(endswith(ignored, "*") ? startswith(${key}, trimsuffix(ignored, "*")) : ${key} == ignored)`;
  const bothSetAndIgnored = `[for key in keys(var.tags) : key if anytrue([for ignored in var.ignored_tags : ${ignores("key")}])]`;
  const ownIgnored = `[for ignored in var.ignored_tags : ignored if anytrue([for key in ${reserved} : ${ignores("key").replaceAll("ignored", "lower(ignored)")}])]`;
  new Variable(scope, "var.ignored_tags", {
    type: "set(string)",
    description:
      'Keys of tags that others put on the resources, such as awsApplication, and that Terraform neither shows nor removes. With * at the end all keys that begin so, e.g. "acme:*". docs/operations.md has more.',
    default: [],
    rules: inOrder(
      {
        condition: `alltrue([for ignored in var.ignored_tags : try(${isOf("ignored", 1, 128, "[*]?")}, false)])`,
        errorMessage: `ignored_tags contains an element that is not the key of a tag. Use keys of 1 to 128 letters, digits, spaces and _ . : / = + - @, with * at the end for all keys that begin so, e.g. ["awsApplication", "acme:*"].`,
      },
      {
        condition: `length(${ownIgnored}) == 0`,
        errorMessage: `ignored_tags contains \${join(", ", ${ownIgnored})}, which would include tags that the stack sets or reads itself. Use longer keys.`,
      },
      {
        condition: `length(${bothSetAndIgnored}) == 0`,
        errorMessage: `\${join(", ", ${bothSetAndIgnored})} is both in tags and in ignored_tags: Terraform would not set it. Remove it from one of them.`,
      },
    ),
  });
  const isEmpty = keys.length === 0;
  if (!isEmpty) new TerraformLocal(scope, "local.app_tags", given);
  new TerraformLocal(scope, "local.tags", expression(isEmpty ? "var.tags" : "merge(local.app_tags, var.tags)"));
}
