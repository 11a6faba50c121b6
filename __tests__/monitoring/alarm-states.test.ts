import { numberOf, stateOf, type AlarmState, type Evaluated } from "../support/cloudwatch";
import { everyStack, type Block } from "../support/stacks";

const withAlarms = Object.entries(everyStack).filter(([, stack]) => "aws_cloudwatch_metric_alarm" in stack().resource);
const alarmsOf = (stack: string): Readonly<Record<string, Block>> =>
  everyStack[stack]?.().resource.aws_cloudwatch_metric_alarm ?? {};
const alarmOf = (stack: string, name: string): Block => alarmsOf(stack)[name] ?? {};
const variablesOf = (stack: string): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(everyStack[stack]?.().variable ?? {}).map(([name, block]) => [name, block.default]),
  );

describe("the evaluation of these tests", () => {
  const treatments = ["missing", "ignore", "breaching", "notBreaching"];
  const points: Readonly<Record<string, readonly number[]>> = { X: [1], "0": [0], "-": [] };
  const retained = "the state before";
  const [ok, alarm, unknown] = ["OK", "ALARM", "INSUFFICIENT_DATA"] as const;
  type Result = AlarmState | typeof retained;

  // The tables of the documentation, and what its text says beside them: X is breaching, 0 is not, - is missing. The oldest is first.
  describe.each<[toAlarm: number, points: string, ...states: [Result, Result, Result, Result]]>([
    [3, "0 - X - X", ok, ok, ok, ok],
    [3, "0 - - - -", ok, ok, ok, ok],
    [3, "- - - - -", unknown, retained, alarm, ok],
    [3, "0 X X - X", alarm, alarm, alarm, alarm],
    [3, "- - X - -", alarm, retained, alarm, ok],
    [2, "0 - X - X", alarm, alarm, alarm, alarm],
    [2, "0 0 X 0 X", alarm, alarm, alarm, alarm],
    [2, "0 - X - -", ok, ok, alarm, ok],
    [2, "- - - - 0", ok, ok, alarm, ok],
    [2, "- - - X -", alarm, retained, alarm, ok],
    // "the alarm does not go immediately into ALARM state when the data is either"
    [3, "- - - - X", retained, retained, alarm, ok],
    [3, "- - - X -", retained, retained, alarm, ok],
    [3, "X X 0 0 0", ok, ok, ok, ok],
    [3, "0 0 X X X", alarm, alarm, alarm, alarm],
    [3, "X X - - X", alarm, alarm, alarm, alarm],
  ])("of %i of 3 datapoints in %s", (toAlarm, row, ...states) => {
    test.each([ok, alarm, unknown])("is that of CloudWatch, from %s", (before) => {
      const found = treatments.map((treat_missing_data) =>
        stateOf(
          {
            metric_name: "m",
            statistic: "Maximum",
            comparison_operator: "GreaterThanThreshold",
            threshold: 0,
            evaluation_periods: 3,
            // All of the periods, unless it is given.
            datapoints_to_alarm: toAlarm === 3 ? undefined : toAlarm,
            treat_missing_data,
          },
          { data: { m: row.split(" ").map((point) => points[point] ?? []) }, before },
        ),
      );
      expect(found).toEqual(states.map((state) => (state === retained ? before : state)));
    });
  });
});

interface Limit {
  readonly metric: string;
  /** In seconds. */
  readonly period: number;
  /** The value with which the alarm begins, and the next one with which it does not. */
  readonly bad: number;
  readonly good: number;
  /** What several values in a period count as. */
  readonly worst: "lowest" | "highest";
  /** Each value is a number of events. @default false */
  readonly adds?: true;
  /** What missing data does to an alarm that has begun. */
  readonly withoutData: "stays" | "ends";
  /** Periods in a row that it takes. @default 1 */
  readonly periods?: number;
}

/** What the backup check publishes every 15 minutes. */
const checked = (metric: string, bad: number, good: number): Limit => ({
  metric,
  period: 900,
  bad,
  good,
  worst: bad < good ? "lowest" : "highest",
  // Another alarm reports that the check has stopped; this one must not end with it.
  withoutData: "stays",
});
/** What ElastiCache publishes of each node. */
const ofNode = (metric: string, limit: number): Limit => ({
  metric,
  period: 300,
  bad: limit + 1,
  good: limit,
  worst: "highest",
  withoutData: "ends",
  periods: 3,
});
const daily = (metric: string, bad: number, good: number): Limit => ({ ...checked(metric, bad, good), period: 86_400 });

