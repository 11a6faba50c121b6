import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { TerraformLocal } from "cdktf";
import { Construct } from "constructs";
import type { Topology } from "../../cache/topology";
import type { Environment } from "../../settings";
import { accept } from "../../terraform/annotation";
import { expression } from "../../terraform/expression";
import { conditions, shown } from "../../terraform/rules";
import type { Rule } from "../../terraform/variable";
import type { Schedules } from "../../workflows/schedules";
import { StateMachine } from "../../workflows/state-machine";
import { keepSince } from "../enabled-since";
import { restoreTest } from "./definition";
import { testId } from "./group";
import { originOf } from "../snapshots";

export interface RestoreTestProps {
  readonly schedules: Schedules;
  readonly topology: Topology;
  readonly environment: Environment;
}

/** A state machine starts one of its own account: https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html */
const sameAccount: readonly Rule[] = [
  {
    condition:
      'var.restore_test_validator_arn == null ? true : element(split(":", var.restore_test_validator_arn), 4) == local.account_id',
    errorMessage: `Invalid restore_test_validator_arn ${shown("var.restore_test_validator_arn")}: the state machine is in another account than the cache, whose account is \${local.account_id}. Choose one in the same account.`,
  },
];

/** Restore tests: whether the newest backup can be restored, how long that takes, and how old the restored data is. */
export class RestoreTest extends Construct {
  public readonly workflow: StateMachine;

  constructor(scope: Construct, id: string, { schedules, topology, environment }: RestoreTestProps) {
    super(scope, id);

    // Terraform adds no rules, so that a copy of the data without AUTH is out of reach: the state machine lets in the validator's client
    // while the validator runs.
    const closed = new SecurityGroup(this, "aws_security_group.restore_test", {
      name: `${testId}-sg`,
      description: "Restore tests of the Redis cache: nobody may connect",
      vpcId: expression("var.vpc_id"),
      tags: { Name: `${testId}-sg` },
      lifecycle: { precondition: conditions(sameAccount) },
    });
    accept(closed, "CKV2_AWS_5", "Each restore test attaches it to the cache that it creates.");
    new TerraformLocal(
      this,
      "local.restore_test_validator",
      expression(`var.restore_test_validator_arn == null ? "" : var.restore_test_validator_arn`),
    );
    new TerraformLocal(
      this,
      "local.restore_test_validator_name",
      expression(
        `var.restore_test_validator_arn == null ? "${testId}-has-no-validator" : element(split(":", var.restore_test_validator_arn), 6)`,
      ),
    );
    new TerraformLocal(
      this,
      "local.restore_test_validator_client",
      expression(
        `var.restore_test_validator_security_group_id == null ? "" : var.restore_test_validator_security_group_id`,
      ),
    );

    this.workflow = new StateMachine(this, "restore_test", {
      description: "Restores backups into a temporary replication group, and deletes only that one",
      type: "STANDARD",
      definition: restoreTest(topology, originOf(environment)),
    });
    keepSince(this, "restore_test", "var.enable_restore_test");
    schedules.add("restore_test", {
      description: "Runs a restore test of the latest backup",
      target: this.workflow,
      expression: expression("var.restore_test_schedule"),
      enabled: "var.enable_restore_test",
      maximumEventAgeSeconds: 3600,
    });
  }
}
