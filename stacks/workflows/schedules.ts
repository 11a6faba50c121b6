import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { SchedulerSchedule } from "@cdktf/provider-aws/lib/scheduler-schedule";
import { SchedulerScheduleGroup } from "@cdktf/provider-aws/lib/scheduler-schedule-group";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { Lazy, type ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { accept } from "../terraform/annotation";
import { arn } from "../terraform/arn";
import { expression } from "../terraform/expression";
import { dashed, inRegion, named, prefix } from "../terraform/names";
import type { StateMachine } from "./state-machine";

export interface ScheduleProps {
  readonly description: string;
  /** A state machine of this stack. */
  readonly target: StateMachine;
  /** `rate(…)` or `cron(…)`, in UTC. A rate begins when the schedule is created. */
  readonly expression: string;
  /** A Terraform expression (without `${}`) that is true while the schedule runs. @default - always */
  readonly enabled?: string;
  /** A Terraform expression (without `${}`) that is true while the schedule exists. @default - always */
  readonly exists?: string;
  /** How long EventBridge tries to start an execution, in seconds (60-86,400), before the dead-letter queue gets it. */
  readonly maximumEventAgeSeconds: number;
}

export interface SchedulesProps {
  /**
   * What must exist before anything is scheduled, since a rate begins at once: what the state machines look at. It is also destroyed after
   * the schedules. @default - nothing
   */
  readonly after?: readonly ITerraformDependable[];
}

/**
 * When state machines run: EventBridge Scheduler, in one schedule group of this stack. What could not be started lands in a dead-letter queue.
 *
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export class Schedules extends Construct {
  public readonly deadLetters: SqsQueue;
  private readonly group: SchedulerScheduleGroup;
  private readonly role: IamRole;
  private readonly rolePolicy: IamRolePolicy;
  private readonly targets: StateMachine[] = [];
  private readonly after: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, { after = [] }: SchedulesProps = {}) {
    super(scope, id);
    this.after = after;
    const name = named("schedules");

    this.group = new SchedulerScheduleGroup(this, "aws_scheduler_schedule_group.redis", {
      name: prefix,
      tags: { Name: prefix },
    });
    this.deadLetters = new SqsQueue(this, "aws_sqs_queue.schedules_dead_letters", {
      name: `${name}-dead-letters`,
      messageRetentionSeconds: 14 * 24 * 60 * 60,
      sqsManagedSseEnabled: true,
      tags: { Name: `${name}-dead-letters` },
    });

    const trust = new DataAwsIamPolicyDocument(this, "data.aws_iam_policy_document.schedules_trust", {
      statement: [
        {
          actions: ["sts:AssumeRole"],
          principals: [{ type: "Service", identifiers: ["scheduler.amazonaws.com"] }],
          condition: [
            { test: "StringEquals", variable: "aws:SourceAccount", values: [expression("local.account_id")] },
            {
              // The group: Scheduler presents its ARN, never a schedule's.
              // https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
              test: "ArnEquals",
              variable: "aws:SourceArn",
              values: [arn("scheduler", `schedule-group/${prefix}`)],
            },
          ],
        },
      ],
    });
    this.role = new IamRole(this, "aws_iam_role.schedules", {
      name: inRegion(name),
      description: "Starts the state machines of this stack when they are due",
      assumeRolePolicy: trust.json,
      tags: { Name: name },
    });
    const policy = new DataAwsIamPolicyDocument(this, "data.aws_iam_policy_document.schedules", {
      statement: [
        {
          sid: "StartExecutions",
          actions: ["states:StartExecution"],
          resources: Lazy.listValue({ produce: () => this.targets.map(({ arn: target }) => target) }),
        },
        { sid: "KeepDeadLetters", actions: ["sqs:SendMessage"], resources: [this.deadLetters.arn] },
      ],
    });
    this.rolePolicy = new IamRolePolicy(this, "aws_iam_role_policy.schedules", {
      name,
      role: this.role.name,
      policy: policy.json,
    });
  }

  /** Starts `target` when it is due; `name` is the schedule's: `backup_check` is `aws_scheduler_schedule.backup_check`. */
  public add(name: string, props: ScheduleProps): SchedulerSchedule {
    this.targets.push(props.target);
    const schedule = new SchedulerSchedule(this, `aws_scheduler_schedule.${name}`, {
      name: named(dashed(name)),
      groupName: this.group.name,
      description: props.description,
      scheduleExpression: props.expression,
      scheduleExpressionTimezone: "UTC",
      state: props.enabled === undefined ? "ENABLED" : expression(`${props.enabled} ? "ENABLED" : "DISABLED"`),
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: props.target.arn,
        roleArn: this.role.arn,
        input: "{}",
        deadLetterConfig: { arn: this.deadLetters.arn },
        retryPolicy: { maximumEventAgeInSeconds: props.maximumEventAgeSeconds, maximumRetryAttempts: 10 },
      },
      dependsOn: [this.rolePolicy, ...this.after, ...(props.exists === undefined ? [] : [props.target.machine])],
    });
    if (props.exists !== undefined) schedule.addOverride("count", expression(`${props.exists} ? 1 : 0`));
    return accept(schedule, "CKV_AWS_297", "Encrypted with a key that AWS owns; a schedule contains no data.");
  }
}
