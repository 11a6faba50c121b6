import { arn } from "../../terraform/arn";
import { expression } from "../../terraform/expression";
import { call } from "../../workflows/call";
import { caughtError, onAnyError } from "../../workflows/catching";
import { jsonata } from "../../workflows/definition";
import { fragment } from "../../workflows/states";
import { text } from "../../workflows/values";
import { alsoFailed } from "./group";

/** Id of the security group of restored caches. Nobody is let in, but the validator's client while the validator runs. */
export const testSecurityGroup = expression("aws_security_group.restore_test.id");

/** What the description of the validator's rule begins with, by which each test finds one that an earlier test left behind. */
export const ruleDescription = "Restore test validator: ";

export const securityGroupArn = arn("ec2", `security-group/${testSecurityGroup}`);

const failure = {
  failure: alsoFailed(`'The security group rule of the validator could not be removed: ' & ${caughtError}`),
};

/**
 * States that remove the validator's rule from the security group: once before, what an earlier execution left behind, and once after,
 * also when the test has failed. The test's own rule is removed by the id that EC2 returned, because EC2 may not list it yet. Then the
 * temporary group is deleted, unless it is kept. A rule that cannot be removed stays: the test fails, and each later one tries again and
 * restores nothing until it is gone.
 *
 * @see https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html
 */
export const closing = fragment<"DescribeTestGroup" | "HasTestSucceeded">()({
  FindRules: {
    ...call({
      service: "ec2",
      action: "describeSecurityGroupRules",
      arguments: { Filters: [{ Name: "group-id", Values: [testSecurityGroup] }] },
      // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
      resources: ["*"],
    }),
    Assign: {
      rules: jsonata(
        `[$distinct($append($ownRules, [$states.result.SecurityGroupRules[IsEgress = false and $substring(${text("Description")}, 0, $length('${ruleDescription}')) = '${ruleDescription}'].SecurityGroupRuleId]))]`,
      ),
    },
    Catch: onAnyError("HasRules", { ...failure, rules: jsonata("$ownRules") }),
    Next: "HasRules",
  },
  HasRules: {
    Type: "Choice",
    Choices: [{ Condition: jsonata("$count($rules) > 0"), Next: "RevokeRules" }],
    Default: "IsAccessClosed",
  },
  RevokeRules: {
    ...call({
      service: "ec2",
      action: "revokeSecurityGroupIngress",
      arguments: { GroupId: testSecurityGroup, SecurityGroupRuleIds: jsonata("$rules") },
      resources: [securityGroupArn],
    }),
    Catch: onAnyError("IsAccessClosed", failure),
    Next: "IsAccessClosed",
  },
  IsAccessClosed: {
    Type: "Choice",
    Choices: [
      // Nothing is restored while somebody may be let in.
      { Condition: jsonata("$phase = 'before' and $failure != ''"), Next: "HasTestSucceeded" },
      { Condition: jsonata("$phase = 'kept'"), Next: "HasTestSucceeded" },
    ],
    Default: "DescribeTestGroup",
  },
});
