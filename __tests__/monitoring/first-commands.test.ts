import { cliCalls, problemsOf, type CliCall } from "../support/aws-cli";
import { everyStack, type Block } from "../support/stacks";

// The command that somebody who is woken pastes first: that AWS takes it, and that it shows what the alarm is about.

interface Alarm {
  readonly stack: string;
  readonly name: string;
  readonly command: string;
  readonly block: Block;
}

const alarms: readonly Alarm[] = Object.entries(everyStack).flatMap(([stack, synthesize]) =>
  ["aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm"].flatMap((type) =>
    Object.entries(synthesize().resource[type] ?? {}).map(([name, block]) => {
      const [, command = ""] = /\n\nFirst command:\n(.*)\n\nRunbook: /.exec(String(block.alarm_description)) ?? [];
      return { stack, name, command, block };
    }),
  ),
);
/** Most stacks have the same. */
const each = [...new Map(alarms.map((one) => [JSON.stringify([one.name, one.command, one.block]), one])).values()];

const known = new Map<string, readonly CliCall[]>();
function callsOf(command: string): readonly CliCall[] {
  const calls = known.get(command) ?? cliCalls(command);
  known.set(command, calls);
  return calls;
}
const terraform = (text: unknown): string => String(text).replaceAll("${", "{");

test("every alarm has one", () => {
  expect(alarms.length).toBeGreaterThan(100);
  expect(alarms.filter(({ command }) => command === "")).toEqual([]);
});

test.each(each)("$stack: AWS takes the first command of $name, in the Region of the stack", ({ command }) => {
  const calls = callsOf(command);
  expect(calls.length).toBeGreaterThan(0);
  expect(calls.flatMap(problemsOf)).toEqual([]);
  expect(calls.map(({ options }) => options.region)).toEqual(calls.map(() => "{local.region}"));
});

/** The metrics of the stack's own that say nothing of a run of a state machine other than the check. */
const ofTheCheck = [
  "SnapshotCreateSuccessful",
  "SnapshotsFailed",
  "SnapshotShrinkPercent",
  "KeyUsable",
  "EventsTopicActive",
];

interface Metric {
  readonly namespace: string;
  readonly metric_name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}
const metricsOf = (block: Block): readonly Metric[] => [
  ...(block.metric_name === undefined ? [] : [block as unknown as Metric]),
  ...((block.metric_query ?? []) as readonly { readonly metric?: Metric }[]).flatMap(({ metric }) => metric ?? []),
];

/** The end of the name of the state machine that measures a metric. */
function machineOf(metric: string): string | undefined {
  if (ofTheCheck.includes(metric)) return undefined;
  if (metric.startsWith("ManualBackup")) return "manual.backup";
  if (metric.startsWith("VaultCopy")) return "vault.copy";
  return metric.startsWith("Restore") ? "restore.test" : "check";
}

const about = (namespace: string): readonly (Alarm & { readonly metric: Metric })[] =>
  each.flatMap((one) => {
    const [metric] = metricsOf(one.block).filter((of) => of.namespace === namespace);
    return metric === undefined ? [] : [{ ...one, metric }];
  });

test.each(about("AWS/ElastiCache"))("$stack: $name shows its own metric of the node", ({ command, block, metric }) => {
  const options = callsOf(command)[0]?.options ?? {};
  const { CacheClusterId, CacheNodeId } = metric.dimensions;
  expect(options).toMatchObject({
    namespace: metric.namespace,
    "metric-name": metric.metric_name,
    dimensions: `Name=CacheClusterId,Value=${terraform(CacheClusterId)} Name=CacheNodeId,Value=${String(CacheNodeId)}`,
    statistics: block.statistic,
    period: String(block.period),
  });
});

test.each(about("AWS/SQS").filter(({ block }) => block.metric_query === undefined))(
  "$stack: $name shows the messages of its own queue, which a URL names",
  ({ command, metric }) => {
    const [call] = callsOf(command);
    expect(call?.operation).toBe("ReceiveMessage");
    expect(call?.options["queue-url"]).toBe(terraform(metric.dimensions.QueueName).replace(/\.name\}$/, ".url}"));
  },
);

test.each(about("AWS/States").filter(({ command }) => command.startsWith("aws logs")))(
  "$stack: $name shows the log of its own state machine",
  ({ stack, command, metric }) => {
    const [, machine = ""] = /aws_sfn_state_machine\.(\w+)\.arn/.exec(metric.dimensions.StateMachineArn ?? "") ?? [];
    const group = everyStack[stack]?.().resource.aws_cloudwatch_log_group?.[machine]?.name;
    expect(callsOf(command)[0]?.options["log-group-name"]).toBe(terraform(group));
  },
);

