import { AwsProvider, type AwsProviderConfig } from "@cdktf/provider-aws/lib/provider";
import { listExpression } from "./expression";
import { defaultTags, ignoredTags } from "./tags";

/**
 * Versions of hashicorp/aws that a deploy accepts. The bindings are generated from 6.25.0 and would pin it; later 6.x releases understand
 * every argument of it, and mend what this project meets:
 *
 * - 6.31.0: shards are removed whose ids have gaps; `auth_token_update_strategy = "DELETE"` takes effect
 * - 6.31.0 and 6.32.0 refuse the first plan of a cache with AUTH ("auth_token_update_strategy" while the token is unknown); 6.32.1 does not
 *
 * @see https://github.com/hashicorp/terraform-provider-aws/blob/main/CHANGELOG.md
 */
export const awsProviderVersions = ">= 6.32.1, < 7.0.0";

/** The AWS provider of a stack, in one of `awsProviderVersions`. */
export class Aws extends AwsProvider {
  public override readonly terraformGeneratorMetadata = { providerName: "aws", providerVersion: awsProviderVersions };
}

/**
 * The settings of the AWS provider of a stack: its Region, the account that it may change, and the tags of every resource.
 *
 * @param ownTags the tags that nobody else may set, as of `ownTags`
 */
export const awsProviderConfig = (region: string, ownTags: Readonly<Record<string, string>>): AwsProviderConfig => ({
  region,
  allowedAccountIds: listExpression("var.account_id == null ? null : [var.account_id]"),
  defaultTags: defaultTags(ownTags),
  ignoreTags: ignoredTags,
});
