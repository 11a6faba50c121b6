import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition";
import { TerraformLocal } from "cdktf";
import type { Construct } from "constructs";
import { annotate } from "./annotation";
import { expression } from "./expression";
import { conditions } from "./rules";
import type { Rule } from "./variable";

const defaultWorkspace: Rule = {
  condition: 'terraform.workspace == "default"',
  errorMessage:
    "The Terraform workspace is ${terraform.workspace}, and the state of this stack is kept in the default one only. Unset TF_WORKSPACE, or run: terraform workspace select default. To move a state that the workspace has, write it to a file with terraform state pull, and push it in the default one with terraform state push.",
};

/** The locals that ARNs are built of: the account of the credentials, its partition, and the stack's Region. */
export function accountLocals(scope: Construct, region: string): void {
  annotate(
    new DataAwsCallerIdentity(scope, "data.aws_caller_identity.current", {
      lifecycle: { precondition: conditions([defaultWorkspace]) },
    }),
    "A workspace has a state of its own: a local one lies in cdktf.out, where it is deleted, and every one would create the same names again.",
  );
  new DataAwsPartition(scope, "data.aws_partition.current");
  new TerraformLocal(scope, "local.account_id", expression("data.aws_caller_identity.current.account_id"));
  new TerraformLocal(scope, "local.partition", expression("data.aws_partition.current.partition"));
  new TerraformLocal(scope, "local.region", region);
}
