import type { Construct } from "constructs";
import type { Environment } from "../settings";
import { isWholeNumber, shown, shownNumber } from "../terraform/rules";
import { Variable, type Rule } from "../terraform/variable";
import { minutesOfRate, scheduleRules, timesADay } from "./schedule";

/** Manual backups beside the automatic ones, and restore tests, each with the maximum age of the last one. */
export function verificationVariables(scope: Construct, environment: Environment): void {
  new Variable(scope, "var.enable_manual_backup", {
    type: "bool",
    description:
      "Whether manual backups are taken on a schedule, with an alarm when one fails or is missing. Manual backups can be taken on demand in either case.",
    default: environment.manualBackup,
  });
  schedule("manual_backup_schedule", "Schedule of manual backups", "cron(0 16 1 * ? *)", [
    {
      // https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups.html
      condition: `try(${minutesOfRate("var.manual_backup_schedule")} >= 120, ${timesADay("var.manual_backup_schedule")} <= 20, true)`,
      errorMessage: `manual_backup_schedule ${shown("var.manual_backup_schedule")} asks for more backups than the 20 per node that ElastiCache takes in a day. Use rate(2 hours) or a longer interval, or a cron expression with fewer minutes and hours.`,
    },
  ]);
  whole(
    "manual_backups_kept",
    "Number of manual backups to retain; older ones that this stack took are deleted",
    "backups",
    {
      default: 12,
      from: 1,
      to: 100,
    },
  );
  whole(
    "manual_backup_max_age_days",
    "Maximum age of the last manual backup before an alarm is raised; longer than the interval of the schedule",
    "days",
    {
      default: 35,
      ...daysOfHistory,
    },
    longerThan("manual_backup_schedule", "manual_backup_max_age_days"),
  );

  new Variable(scope, "var.enable_restore_test", {
    type: "bool",
    description:
      "Whether the latest backup is restored on a schedule into a temporary cache, with an alarm when that fails, is missing, or misses an objective. Restore tests can be run on demand in either case.",
    default: environment.restoreTest,
  });
  schedule("restore_test_schedule", "Schedule of restore tests", "cron(0 16 15 * ? *)");
  whole(
    "restore_test_max_age_days",
    "Maximum age of the last successful restore test before an alarm is raised; longer than the interval of the schedule",
    "days",
    {
      default: 35,
      ...daysOfHistory,
    },
    longerThan("restore_test_schedule", "restore_test_max_age_days"),
  );
  whole(
    "rto_target_minutes",
    "Recovery time objective (RTO): maximum duration of a restore before an alarm is raised",
    "minutes",
    {
      default: 60,
      from: 1,
      to: 1440,
    },
  );
  whole(
    "rpo_target_hours",
    "Recovery point objective (RPO): maximum age of the restored backup before an alarm is raised; automatic backups are taken once a day",
    "hours",
    { default: 30, from: 1, to: 720 },
  );

  function schedule(name: string, what: string, example: string, more: readonly Rule[] = []): void {
    new Variable(scope, `var.${name}`, {
      type: "string",
      description: `${what}: cron(…) or rate(…) of EventBridge Scheduler, in UTC. A rate starts at the deployment.`,
      default: example,
      rules: [...scheduleRules(name, example), ...more],
    });
  }

  function whole(
    name: string,
    what: string,
    unit: string,
    bounds: { default: number; from: number; to: number },
    more: readonly Rule[] = [],
  ): void {
    const { from, to } = bounds;
    new Variable(scope, `var.${name}`, {
      type: "number",
      description: `${what} (${from}-${to} ${unit}).`,
      default: bounds.default,
      rules: [
        {
          condition: isWholeNumber(name, from, to),
          errorMessage: `${name} is ${shownNumber(`var.${name}`)}. Use a whole number of ${unit} from ${from} to ${to}, e.g. ${bounds.default}.`,
        },
        ...more,
      ],
    });
  }
}

/** An age shorter than the interval would raise the alarm before each run. The interval of a cron expression is not known to Terraform. */
const longerThan = (schedule: string, age: string): Rule[] => [
  {
    condition: `try(${minutesOfRate(`var.${schedule}`)} <= var.${age} * 1440, true)`,
    errorMessage: `${age} is ${shownNumber(`var.${age}`)}, and ${schedule} ${shown(`var.${schedule}`)} runs less often, so the alarm would be raised although nothing is wrong. Use more days, or a shorter rate.`,
  },
];

/** Step Functions forgets an execution after 90 days, and with it when the last one succeeded. */
const daysOfHistory = { from: 1, to: 80 };
