import { nothing, type Permissions } from "./grant";
import { alerts } from "./types/alerts";
import { cache } from "./types/cache";
import { dataSources } from "./types/data-sources";
import { vault } from "./types/vault";
import { workflows } from "./types/workflows";

/**
 * What Terraform needs of AWS, by type of resource and data source. The calls are those that hashicorp/aws 5.100 makes (the deployment
 * test `permissions` compares them), and those of 6.x as its source has them. Resource types and conditions are IAM's own.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export const terraformTypes: Readonly<Record<string, Permissions>> = {
  ...dataSources,
  ...cache,
  ...workflows,
  ...alerts,
  ...vault,
  random_id: nothing,
  random_password: nothing,
  terraform_data: nothing,
};