/** Alarms on one metric, with the defaults of the variables. */
const limits: Readonly<Record<string, Limit>> = {
  evictions: { ...ofNode("Evictions", 1000), adds: true },
  events_topic_inactive: checked("EventsTopicActive", 0, 1),
  findings: daily("ClustersWithFindings", 1, 0),
  key_unusable: checked("KeyUsable", 0, 1),
  manual_backup_deleted: checked("ManualBackupsMissing", 1, 0),
  manual_backup_failed: checked("ManualBackupSuccessful", 0, 1),
  manual_backup_missing: checked("ManualBackupAgeHours", 35 * 24 + 1, 35 * 24),
  memory_usage: ofNode("DatabaseMemoryUsagePercentage", 80),
  replication_lag: ofNode("ReplicationLag", 30),
  restore_test_data: checked("RestoreTestDataVerified", 0, 1),
  restore_test_failed: checked("RestoreTestSuccessful", 0, 1),
  restore_test_missing: checked("RestoreTestAgeHours", 35 * 24 + 1, 35 * 24),
  rpo_missed: checked("RestoredSnapshotAgeHours", 31, 30),
  rto_missed: checked("RestoreDurationSeconds", 3601, 3600),
  schedules_dead_letters: {
    ...checked("ApproximateNumberOfMessagesVisible", 1, 0),
    period: 300,
    // A queue without messages has no metrics after a while.
    withoutData: "ends",
  },
  snapshot_failed: checked("SnapshotsFailed", 1, 0),
  swap_usage: ofNode("SwapUsage", 50 * 1024 * 1024),
  trail_missing: daily("TrailsLogging", 0, 1),
  vault_copy_failed: checked("VaultCopySuccessful", 0, 1),
  vault_copy_missing: checked("VaultCopyRunAgeHours", 31, 30),
  vault_copy_too_old: checked("VaultCopyAgeHours", 55, 54),
};
/** Alarms on the failures of a state machine: the period, in seconds, and the failures that it takes. */
const failures: Readonly<Record<string, readonly [period: number, count: number]>> = {
  backup_check_execution_failed: [2700, 2],
  check_failed: [86_400, 1],
  snapshot_source_execution_failed: [10_800, 2],
};
/** Two of three periods. */
const ofThree = "events_topic_inactive";

/** The rows of a table for every stack that has the alarm. */
const inStacks = <T>(table: Readonly<Record<string, T>>): (readonly [stack: string, name: string, row: T])[] =>
  withAlarms.flatMap(([stack]) =>
    Object.entries(table).flatMap(([name, row]) => (name in alarmsOf(stack) ? [[stack, name, row] as const] : [])),
  );
const stacksWith = (name: string): readonly string[] => inStacks({ [name]: name }).map(([stack]) => stack);

const withLimits = inStacks(limits);
const withFailures = inStacks(failures);
/** Alarms that have tests of their own below, with the stacks that these run for. */
const others = {
  backup_failed: stacksWith("backup_failed"),
  backup_shrunk: stacksWith("backup_shrunk"),
  check_missing: stacksWith("check_missing"),
};

test("every alarm of every stack is in one of these tables", () => {
  const tested = [
    ...[...withLimits, ...withFailures].map(([stack, name]) => `${stack}: ${name}`),
    ...Object.entries(others).flatMap(([name, stacks]) => stacks.map((stack) => `${stack}: ${name}`)),
  ];
  const existing = withAlarms.flatMap(([stack]) => Object.keys(alarmsOf(stack)).map((name) => `${stack}: ${name}`));
  expect(tested.sort()).toEqual(existing.sort());
});