test.each(about("ElastiCacheBackups"))(
  "$stack: $name shows the runs of what measures its metric",
  ({ command, metric, name }) => {
    const machine = machineOf(metric.metric_name);
    const runs = callsOf(command).filter(({ operation }) => operation === "ListExecutions");
    // trail_missing is about what the check reads, and not about a run of it.
    expect(runs.length).toBe(machine === undefined || name === "trail_missing" ? 0 : 1);
    for (const { options } of runs) {
      expect(options["state-machine-arn"]).toMatch(
        new RegExp(`stateMachine:.*-${String(machine)}$|state_machine.${String(machine)}.arn`),
      );
      // Only a run that has succeeded has findings in its output. Elsewhere a filter would hide those that failed.
      expect(options["status-filter"]).toBe(name === "findings" ? "SUCCEEDED" : undefined);
    }
  },
);

/** What those alarms are about that no run of a state machine is looked up for. */
test.each<[alarm: string, options: Readonly<Record<string, unknown>>]>([
  [
    "backup_failed",
    { "snapshot-source": "system", query: expect.stringMatching(/SnapshotStatus.*SnapshotCreateTime/) },
  ],
  ["backup_shrunk", { "snapshot-source": "system", query: expect.stringMatching(/SnapshotCreateTime.*CacheSize/) }],
  ["events_topic_inactive", { query: expect.stringContaining("NotificationConfiguration") }],
  ["key_unusable", { "key-id": "{local.cache_key}", query: expect.stringMatching(/KeyState.*DeletionDate/) }],
  ["trail_missing", { "include-shadow-trails": "", query: expect.stringContaining("HasCustomEventSelectors") }],
])("%s shows what it is about", (alarm, options) => {
  const own = each.filter(({ name }) => name === alarm);
  expect(own.length).toBeGreaterThan(0);
  for (const { command } of own) {
    expect(callsOf(command)[0]?.options).toMatchObject(options);
    // Of this cache, and not of every one in the account. A key and the trails are what they are.
    const isOfCache = !["key_unusable", "trail_missing"].includes(alarm);
    expect(command.includes("${local.replication_group_id}")).toBe(isOfCache);
  }
});

test.each(each.filter(({ block }) => "alarm_rule" in block))(
  "$stack: $name shows the nodes whose alarms it is raised by",
  ({ stack, name, command, block }) => {
    const options = callsOf(command)[0]?.options ?? {};
    const ofNode = everyStack[stack]?.().resource.aws_cloudwatch_metric_alarm?.[name] ?? {};
    expect(String(block.alarm_rule)).toContain(`aws_cloudwatch_metric_alarm.${name}[`);
    expect(options["state-value"]).toBe(/"(\w+)\(%s\)"/.exec(String(block.alarm_rule))?.[1]);
    expect(`${options["alarm-name-prefix"] ?? ""}{each.key}`).toBe(terraform(ofNode.alarm_name));
  },
);

/** How long ago what is shown begins, in seconds. */
function since({ operation, options }: CliCall): number | undefined {
  const now = Date.now() / 1000;
  const start = Number(options["start-time"]);
  // https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html: in milliseconds
  if (operation === "FilterLogEvents") return now - start / 1000;
  if (operation === "GetMetricStatistics") return now - start;
  // https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DescribeEvents.html: in minutes
  return operation === "DescribeEvents" ? Number(options.duration) * 60 : undefined;
}

test("a command that shows a time begins before what the alarm looks at, and not so long ago that AWS has no answer", () => {
  const shown = each.flatMap(({ stack, name, command, block }) =>
    callsOf(command).flatMap((call) => {
      const seconds = since(call);
      return seconds === undefined ? [] : [{ stack, name, seconds, block }];
    }),
  );
  expect(new Set(shown.map(({ name }) => name)).size).toBeGreaterThan(6);
  const day = 24 * 60 * 60;
  const wrong = shown.filter(({ name, seconds, block }) => {
    // A failed backup is an alarm until the next one, a day later.
    const looksAt =
      name === "snapshot_failed" ? day : Number(block.evaluation_periods) * Number(block.period ?? 3 * 60 * 60);
    // 14 days of events, and 1,440 values of a metric: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html
    return !(seconds > looksAt && seconds <= (block.for_each === undefined ? 14 * day : 1440 * 300));
  });
  expect(wrong.map(({ stack, name, seconds }) => ({ stack, name, seconds }))).toEqual([]);
});
