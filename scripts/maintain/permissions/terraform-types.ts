import { type Grant, nothing, type Permissions, reads } from "./grant";
import {
  any,
  cacheNames,
  chatConfigurationNames,
  inEnvironments,
  inPolicy,
  logGroupNames,
  named,
  nodeNames,
  scheduleGroupNames,
  scheduleNames,
  secretNames,
} from "./names";

const dependent = "ElastiCache may authorize it for whoever creates, changes or deletes nodes in a VPC.";

/** Reasons that several grants share. */
const newVersion = "Only a newer version of this project calls it.";
const adopted = "Only a stack that has adopted a cache calls it.";

/** Security groups get their ids from AWS, so the tags that Terraform gives everything of a stack are the bound. */
const stackTag = "redis-*";
const existingOfStack = { StringLike: { "aws:ResourceTag/Stack": stackTag } };
const newOfStack = { StringLike: { "aws:RequestTag/Stack": stackTag } };

/** Lets a service take one of the roles of a stack. */
const passRoleTo = (service: string, of: readonly string[]): Grant => ({
  actions: ["iam:PassRole"],
  on: { role: of },
  condition: { StringEquals: { "iam:PassedToService": service } },
  reason: "Services authorize it when they are given a role.",
});

/**
 * What Terraform needs of AWS, by type of resource and data source. The calls are those that hashicorp/aws 5.100 makes (the deployment
 * test `permissions` compares them), and those of 6.x as its source has them. Resource types and conditions are IAM's own.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export const terraformTypes: Readonly<Record<string, Permissions>> = {
  "data.aws_caller_identity": reads({ actions: ["sts:GetCallerIdentity"] }),
  "data.aws_elasticache_cluster": reads({
    actions: ["elasticache:DescribeCacheClusters", "elasticache:ListTagsForResource"],
    on: { cluster: nodeNames },
    reason: adopted,
  }),
  "data.aws_elasticache_replication_group": reads({
    actions: ["elasticache:DescribeReplicationGroups"],
    on: { replicationgroup: cacheNames },
    reason: adopted,
  }),
  "data.aws_elasticache_subnet_group": reads({
    actions: ["elasticache:DescribeCacheSubnetGroups", "elasticache:ListTagsForResource"],
    on: { subnetgroup: inEnvironments },
    reason: adopted,
  }),
  "data.aws_iam_policy_document": nothing,
  "data.aws_kms_key": reads({ actions: ["kms:DescribeKey"], on: { key: any } }),
  "data.aws_partition": nothing,
  "data.aws_security_groups": reads({ actions: ["ec2:DescribeSecurityGroups"] }),
  "data.aws_subnet": reads({ actions: ["ec2:DescribeSubnets"] }),
  "data.aws_subnets": reads({ actions: ["ec2:DescribeSubnets"] }),
  "data.aws_vpc": reads(
    { actions: ["ec2:DescribeVpcs", "ec2:DescribeRouteTables"] },
    { actions: ["ec2:DescribeVpcAttribute"], on: { vpc: any } },
  ),
  "data.aws_vpcs": reads({ actions: ["ec2:DescribeVpcs"] }),

  aws_elasticache_subnet_group: {
    read: [
      {
        actions: ["elasticache:DescribeCacheSubnetGroups", "elasticache:ListTagsForResource"],
        on: { subnetgroup: inEnvironments },
      },
    ],
    write: [
      {
        actions: [
          "elasticache:CreateCacheSubnetGroup",
          "elasticache:DeleteCacheSubnetGroup",
          "elasticache:AddTagsToResource",
          "elasticache:RemoveTagsFromResource",
        ],
        on: { subnetgroup: inEnvironments },
      },
      {
        actions: ["elasticache:ModifyCacheSubnetGroup"],
        on: { subnetgroup: inEnvironments },
        reason: "Only a change of private_subnet_ids calls it.",
      },
    ],
  },
  aws_elasticache_parameter_group: {
    read: [
      {
        actions: [
          "elasticache:DescribeCacheParameterGroups",
          "elasticache:DescribeCacheParameters",
          "elasticache:ListTagsForResource",
        ],
        on: { parametergroup: inEnvironments },
      },
    ],
    write: [
      {
        actions: [
          "elasticache:CreateCacheParameterGroup",
          "elasticache:ModifyCacheParameterGroup",
          "elasticache:DeleteCacheParameterGroup",
          "elasticache:AddTagsToResource",
          "elasticache:RemoveTagsFromResource",
        ],
        on: { parametergroup: inEnvironments },
      },
      {
        actions: ["elasticache:ResetCacheParameterGroup"],
        on: { parametergroup: inEnvironments },
        reason: newVersion,
      },
    ],
  },
  aws_elasticache_replication_group: {
    read: [
      {
        actions: ["elasticache:DescribeReplicationGroups", "elasticache:ListTagsForResource"],
        on: { replicationgroup: cacheNames },
      },
      { actions: ["elasticache:DescribeCacheClusters"], on: { cluster: nodeNames } },
    ],
    write: [
      {
        // Any snapshot of the account may be restored; the other resource types are those that a creation is authorized for.
        actions: ["elasticache:CreateReplicationGroup"],
        on: {
          cluster: nodeNames,
          parametergroup: inEnvironments,
          replicationgroup: cacheNames,
          securitygroup: any,
          snapshot: any,
          subnetgroup: inEnvironments,
        },
      },
      {
        actions: ["elasticache:ModifyReplicationGroup"],
        on: { parametergroup: inEnvironments, replicationgroup: cacheNames, securitygroup: any },
      },
      {
        actions: ["elasticache:DeleteReplicationGroup"],
        on: { replicationgroup: cacheNames, snapshot: inEnvironments },
      },
      {
        actions: [
          "elasticache:IncreaseReplicaCount",
          "elasticache:DecreaseReplicaCount",
          "elasticache:AddTagsToResource",
          "elasticache:RemoveTagsFromResource",
        ],
        on: { replicationgroup: cacheNames },
      },
      {
        actions: ["elasticache:ModifyReplicationGroupShardConfiguration"],
        on: { replicationgroup: cacheNames },
        reason: "Only a change of the number of shards calls it.",
      },
      // The service authorization reference lists these as dependent actions. Whether ElastiCache uses the permissions of the deployer,
      // or EC2 sees a direct call, is not documented, so no condition restricts them.
      { actions: ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:DescribeVpcs"], reason: dependent },
      {
        actions: ["ec2:CreateNetworkInterface"],
        on: { "network-interface": any, "security-group": any, subnet: any },
        reason: dependent,
      },
      { actions: ["ec2:DeleteNetworkInterface"], on: { "network-interface": any }, reason: dependent },
      {
        // https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Logging-destinations.html
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
        reason: "ElastiCache authorizes them for whoever turns on the delivery of its logs.",
      },
      {
        // https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/at-rest-encryption.html
        actions: ["kms:CreateGrant"],
        on: { key: any },
        condition: {
          Bool: { "kms:GrantIsForAWSResource": "true" },
          StringLike: { "kms:ViaService": ["elasticache.*.amazonaws.com*", "dax.*.amazonaws.com*"] },
        },
        reason: "ElastiCache authorizes them for whoever creates a cache with a customer managed key (kms_key_id).",
      },
      {
        actions: ["iam:CreateServiceLinkedRole"],
        on: { role: ["aws-service-role/elasticache.amazonaws.com/AWSServiceRoleForElastiCache"] },
        condition: { StringEquals: { "iam:AWSServiceName": "elasticache.amazonaws.com" } },
        reason: "ElastiCache authorizes it for whoever creates the first cache of an account.",
      },
    ],
  },

  aws_security_group: {
    read: [{ actions: ["ec2:DescribeSecurityGroups"] }],
    write: [
      { actions: ["ec2:DescribeNetworkInterfaces"] },
      { actions: ["ec2:CreateSecurityGroup"], on: { "security-group": any }, condition: newOfStack },
      {
        actions: ["ec2:CreateSecurityGroup"],
        on: { vpc: any },
        reason: "A security group is authorized together with its VPC, which has no tag of the stack.",
      },
      {
        actions: ["ec2:CreateTags", "ec2:DeleteSecurityGroup", "ec2:DeleteTags", "ec2:RevokeSecurityGroupEgress"],
        on: { "security-group": any },
        condition: existingOfStack,
      },
      {
        actions: ["ec2:CreateTags"],
        on: { "security-group": any, "security-group-rule": any },
        condition: {
          StringEquals: { "ec2:CreateAction": ["CreateSecurityGroup", "AuthorizeSecurityGroupIngress"] },
        },
        reason: "EC2 authorizes it for whoever creates something with tags.",
      },
    ],
  },
  aws_vpc_security_group_ingress_rule: {
    read: [{ actions: ["ec2:DescribeSecurityGroupRules"] }],
    write: [
      {
        actions: ["ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"],
        on: { "security-group": any },
        condition: existingOfStack,
      },
      {
        actions: ["ec2:ModifySecurityGroupRules"],
        on: { "security-group": any },
        condition: existingOfStack,
        reason: newVersion,
      },
      {
        actions: ["ec2:AuthorizeSecurityGroupIngress", "ec2:ModifySecurityGroupRules"],
        on: { "security-group-rule": any },
        reason: "A rule is authorized together with its group. A new one has no tags yet.",
      },
      {
        actions: ["ec2:CreateTags", "ec2:DeleteTags"],
        on: { "security-group-rule": any },
        condition: existingOfStack,
      },
    ],
  },

  aws_secretsmanager_secret: {
    read: [
      {
        actions: ["secretsmanager:DescribeSecret", "secretsmanager:GetResourcePolicy"],
        on: { Secret: secretNames },
      },
    ],
    write: [
      {
        actions: [
          "secretsmanager:CreateSecret",
          "secretsmanager:DeleteSecret",
          "secretsmanager:TagResource",
          "secretsmanager:UntagResource",
        ],
        on: { Secret: secretNames },
      },
      { actions: ["secretsmanager:UpdateSecret"], on: { Secret: secretNames }, reason: newVersion },
    ],
  },
  aws_secretsmanager_secret_version: {
    // Planning reads the AUTH token: Terraform compares it with its state, which holds it too.
    read: [{ actions: ["secretsmanager:GetSecretValue"], on: { Secret: secretNames } }],
    write: [
      { actions: ["secretsmanager:PutSecretValue"], on: { Secret: secretNames } },
      {
        actions: ["secretsmanager:UpdateSecretVersionStage"],
        on: { Secret: secretNames },
        reason: "Only the deletion of an earlier version that still has a staging label calls it.",
      },
    ],
  },

  aws_iam_role: {
    read: [
      {
        actions: ["iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"],
        on: { role: named },
      },
    ],
    write: [
      {
        actions: [
          "iam:CreateRole",
          "iam:DeleteRole",
          "iam:ListInstanceProfilesForRole",
          "iam:TagRole",
          "iam:UntagRole",
        ],
        on: { role: named },
      },
      {
        actions: ["iam:UpdateAssumeRolePolicy", "iam:UpdateRole", "iam:UpdateRoleDescription"],
        on: { role: named },
        reason: newVersion,
      },
    ],
  },
  aws_iam_role_policy: {
    read: [{ actions: ["iam:GetRolePolicy"], on: { role: named } }],
    write: [{ actions: ["iam:DeleteRolePolicy", "iam:PutRolePolicy"], on: { role: named } }],
  },
  aws_sfn_state_machine: {
    read: [
      {
        actions: ["states:DescribeStateMachine", "states:ListStateMachineVersions", "states:ListTagsForResource"],
        on: { statemachine: named },
      },
      // Since hashicorp/aws 5.67, at every plan in which a definition is new or changed.
      { actions: ["states:ValidateStateMachineDefinition"] },
    ],
    write: [
      {
        actions: [
          "states:CreateStateMachine",
          "states:DeleteStateMachine",
          "states:TagResource",
          "states:UntagResource",
          "states:UpdateStateMachine",
        ],
        on: { statemachine: named },
      },
      passRoleTo("states.amazonaws.com", named),
    ],
  },
  aws_scheduler_schedule_group: {
    read: [
      {
        actions: ["scheduler:GetScheduleGroup", "scheduler:ListTagsForResource"],
        on: { "schedule-group": scheduleGroupNames },
      },
    ],
    write: [
      {
        actions: [
          "scheduler:CreateScheduleGroup",
          "scheduler:DeleteScheduleGroup",
          "scheduler:TagResource",
          "scheduler:UntagResource",
        ],
        on: { "schedule-group": scheduleGroupNames },
      },
    ],
  },
  aws_scheduler_schedule: {
    read: [{ actions: ["scheduler:GetSchedule"], on: { schedule: scheduleNames } }],
    write: [
      {
        actions: ["scheduler:CreateSchedule", "scheduler:DeleteSchedule", "scheduler:UpdateSchedule"],
        on: { schedule: scheduleNames },
      },
      passRoleTo("scheduler.amazonaws.com", named),
    ],
  },

  aws_sqs_queue: {
    read: [{ actions: ["sqs:GetQueueAttributes", "sqs:ListQueueTags"], on: { queue: named } }],
    write: [
      {
        actions: ["sqs:CreateQueue", "sqs:DeleteQueue", "sqs:TagQueue", "sqs:UntagQueue"],
        on: { queue: named },
      },
      { actions: ["sqs:SetQueueAttributes"], on: { queue: named }, reason: newVersion },
    ],
  },
  aws_sns_topic: {
    read: [{ actions: ["sns:GetTopicAttributes", "sns:ListTagsForResource"], on: { topic: named } }],
    write: [
      {
        actions: [
          "sns:CreateTopic",
          "sns:DeleteTopic",
          "sns:SetTopicAttributes",
          "sns:TagResource",
          "sns:UntagResource",
        ],
        on: { topic: named },
      },
    ],
  },
  aws_sns_topic_policy: {
    read: [{ actions: ["sns:GetTopicAttributes"], on: { topic: named } }],
    write: [{ actions: ["sns:SetTopicAttributes"], on: { topic: named } }],
  },
  aws_sns_topic_subscription: {
    read: [{ actions: ["sns:GetSubscriptionAttributes"] }],
    write: [
      { actions: ["sns:Subscribe"], on: { topic: named } },
      { actions: ["sns:Unsubscribe"] },
      { actions: ["sns:SetSubscriptionAttributes"], reason: newVersion },
    ],
  },
  aws_cloudwatch_log_group: {
    read: [
      { actions: ["logs:DescribeLogGroups"] },
      { actions: ["logs:ListTagsForResource"], on: { "log-group": logGroupNames } },
    ],
    write: [
      {
        actions: [
          "logs:CreateLogGroup",
          "logs:DeleteLogGroup",
          "logs:PutRetentionPolicy",
          "logs:TagResource",
          "logs:UntagResource",
        ],
        on: { "log-group": logGroupNames },
      },
    ],
  },
  aws_cloudwatch_metric_alarm: {
    read: [{ actions: ["cloudwatch:DescribeAlarms", "cloudwatch:ListTagsForResource"], on: { alarm: named } }],
    write: [
      {
        actions: [
          "cloudwatch:DeleteAlarms",
          "cloudwatch:PutMetricAlarm",
          "cloudwatch:TagResource",
          "cloudwatch:UntagResource",
        ],
        on: { alarm: named },
      },
    ],
  },
  aws_cloudwatch_dashboard: {
    read: [{ actions: ["cloudwatch:GetDashboard"], on: { dashboard: inEnvironments } }],
    write: [{ actions: ["cloudwatch:DeleteDashboards", "cloudwatch:PutDashboard"], on: { dashboard: inEnvironments } }],
  },
  aws_cloudwatch_event_rule: {
    read: [
      {
        actions: ["events:DescribeRule", "events:ListTagsForResource"],
        on: { "rule-on-default-event-bus": inPolicy },
      },
    ],
    write: [
      {
        actions: ["events:DeleteRule", "events:PutRule", "events:TagResource", "events:UntagResource"],
        on: { "rule-on-default-event-bus": inPolicy },
      },
    ],
  },
  aws_cloudwatch_event_target: {
    read: [{ actions: ["events:ListTargetsByRule"], on: { "rule-on-default-event-bus": inPolicy } }],
    write: [{ actions: ["events:PutTargets", "events:RemoveTargets"], on: { "rule-on-default-event-bus": inPolicy } }],
  },
  aws_config_config_rule: {
    read: [
      { actions: ["config:DescribeConfigRules"] },
      { actions: ["config:ListTagsForResource"], on: { ConfigRule: any } },
    ],
    write: [
      {
        // A rule's ARN has an id that AWS makes up, not its name.
        actions: ["config:DeleteConfigRule", "config:PutConfigRule", "config:TagResource", "config:UntagResource"],
        on: { ConfigRule: any },
      },
    ],
  },
  aws_chatbot_slack_channel_configuration: {
    // It answers with the tags.
    read: [{ actions: ["chatbot:DescribeSlackChannelConfigurations"] }],
    write: [
      { actions: ["chatbot:CreateSlackChannelConfiguration"] },
      {
        actions: ["chatbot:DeleteSlackChannelConfiguration"],
        on: { ChatbotConfiguration: chatConfigurationNames },
      },
      {
        actions: ["chatbot:TagResource", "chatbot:UntagResource", "chatbot:UpdateSlackChannelConfiguration"],
        on: { ChatbotConfiguration: chatConfigurationNames },
      },
      passRoleTo("chatbot.amazonaws.com", named),
    ],
  },

  random_id: nothing,
  random_password: nothing,
  terraform_data: nothing,
};
