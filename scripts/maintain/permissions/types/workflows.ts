import type { Permissions } from "../grant";
import { named, scheduleGroupNames, scheduleNames } from "../names";
import { newVersion, passRoleTo } from "./shared";

/** State machines, their roles and their schedules. */
export const workflows: Readonly<Record<string, Permissions>> = {
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
};
