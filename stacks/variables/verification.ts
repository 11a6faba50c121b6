import type { Construct } from "constructs";
import type { Environment } from "../settings";
import { isWholeNumber } from "../terraform/rules";
import { Variable, type Rule } from "../terraform/variable";
import { minutesOfRate, scheduleRules } from "./schedule";

/** How backups are proven: manual ones beside the automatic ones, and restore tests, each with how old the last one may be. */
export function verificationVariables(scope: Construct, environment: Environment): void {
  new Variable(scope, "var.enable_manual_backup", {
    type: "bool",
    description:
      "Whether manual backups are taken on a schedule, and an alarm tells when one fails or is missing. On demand they can be taken anyway.",
    default: environment.manualBackup,
  });
  schedule("manual_backup_schedule", "When manual backups are taken", "cron(0 16 1 * ? *)", [
    {
      // https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups.html
      condition: `try(${minutesOfRate("var.manual_backup_schedule")} >= 120, true)`,
      errorMessage:
        'manual_backup_schedule ${format("%q", var.manual_backup_schedule)} asks for more backups than the 20 that ElastiCache takes of a node in a day. Write rate(2 hours) or a longer one.',
    },
  ]);
  whole(
    "manual_backups_kept",
    "How many manual backups are kept; older ones that the schedule made are deleted",
    "backups",
    {
      default: 12,
      from: 1,
      to: 100,
    },
  );
  whole(
    "manual_backup_max_age_days",
    "How old the last manual backup may be before an alarm tells; longer than the schedule's period",
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
      "Whether the newest backup is restored on a schedule into a throw-away cache, and an alarm tells when that fails, is missing, or misses a target. On demand it can be done anyway.",
    default: environment.restoreTest,
  });
  schedule("restore_test_schedule", "When the newest backup is restored as a test", "cron(0 16 15 * ? *)");
  whole(
    "restore_test_max_age_days",
    "How old the last successful restore test may be before an alarm tells; longer than the schedule's period",
    "days",
    {
      default: 35,
      ...daysOfHistory,
    },
    longerThan("restore_test_schedule", "restore_test_max_age_days"),
  );
  whole(
    "rto_target_minutes",
    "How long a restore may take (the recovery time objective) before an alarm tells",
    "minutes",
    {
      default: 60,
      from: 1,
      to: 1440,
    },
  );
  whole(
    "rpo_target_hours",
    "How old the backup that is restored may be (the recovery point objective) before an alarm tells; automatic backups are taken once a day",
    "hours",
    { default: 30, from: 1, to: 720 },
  );

  function schedule(name: string, what: string, example: string, more: readonly Rule[] = []): void {
    new Variable(scope, `var.${name}`, {
      type: "string",
      description: `${what}: cron(…) or rate(…) of EventBridge Scheduler, in UTC. A rate begins when it is deployed.`,
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
          errorMessage: `${name} is \${var.${name}}. Write a whole number of ${unit} from ${from} to ${to}, e.g. ${bounds.default}.`,
        },
        ...more,
      ],
    });
  }
}

/** An age within which nothing is due would alarm for ever. When a cron expression runs, Terraform cannot tell. */
const longerThan = (schedule: string, age: string): Rule[] => [
  {
    condition: `try(${minutesOfRate(`var.${schedule}`)} <= var.${age} * 1440, true)`,
    errorMessage: `${age} is \${var.${age}}, and ${schedule} \${format("%q", var.${schedule})} comes less often, so the alarm would tell although nothing is wrong. Write more days, or a shorter rate.`,
  },
];

/** Step Functions forgets an execution after 90 days, and with it when the last one succeeded. */
const daysOfHistory = { from: 1, to: 80 };
