import { most } from "../../stacks/policy/evaluation";
import { ExecutionError } from "../support/machine";
import { checked, hour, now, type Account, type Report } from "../support/policy-check";

type Checked = Awaited<ReturnType<typeof checked>>;

/** The paragraphs of the one message that people get. */
const paragraphs = ({ messages }: Checked): readonly string[] => {
  expect(messages).toHaveLength(1);
  const [subject = "", ...lines] = (messages[0] ?? "").split("\n");
  const [first, ...others] = lines.join("\n").split("\n\n");
  expect(first).toBe(`${subject}.`);
  return [subject, ...others];
};
const lastWith = (...list: readonly string[]) => ({ lastNotification: { at: now, list, count: list.length } });

const short = "automatic backups are retained for 3 days; the minimum is 7 days";
const shorten = `What to do:
  retention: aws elasticache modify-replication-group --region text --replication-group-id <id> --snapshot-retention-limit <days> --apply-immediately`;
const exempting =
  'To exempt a cluster, tag it with the reason: aws elasticache add-tags-to-resource --region text --resource-name <arn> --tags "Key=BackupPolicyExemption,Value=<reason>"';
const runbook = "Runbook: text#findings";

test.each<[string, Account, readonly string[]]>([
  [
    "of the first check: what is wrong, and what to do",
    { groups: { good: 7, off: 0, short: 3 } },
    [
      "Redis backup policy: findings on 2 of 3 clusters (text, text)",
      `  off: automatic backups are off; the minimum is 7 days\n  short: ${short}`,
      shorten,
      exempting,
      runbook,
    ],
  ],
  [
    "of a later check: what is new, what is gone, and what could not be evaluated as well",
    {
      groups: { added: 3, busy: 7, spared: 3, known: 3 },
      exempt: { spared: "only sessions" },
      busy: { busy: 1000 },
      last: lastWith("gone retention", "known retention"),
    },
    [
      "Redis backup policy: findings on 2 of 4 clusters (text, text)",
      `  added: ${short}\n  known: ${short}`,
      "New or changed since the last message: added.",
      "No longer listed: gone.",
      "Not evaluated, because they were being changed or backed up for more than an hour: busy.",
      `Exempt by their tag BackupPolicyExemption:\n  spared: only sessions (${short})`,
      shorten,
      exempting,
      runbook,
    ],
  ],
  [
    "after nothing is left of the last findings but one more",
    { groups: { added: 3 }, last: lastWith("gone retention") },
    [
      "Redis backup policy: findings on 1 of 1 clusters (text, text)",
      `  added: ${short}`,
      "New or changed since the last message: added.",
      "No longer listed: gone.",
      shorten,
      exempting,
      runbook,
    ],
  ],
  [
    "when a cluster is gone that sorts after all others",
    { groups: { known: 3 }, last: lastWith("known retention", "later retention") },
    [
      "Redis backup policy: findings on 1 of 1 clusters (text, text)",
      `  known: ${short}`,
      "No longer listed: later.",
      shorten,
      exempting,
      runbook,
    ],
  ],
  [
    "when a cluster is new that sorts after all others",
    { groups: { known: 3, later: 3 }, last: lastWith("known retention") },
    [
      "Redis backup policy: findings on 2 of 2 clusters (text, text)",
      `  known: ${short}\n  later: ${short}`,
      "New or changed since the last message: later.",
      shorten,
      exempting,
      runbook,
    ],
  ],
  [
    "when the findings of a cluster are others",
    { groups: { known: 3, same: 3 }, last: lastWith("known retention", "same failover") },
    [
      "Redis backup policy: findings on 2 of 2 clusters (text, text)",
      `  known: ${short}\n  same: ${short}`,
      "New or changed since the last message: same.",
      shorten,
      exempting,
      runbook,
    ],
  ],
  [
    "when nothing is wrong any more: nothing to do either",
    { groups: { good: 7 }, last: lastWith("good retention") },
    ["Redis backup policy: no findings any more (text, text)", "No longer listed: good.", runbook],
  ],
])("a message %s", async (_when, account, expected) => {
  expect(paragraphs(await checked(account))).toEqual(expected);
});

