import {
  DataAwsIamPolicyDocument,
  type DataAwsIamPolicyDocumentStatement,
} from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { SfnStateMachine } from "@cdktf/provider-aws/lib/sfn-state-machine";
import type { ITerraformDependable, TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { arn } from "../terraform/arn";
import { accept } from "../terraform/annotation";
import { expression } from "../terraform/expression";
import { logGroup } from "../terraform/log-group";
import { dashed, named } from "../terraform/names";
import { type Definition, definitionText } from "./definition";
import { policiesOf } from "./policy";
import type { Part } from "./states";

export interface StateMachineProps {
  /** What it does, for people who look at the role in the console. */
  readonly description: string;
  /**
   * STANDARD runs up to a year and keeps a history; EXPRESS ends after five minutes, keeps none, and costs a fraction.
   *
   * @see https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html
   */
  readonly type: "STANDARD" | "EXPRESS";
  readonly definition: Definition;
  /** A Terraform expression (without `${}`) that is true while the state machine exists. @default - always */
  readonly enabled?: string;
  /** What must exist before the state machine does. @default - nothing */
  readonly after?: readonly ITerraformDependable[];
}

/**
 * A state machine with a role and a log group of its own, named after `name`: `backup_check` is `aws_sfn_state_machine.backup_check`,
 * its role `aws_iam_role.backup_check`, and so on; on AWS it is `<environment>-redis-backup-check`.
 *
 * Errors are logged, without execution data. What only a part of the stack needs (`onlyWith`) is a policy of its own, which is there while
 * that part is enabled.
 */
export class StateMachine extends Construct {
  public readonly machine: SfnStateMachine;
  /** ARN of the state machine, whether it exists or not. */
  public readonly arn: string;

  constructor(
    scope: Construct,
    public readonly name: string,
    { description, type, definition, enabled, after = [] }: StateMachineProps,
  ) {
    super(scope, name);
    const physicalName = named(dashed(name));
    const counted = enabled === undefined ? undefined : expression(`${enabled} ? 1 : 0`);
    /** An attribute of a resource of this machine, which is counted or not. */
    const of = (resource: TerraformResource, attribute: string): string =>
      expression(`${resource.terraformResourceType}.${name}${counted === undefined ? "" : "[0]"}.${attribute}`);

    const trust = new DataAwsIamPolicyDocument(this, `data.aws_iam_policy_document.${name}_trust`, {
      statement: [
        {
          actions: ["sts:AssumeRole"],
          principals: [{ type: "Service", identifiers: ["states.amazonaws.com"] }],
          condition: [
            { test: "StringEquals", variable: "aws:SourceAccount", values: [expression("local.account_id")] },
            { test: "ArnEquals", variable: "aws:SourceArn", values: [arn("states", `stateMachine:${physicalName}`)] },
          ],
        },
      ],
    });
    const role = new IamRole(this, `aws_iam_role.${name}`, {
      // Roles are global in an account: the same environment in another Region needs another name.
      name: `${physicalName}-${expression("local.region")}`,
      description,
      assumeRolePolicy: trust.json,
      tags: { Name: physicalName },
    });
    const { always, withParts } = policiesOf(definition);
    const policy = new DataAwsIamPolicyDocument(this, `data.aws_iam_policy_document.${name}`, {
      statement: [
        ...always,
        {
          sid: "SetUpLogDelivery",
          actions: [
            "logs:CreateLogDelivery",
            "logs:DeleteLogDelivery",
            "logs:DescribeLogGroups",
            "logs:DescribeResourcePolicies",
            "logs:GetLogDelivery",
            "logs:ListLogDeliveries",
            "logs:PutResourcePolicy",
            "logs:UpdateLogDelivery",
          ],
          // Log delivery has no resource-level permissions.
          // https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
          resources: ["*"],
        },
      ],
    });
    const rolePolicy = new IamRolePolicy(this, `aws_iam_role_policy.${name}`, {
      name: physicalName,
      role: of(role, "name"),
      policy: policy.json,
    });
    const policiesOfParts = withParts.map(({ part, statement }) => this.policyOf(part, of(role, "name"), statement));
    const logs = logGroup(this, `aws_cloudwatch_log_group.${name}`, {
      // Under this prefix AWS keeps the resource policy of log delivery short; it may have 5,120 characters in all.
      name: `/aws/vendedlogs/states/${physicalName}`,
      tagName: physicalName,
    });
    this.machine = new SfnStateMachine(this, `aws_sfn_state_machine.${name}`, {
      name: physicalName,
      type,
      roleArn: of(role, "arn"),
      definition: definitionText(definition),
      loggingConfiguration: {
        level: "ERROR",
        includeExecutionData: false,
        logDestination: `${of(logs, "arn")}:*`,
      },
      tags: { Name: physicalName },
      // AWS tries the role's permissions when the machine is created.
      dependsOn: [rolePolicy, ...policiesOfParts, ...after],
    });
    this.arn = counted === undefined ? this.machine.arn : arn("states", `stateMachine:${physicalName}`);
    if (counted !== undefined)
      for (const resource of [role, rolePolicy, logs, this.machine]) resource.addOverride("count", counted);
    accept(
      this.machine,
      "CKV_AWS_285",
      "Errors are logged without execution data. Step Functions keeps the history of a standard execution for 90 days.",
    );
    accept(this.machine, "CKV_AWS_284", "Traces add nothing to the history, and X-Ray bills them.");
  }

  /** The policy that the role has beside its own while a part of the stack is enabled. */
  private policyOf(part: Part, role: string, statement: DataAwsIamPolicyDocumentStatement[]): IamRolePolicy {
    const address = `${this.name}_${part.name}`;
    const document = new DataAwsIamPolicyDocument(this, `data.aws_iam_policy_document.${address}`, { statement });
    const policy = new IamRolePolicy(this, `aws_iam_role_policy.${address}`, {
      name: named(dashed(address)),
      role,
      policy: expression(`data.aws_iam_policy_document.${address}[0].json`),
    });
    for (const one of [document, policy]) one.addOverride("count", expression(`${part.enabled} ? 1 : 0`));
    return policy;
  }
}
