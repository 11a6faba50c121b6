import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition";
import { TerraformLocal } from "cdktf";
import type { Construct } from "constructs";
import { expression } from "./expression";

/** The locals that ARNs are built of: the account of the credentials, its partition, and the stack's Region. */
export function accountLocals(scope: Construct, region: string): void {
  new DataAwsCallerIdentity(scope, "data.aws_caller_identity.current");
  new DataAwsPartition(scope, "data.aws_partition.current");
  new TerraformLocal(scope, "local.account_id", expression("data.aws_caller_identity.current.account_id"));
  new TerraformLocal(scope, "local.partition", expression("data.aws_partition.current.partition"));
  new TerraformLocal(scope, "local.region", region);
}
