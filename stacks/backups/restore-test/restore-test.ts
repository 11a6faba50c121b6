import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { TerraformLocal } from "cdktf";
import { Construct } from "constructs";
import { arn } from "../../terraform/arn";
import { expression } from "../../terraform/expression";
import { mayPublishMetrics } from "../../workflows/metrics";
import type { Schedules } from "../../workflows/schedules";
import { StateMachine } from "../../workflows/state-machine";
import { mayListOwnExecutions } from "../../workflows/permissions";
import { testArn, testId } from "./clearing";
import { restoreTest } from "./definition";
import { keepSince } from "../enabled-since";
import { cacheId } from "../../workflows/tasks";

/** Restore tests: whether the newest backup can be restored, how long that takes, how old what is restored is. */
export class RestoreTest extends Construct {
  public readonly workflow: StateMachine;

  constructor(scope: Construct, schedules: Schedules) {
    super(scope, "restore-test");

    // No rules at all: nobody gets in, so a copy of the data without AUTH is out of reach.
    new SecurityGroup(this, "aws_security_group.restore_test", {
      name: `${testId}-sg`,
      description: "Restore tests of the Redis cache: nobody may connect",
      vpcId: expression("var.vpc_id"),
      tags: { Name: `${testId}-sg` },
    });
    new TerraformLocal(this, "local.restore_test_key", expression(`var.kms_key_id == null ? "" : var.kms_key_id`));

    this.workflow = new StateMachine(this, "restore_test", {
      description: "Restores backups into a throw-away replication group, and deletes that one only",
      type: "STANDARD",
      definition: restoreTest,
      statements: [
        {
          sid: "ReadCache",
          actions: ["elasticache:DescribeReplicationGroups", "elasticache:DescribeCacheClusters"],
          resources: [
            arn("elasticache", `replicationgroup:${cacheId}`),
            // All: the nodes of an adopted cache have names of their own.
            arn("elasticache", "cluster:*"),
            testArn,
            arn("elasticache", `cluster:${testId}-*`),
          ],
        },
        {
          sid: "ReadSnapshots",
          actions: ["elasticache:DescribeSnapshots"],
          resources: [arn("elasticache", "snapshot:*")],
        },
        {
          sid: "Restore",
          actions: ["elasticache:CreateReplicationGroup"],
          resources: [
            testArn,
            arn("elasticache", `cluster:${testId}-*`),
            arn("elasticache", "snapshot:*"),
            arn("elasticache", `subnetgroup:${expression("local.subnet_group_name")}`),
            arn("elasticache", `parametergroup:${expression("local.name")}-*`),
            arn("elasticache", "securitygroup:*"),
          ],
        },
        {
          sid: "TagAndDeleteRestoreTestsOnly",
          actions: [
            "elasticache:AddTagsToResource",
            "elasticache:ListTagsForResource",
            "elasticache:DeleteReplicationGroup",
          ],
          resources: [testArn],
        },
        {
          // What ElastiCache asks of who creates a group in a VPC; none of these has resources that could be named before.
          // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticache.html
          sid: "PlaceNodes",
          actions: [
            "ec2:CreateNetworkInterface",
            "ec2:DeleteNetworkInterface",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeSubnets",
            "ec2:DescribeVpcs",
          ],
          resources: ["*"],
          condition: [{ test: "Bool", variable: "aws:ViaAWSService", values: ["true"] }],
        },
        {
          // https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/at-rest-encryption.html
          sid: "UseKeyThroughElastiCache",
          actions: ["kms:CreateGrant", "kms:DescribeKey"],
          resources: [expression(`coalesce(var.kms_key_id, "${arn("kms", "key/none")}")`)],
          condition: [
            {
              test: "StringEquals",
              variable: "kms:ViaService",
              values: [`elasticache.${expression("local.region")}.amazonaws.com`],
            },
          ],
        },
        mayListOwnExecutions("restore-test"),
        {
          sid: "SeeWhetherAnExecutionHasEnded",
          actions: ["states:DescribeExecution"],
          resources: [arn("states", `execution:${testId}:*`)],
        },
        mayPublishMetrics,
      ],
    });
    keepSince(this, "restore_test", "var.enable_restore_test");
    schedules.add("restore_test", {
      description: "Restores the newest backup as a test",
      target: this.workflow,
      expression: expression("var.restore_test_schedule"),
      enabled: "var.enable_restore_test",
      maximumEventAgeSeconds: 3600,
    });
  }
}