describe.each(withLimits)(
  "%s: %s",
  (stack, name, { metric, period, bad, good, worst, withoutData, periods = 1, adds = false }) => {
    const alarm = alarmOf(stack, name);
    const state = (values: readonly (readonly number[])[], before: AlarmState = "OK"): AlarmState =>
      stateOf(alarm, { data: { [metric]: values }, before, variables: variablesOf(stack) });
    const times = (count: number, values: readonly number[]) => Array.from({ length: count }, () => values);
    const needed = name === ofThree ? 2 : periods;

    test("has a value in each period", () => {
      expect(alarm.period).toBe(period);
    });

    test("begins with the first value beyond its limit, and not with the limit", () => {
      expect(state([...times(5, [good]), ...times(needed, [bad])])).toBe("ALARM");
      expect(state([...times(5, [good]), ...times(needed - 1, [bad])])).toBe("OK");
      expect(state(times(5, [good]))).toBe("OK");
    });

    test("ends when the values are good again", () => {
      expect(state([...times(5, [bad]), ...times(5, [good])], "ALARM")).toBe("OK");
    });

    test("ends with a good value, also when no data follows it", () => {
      const ended = state([...times(5, [bad]), [good], ...times(Number(alarm.evaluation_periods), [])], "ALARM");
      expect(ended).toBe("OK");
    });

    test(`counts the ${worst} value of a period`, () => {
      expect(state(times(5, [good, bad, good]))).toBe("ALARM");
    });

    test(`${adds ? "adds" : "does not add"} up the values of a period`, () => {
      expect(state(times(5, [good, good, good]))).toBe(adds ? "ALARM" : "OK");
    });

    test(`that has begun ${withoutData} without data`, () => {
      expect(state([...times(5, [bad]), ...times(8, [])], "ALARM")).toBe(withoutData === "stays" ? "ALARM" : "OK");
      expect(state([...times(5, [good]), ...times(8, [])], "OK")).toBe("OK");
    });
  },
);

test.each(stacksWith(ofThree))(
  "%s: one late event of a topic that is checked every 15 minutes is not enough, and two of three are",
  (stack) => {
    const state = (...values: readonly number[]): AlarmState =>
      stateOf(alarmOf(stack, ofThree), { data: { EventsTopicActive: values.map((value) => [value]) } });
    expect([state(1, 1, 1, 0), state(1, 0, 1, 0), state(0, 0, 1), state(0, 1, 1)]).toEqual([
      "OK",
      "ALARM",
      "ALARM",
      "OK",
    ]);
  },
);

describe.each(others.backup_failed)("%s: backup_failed", (stack) => {
  const state = (values: readonly (readonly number[])[], more: Omit<Evaluated, "data"> = {}): AlarmState =>
    stateOf(alarmOf(stack, "backup_failed"), { data: { SnapshotCreateSuccessful: values }, ...more });
  const of = (...values: readonly number[]) => values.map((value) => [value]);

  test("begins after three of four checks without a fresh backup, and ends when two of four find one", () => {
    expect(state(of(1, 1, 1, 0, 0))).toBe("OK");
    expect(state(of(1, 1, 0, 0, 0))).toBe("ALARM");
    expect(state(of(0, 0, 1, 0))).toBe("ALARM");
    expect(state(of(0, 0, 0, 1, 1), { before: "ALARM" })).toBe("OK");
  });

  test("does not end with one good value when the check stops after it", () => {
    expect(state([[0], [0], [0], [1], [], []], { before: "ALARM" })).toBe("ALARM");
  });

  test("counts the worst of several values, and a period that was filled in later", () => {
    expect(state([[1], [0, 1], [1, 0], [0]])).toBe("ALARM");
  });

  test("begins when the check has stopped, and one run that is missing does not", () => {
    expect(state([[1], [1], [], [], []])).toBe("ALARM");
    expect(state([[1], [1], [1], [], [1]])).toBe("OK");
  });

  test("does not begin in the first hour, in which there is no data yet", () => {
    expect(state([[], [], [], []], { countsFrom: 4 })).toBe("INSUFFICIENT_DATA");
    // Two periods without a run are too few.
    const unknown = { countsFrom: 4, before: "INSUFFICIENT_DATA" } as const;
    expect(state([[], [], [], [], [], []], unknown)).toBe("INSUFFICIENT_DATA");
    expect(state([[], [], [], [], [], [], []], unknown)).toBe("ALARM");
  });
});