test("names every finding of a cluster, and what to do about each", async () => {
  const members = [
    { CacheClusterId: "bad-001", CurrentRole: "primary" },
    { CacheClusterId: "bad-002", CurrentRole: "replica" },
  ];
  const bad = {
    ...{ ReplicationGroupCreateTime: new Date(now - 1000 * hour).toISOString(), AutomaticFailover: "disabled" },
    ...{ SnapshottingClusterId: "bad-001", NodeGroups: [{ NodeGroupMembers: members }] },
  };
  const alone = { ...{ CacheClusterId: "alone", Arn: "alone", Engine: "redis", SnapshotRetentionLimit: 7 } };
  const given = { groups: { bad: 1, odd: 7 }, answers: { bad, odd: null }, nodes: [alone] };
  const [, listed = "", todo = ""] = paragraphs(await checked(given));
  expect(listed.split("\n")).toEqual([
    expect.stringMatching(/^ {2}alone: no snapshot .*; it has no failover, as a node without a replication group$/),
    "  bad: automatic backups are retained for 1 day; the minimum is 7 days; no snapshot is younger than 29 hours; there is none; backups are taken from the primary, although it has replicas; automatic failover is off",
    expect.stringMatching(
      /^ {2}odd: its backups cannot be evaluated, since an answer of ElastiCache has an unexpected/,
    ),
  ]);
  expect(todo.split("\n").map((line) => /^(What to do:| {2}\w+:)( \S|$)/.exec(line)?.[1])).toEqual([
    "What to do:",
    ...["retention", "snapshot", "source", "failover", "unreadable"].map((code) => `  ${code}:`),
  ]);
});

const many = (count: number, begin = "x") =>
  Array.from({ length: count }, (_one, i) => `${begin}${String(i).padStart(3, "0")}`);
const all = <Value>(ids: readonly string[], value: Value) => Object.fromEntries(ids.map((id) => [id, value]));

describe("a message with many clusters", () => {
  test.each([
    [50, undefined],
    [51, "1 more; the output of the execution lists all of them."],
    [200, "150 more; the output of the execution lists all of them."],
    [201, "151 more; the output of the execution lists the first 200."],
  ])("lists 50 of %d, and says where the others are", async (count, rest) => {
    const ids = many(count);
    const report = await checked({ groups: all(ids, 3) });
    const [subject, listed = ""] = paragraphs(report);
    expect(subject).toContain(`findings on ${count} of ${count} clusters`);
    expect(listed.split("\n")).toEqual([
      ...ids.slice(0, 50).map((id) => `  ${id}: ${short}`),
      ...(rest === undefined ? [] : [`  … and ${rest}`]),
    ]);
    expect(report.violations.map(({ id }) => id)).toEqual(ids.slice(0, most.violations));
    expect(report.counts).toMatchObject({ ClustersWithFindings: count, RetentionBelowFloor: count, ClustersExempt: 0 });
  });

  test("lists 50 of those that are exempt", async () => {
    const ids = many(51);
    const report = await checked({
      groups: { ...all(ids, 3), short: 3 },
      exempt: all(ids, "why"),
    });
    const [, , listed = ""] = paragraphs(report);
    expect(listed.split("\n")).toEqual([
      "Exempt by their tag BackupPolicyExemption:",
      ...ids.slice(0, 50).map((id) => `  ${id}: why (${short})`),
      "  … and 1 more; the output of the execution lists the first 50.",
    ]);
    expect(report.counts).toMatchObject({ ClustersExempt: 51, ClustersWithFindings: 1, RetentionBelowFloor: 1 });
  });
});