describe.each(others.backup_shrunk)("%s: backup_shrunk", (stack) => {
  const state = (values: readonly (readonly number[])[]): AlarmState =>
    stateOf(alarmOf(stack, "backup_shrunk"), {
      data: { SnapshotShrinkPercent: values },
      variables: variablesOf(stack),
    });

  test("begins above the limit, also where one of two periods has no data", () => {
    expect(state([[0], [0], [51]])).toBe("ALARM");
    expect(state([[0], [51], []])).toBe("ALARM");
    expect(state([[0], [50], [50]])).toBe("OK");
  });

  test("ends when the size is usual, or can no longer be compared", () => {
    expect(state([[51], [51], [0], [0]])).toBe("OK");
    expect(state([[51], [51], [0], [], [], []])).toBe("OK");
    expect(state([[51], [51], [], [], [], []])).toBe("OK");
  });
});

describe.each(withFailures)("%s: %s", (stack, name, [period, count]) => {
  const alarm = alarmOf(stack, name);
  const state = (data: Evaluated["data"]): AlarmState => stateOf(alarm, { data });

  test.each(["ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted"])("counts %s", (metric) => {
    expect(state({ [metric]: [[], Array.from({ length: count }, () => 1)] })).toBe("ALARM");
    expect(state({ [metric]: [[], Array.from({ length: count - 1 }, () => 1)] })).toBe("OK");
  });

  test("adds failures of different kinds, and ends when there are none", () => {
    expect(state({ ExecutionsFailed: [[1]], ExecutionsTimedOut: [[1]] })).toBe("ALARM");
    expect(state({ ExecutionsFailed: [[1, 1], []] })).toBe("OK");
  });

  test("ends when the sum has no value any more, as that of a machine that has never run", () => {
    const ofSum = { ...alarm, metric_query: undefined, metric_name: "sum", statistic: "Sum" };
    const values = [[count], ...Array.from({ length: 8 }, () => [])];
    expect(stateOf(ofSum, { data: { sum: values }, before: "ALARM" })).toBe("OK");
    expect(stateOf(ofSum, { data: { sum: values.slice(1) }, before: "INSUFFICIENT_DATA" })).toBe("OK");
  });

  test("says how many failures it takes", () => {
    const [happened = ""] = String(alarm.alarm_description).split("\n");
    expect(/\bmore than once in (\d+) minutes\b/.exec(happened)?.[1]).toBe(
      count === 1 ? undefined : (period / 60).toString(),
    );
  });

  test("looks at one period of its own state machine", () => {
    const queries = alarm.metric_query as readonly {
      readonly metric?: { readonly namespace: string; readonly period: number; readonly dimensions: object };
    }[];
    const ofMachine = queries.flatMap(({ metric }) => (metric?.namespace === "AWS/States" ? [metric] : []));
    const machine = name.replace(/(_execution)?_failed$/, "");
    expect(ofMachine).toHaveLength(3);
    for (const { period: own, dimensions } of ofMachine) {
      expect(own).toBe(period);
      expect(JSON.stringify(dimensions)).toMatch(
        new RegExp(
          `aws_sfn_state_machine\\.${machine}(\\[0\\])?\\.arn|stateMachine:\\$\\{local\\.name\\}-${machine.replaceAll("_", "-")}"`,
        ),
      );
    }
  });
});

test("check_failed begins with an execution that could not be started", () => {
  const alarm = alarmOf("redis-backup-policy", "check_failed");
  expect(stateOf(alarm, { data: { ApproximateNumberOfMessagesVisible: [[0], [1]] } })).toBe("ALARM");
  expect(stateOf(alarm, { data: { ApproximateNumberOfMessagesVisible: [[1], [0]] } })).toBe("OK");
  // Somebody may have looked into the queue before the day was over.
  expect(stateOf(alarm, { data: { ApproximateNumberOfMessagesVisible: [[0], [0, 1, 0]] } })).toBe("ALARM");
});

test.each(others.check_missing)(
  "%s: check_missing begins after two days without a check, and ends with the next one",
  (stack) => {
    const state = (...days: readonly (readonly number[])[]): AlarmState =>
      stateOf(alarmOf(stack, "check_missing"), { data: { ClustersWithFindings: days } });
    // It counts checks, whatever they found.
    expect([state([0], [3], []), state([0], [], []), state([], [], [0])]).toEqual(["OK", "ALARM", "OK"]);
  },
);

/** The metrics of AWS's services. All others are published by the state machines. */
const ofServices: Readonly<Record<string, string>> = {
  ApproximateNumberOfMessagesVisible: "AWS/SQS",
  DatabaseMemoryUsagePercentage: "AWS/ElastiCache",
  Evictions: "AWS/ElastiCache",
  ExecutionsAborted: "AWS/States",
  ExecutionsFailed: "AWS/States",
  ExecutionsTimedOut: "AWS/States",
  ReplicationLag: "AWS/ElastiCache",
  SwapUsage: "AWS/ElastiCache",
};

describe.each(withAlarms)("alarms of %s", (stack, synthesize) => {
  const alarms = Object.entries(alarmsOf(stack));
  const perNode = ["evictions", "memory_usage", "replication_lag", "swap_usage"];
  const topic = stack === "redis-backup-policy" ? "aws_sns_topic.notifications" : "aws_sns_topic.redis_notifications";

  test("notify people and the pager when they begin and when they end", () => {
    for (const [name, { alarm_actions, ok_actions, actions_enabled = true }] of alarms) {
      if (perNode.includes(name)) continue;
      // People get the findings themselves, from the check.
      const people = name === "findings" ? "" : `[${topic}.arn]`;
      const targets = people === "" ? "sort(var.alarm_action_arns)" : `concat(${people}, sort(var.alarm_action_arns))`;
      expect({ name, alarm_actions, ok_actions, actions_enabled }).toEqual({
        name,
        alarm_actions: `\${${targets}}`,
        ok_actions: `\${${targets}}`,
        actions_enabled: true,
      });
    }
  });

  test("notify of data that stops where they expect data, and nowhere else", () => {
    const notifying = alarms.filter(([, alarm]) => alarm.insufficient_data_actions !== undefined).map(([name]) => name);
    expect(notifying).toEqual([stack === "redis-backup-policy" ? "check_missing" : "backup_failed"]);
  });

  const metricsOf = (alarm: Block): readonly Block[] => {
    const queries = (alarm.metric_query ?? []) as readonly { readonly metric?: Block }[];
    return [alarm, ...queries.flatMap(({ metric }) => (metric ? [metric] : []))].filter(
      (one) => one.metric_name !== undefined,
    );
  };

  test("look at metrics in the namespaces that they are published in: an alarm on another one never begins", () => {
    for (const [name, alarm] of alarms)
      for (const { metric_name, namespace } of metricsOf(alarm))
        expect([name, metric_name, namespace]).toEqual([
          name,
          metric_name,
          ofServices[String(metric_name)] ?? "ElastiCacheBackups",
        ]);
  });

  test("look at the queue of what could not be started", () => {
    const ofQueues = alarms.flatMap(([, alarm]) => metricsOf(alarm).filter(({ namespace }) => namespace === "AWS/SQS"));
    expect(ofQueues.map(({ dimensions }) => dimensions)).toEqual([
      { QueueName: "${aws_sqs_queue.schedules_dead_letters.name}" },
    ]);
  });

  test("compare metrics of one length of time: CloudWatch takes no alarm on an expression of several", () => {
    for (const [name, alarm] of alarms)
      expect([name, new Set(metricsOf(alarm).map(({ period }) => period)).size]).toEqual([name, 1]);
  });

  test("look at metrics under all dimensions that the state machines publish them with, and no others", () => {
    const definitions = Object.values(synthesize().resource.aws_sfn_state_machine ?? {})
      .map(({ definition }) => String(definition).replaceAll("'", '"').replaceAll(/\s+/g, ""))
      .join("\n");
    for (const [name, alarm] of alarms) {
      for (const metric of metricsOf(alarm)) {
        if (!String(metric.namespace).includes("Backup")) continue;
        const dimensions = Object.entries(metric.dimensions as Readonly<Record<string, string>>)
          .map(([key, value]) => `{"Name":"${key}","Value":"${value}"}`)
          .join(",");
        const published = `"MetricName":"${String(metric.metric_name)}","Dimensions":[${dimensions}]`;
        expect([name, definitions.includes(published) ? published : `not published: ${published}`]).toEqual([
          name,
          published,
        ]);
      }
    }
  });

  test("have thresholds with values", () => {
    for (const [, { threshold }] of alarms) expect(numberOf(threshold, variablesOf(stack))).toBeGreaterThanOrEqual(0);
  });
});