test("given many clusters that are new, gone or not evaluated, then the message names 50 of each, and the output has 200 of the last", async () => {
  const [added, gone, busy] = [many(51, "n"), many(51, "g"), many(201, "b")];
  const report = await checked({
    groups: { ...all(added, 3), ...all(busy, 7) },
    busy: all(busy, 1000),
    last: lastWith(...gone.map((id) => `${id} retention`)),
  });
  const named = paragraphs(report).flatMap((text) => /: ([\w, ]+)\.$/.exec(text)?.[1]?.split(", ") ?? []);
  expect(named).toEqual([added, gone, busy].flatMap((ids) => ids.slice(0, 50)));
  expect(report.notEvaluated).toEqual(busy.slice(0, 200));
});

test("an error of AWS is cut after 300 characters: 200 of them in full would exceed the limit of variables", async () => {
  const ids = many(200);
  const report = await checked({ groups: all(ids, 7) }, {}, (action) => {
    if (action === "describeReplicationGroups")
      throw new ExecutionError("States.QueryEvaluationError", `begin${"x".repeat(32_000)}`);
  });
  expect(report.violations.map(({ problem = "" }) => [problem.slice(0, 6), problem.length])).toEqual(
    ids.map(() => ["beginx", 300]),
  );
});

test("ages are in tenths of an hour", async () => {
  const old = { ReplicationGroupCreateTime: new Date(now - 1000 * hour).toISOString(), SnapshotWindow: "03:00-04:40" };
  const taken = new Date(now - 29.26 * hour).toISOString();
  const [, listed] = paragraphs(
    await checked({
      ...{ groups: { one: 7 }, answers: { one: old } },
      snapshots: [
        {
          ...{ SnapshotStatus: "available", NodeSnapshots: [{ SnapshotCreateTime: taken }] },
          SnapshotName: "automatic.one",
          CacheClusterId: "one-001",
        },
      ],
    }),
  );
  expect(listed).toBe("  one: no snapshot is younger than 28.7 hours; the newest is 29.3 hours old");
});

test("of a full list the clusters are kept that sort first, in whatever order they are evaluated", async () => {
  // The first execution evaluates as many as the list holds, and the one that sorts first comes last.
  const ids = [...many(most.exempt - 1, "z"), "a", ...many(most.exempt, "m")];
  const { exempt } = (await checked({ groups: all(ids, 3), exempt: all(ids, "why") })) as Checked & {
    readonly exempt: Report["violations"];
  };
  expect(exempt.map(({ id }) => id)).toEqual(["a", ...many(most.exempt - 1, "m")]);
});

describe("in Slack", () => {
  /** A message of that many characters, by the reason for an exemption. */
  async function withLength(length: number) {
    const given = (rest: number) => {
      const ids = many(23);
      const exempt = { ...all(ids, "y".repeat(240)), last: "y".repeat(rest) };
      return checked({ groups: { ...all(ids, 3), last: 3, short: 3 }, exempt });
    };
    const text = (report: Checked) => (report.messages[0] ?? "").replace(/^.*\n/, "");
    const report = await given(1 + length - text(await given(1)).length);
    expect(text(report)).toHaveLength(length);
    const [chat] = report.argumentsOf("publish").filter(({ TopicArn }) => TopicArn === "chat");
    const { content } = JSON.parse(String(chat?.Message)) as { content: { title: string; description: string } };
    return { content, text: text(report) };
  }

  test("a message is whole as long as it fits, under its subject", async () => {
    const { content, text } = await withLength(7900);
    expect(content).toEqual({
      textType: "client-markdown",
      title: "Redis backup policy: findings on 1 of 25 clusters (text, text)",
      description: text,
    });
  });

  test("a longer one ends with where the rest is", async () => {
    const { content, text } = await withLength(7901);
    expect(content.description).toBe(`${text.slice(0, 7900)} … (truncated; the email has all of it)`);
    expect(content.description.length).toBeLessThan(8000);
  });
});
