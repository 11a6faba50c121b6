import { readFileSync } from "node:fs";
import { join } from "node:path";
import { equivalent } from "../../scripts/maintain/mutate/equivalent";
import { allSabotages, applied, sabotagesOf, sample, type Sabotage } from "../../scripts/maintain/mutate/generate";
import { groups } from "../../scripts/maintain/mutate/judge";
import { report, type Result } from "../../scripts/maintain/mutate/report";
import { categories, syntaxErrors, type Category } from "../../scripts/maintain/mutate/syntax";
import { inOrder, isGolden, parseReport } from "../../scripts/maintain/mutate/tests";
import { root } from "../../scripts/shared/synthesize";

// Text of a file, not a template: `${…}` is what the sources have.
const fixture = String.raw`
const statement = {
  sid: "Publish",
  actions: ["sns:Publish", "sns:GetTopicAttributes"],
  resources: [topic.arn],
  principals: [{ type: "Service", identifiers: ["events.amazonaws.com"] }],
  condition: [{ test: "StringEquals", variable: "aws:SourceAccount", values: ["1"] }],
};
const machine = {
  Read: {
    ...call({ service: "sfn", action: "listExecutions", arguments: { StatusFilter: "RUNNING" }, resources: [arn] }),
    Assign: { ...firstPage, old: jsonata("$states.result.Snapshots[$contains(SnapshotName, /^a-[0-9]+$/)]") },
    Catch: [{ ErrorEquals: ["ElastiCache.SnapshotNotFoundException"], Next: "End" }],
    Next: "IsOld",
  },
  IsOld: { Type: "Choice", Choices: [{ Condition: jsonata("$age >= 7 and $own"), Next: "Delete" }], Default: "End" },
};
const rule = { condition: "var.days >= 7", errorMessage: "Use 7 days or more and no = sign." };
alarm(this, "failed", { topic, period: 300, threshold: 1, comparisonOperator: "GreaterThanThreshold" });
const made = new Machine(this, "m", { encrypted: true, dependsOn: [policy] });
new Bucket(this, "aws_s3_bucket.b", { bucket, tags: {}, rule: [{ byDefault: { algorithm: "AES256" }, keyed: false }] });
const pattern = { source: ["aws.s3"], detail: { eventName: ["DeleteObject", "PutObject"] } };
if (names.filter((name) => name === own).length > 1) throw new InputError("Two and two.");
const waiting = {
  Delete: { ...deleteVersions({ Bucket: own, Delete: { Quiet: true } }, objects), Retry: [], Next: "Wait" },
  Wait: { Type: "Wait", Seconds: 2 * 60, Next: "Read" },
  Merge: { Type: "Pass", Output: { all: jsonata("$merge([$old, {'Key': $key, 'Status': 'ready'}, $count($old) * 60])") } },
};
if (!found) names.push(own);
const first = names.sort()[0] ?? "none";
const statuses = [creating, deleting].includes(status) ? "passing" : "a name";
`;
const file = "stacks/tampering/fixture.ts";
const everything = allSabotages();
const all = sabotagesOf(file, fixture);
const of = (category: Category): readonly string[] =>
  all.filter((one) => one.category === category).map((one) => applied(fixture, one));

test.each<[Category, readonly string[]]>([
  [
    "iam-condition",
    ["condition: []", '"StringNotEquals"', '{ test: "StringLike", variable: "aws:SourceAccount", values: ["*"] }'],
  ],
  ["iam-statement", ['resources: ["*"]', 'actions: ["sns:Publish"]', '"sns:*"']],
  ["iam-principal", ['principals: [{ type: "*", identifiers: ["*"] }]', '"ec2.amazonaws.com"']],
  [
    "choice",
    [
      'Condition: "{% false %}"',
      'Condition: "{% true %}"',
      '"$not(" + ("$age >= 7 and $own") + ")"',
      'Next: "End" }], Default',
    ],
  ],
  ["comparison", ["$age > 7", "7 or $own", 'condition: "var.days > 7"', "name !== own", "length >= 1"]],
  ["catch", ["Catch: []", 'ErrorEquals: ["Another.Error"]', 'ErrorEquals: ["States.ALL"]']],
  [
    "call",
    ["arguments: { }", "Assign: { ...firstPage }", "Versions({ Delete:", 'Bucket: "another"', "Delete: { } }, objects"],
  ],
  ["name-match", ["/a-[0-9]+$/", "/^a-[0-9]+/", "String(name).startsWith(String(own))"]],
  ["paging", ["Assign: { old:"]],
  ["argument", ["{ tags: {}, rule:", "{ bucket, tags: {} }", "rule: [{ keyed: false }]", "byDefault: { }"]],
  ["validation", ['condition: "true"', '"!(" + ("var.days >= 7") + ")"']],
  ["refusal", ["length > 1) {}", "if (!(names"]],
  ["alarm", ['"failed", { period', "(300) * 10", "1 - 1", '"LessThanThreshold"', '"GreaterThanOrEqualToThreshold"']],
  ["event-pattern", ['eventName: ["PutObject"]', "pattern = { detail"]],
  ["dependency", ["dependsOn: []", "(policy as typeof made).node.addDependency(made)"]],
  ["flag", ["encrypted: false"]],
  ["filter", ["filter((name) => true)"]],
  ["branch", ["if (false) names", "if (true) names", '= "none";', '? "a name" : "passing"']],
  ["step", ["if (!found) ;"]],
  ["chain", ["first = names[0]", "sort().reverse()[0]"]],
  ["list", ["[deleting].includes", "[creating].includes"]],
  ["constant", ["(2 * 60 / 10)", "* 600]", "'Status': 'another'", '? "another" : "a name"', "length > (1 + 1)"]],
  ["member", ["{'Status': 'ready'}", "{'Key': $key}"]],
  ["state", ["objects), Next:", 'Retry: [], Next: "Read"', 'Type: "Pass" }', "Output: { }"]],
])("%s", (category, expected) => {
  const squeezed = of(category).map((text) => text.replaceAll(/\{\s+\}/g, "{ }"));
  for (const text of expected) expect(squeezed.some((one) => one.includes(text)) ? text : squeezed).toBe(text);
});

test("every category is in the fixture", () => {
  expect(new Set(all.map(({ category }) => category))).toEqual(new Set(categories));
});

test("every sabotage changes the file and can be parsed, and no two are the same", () => {
  const texts = all.map((one) => applied(fixture, one));
  expect(texts.filter((text) => text === fixture)).toEqual([]);
  expect(new Set(texts).size).toBe(texts.length);
  expect(texts.flatMap((text) => syntaxErrors(file, text))).toEqual([]);
});

test("each that is taken for equivalent is there, and no reason is for one that has gone", () => {
  const ids = new Set(everything.map(({ id }) => id));
  expect(Object.keys(equivalent).filter((id) => !ids.has(id))).toEqual([]);
});

test("each file of the commands, of the HCL writer and of the app has sabotages, the index files too", () => {
  const files = new Set(everything.map((one) => one.file));
  expect([...files]).toEqual(
    expect.arrayContaining(["app.ts", "main.ts", "scripts/commands/index.ts", "scripts/hcl-writer/value.ts"]),
  );
  expect([...files].filter((name) => name.endsWith(".test.ts"))).toEqual([]);
});

test.each([
  [
    "jsonata(\"$x[a = 1 and $f(b, ' and ') or c]\")",
    [
      "jsonata(\"$x[$f(b, ' and ') or c]\")",
      'jsonata("$x[a = 1 or c]")',
      "jsonata(\"$x[a = 1 and $f(b, ' and ')]\")",
      'jsonata("$x[c]")',
    ],
  ],
  [
    // What TypeScript inserts belongs to the operand that it stands in.
    'jsonata(`$n := a and $not(b) and ${is("(, ")} ? c : d`)',
    [
      'jsonata(`$n := $not(b) and ${is("(, ")} ? c : d`)',
      'jsonata(`$n := a and ${is("(, ")} ? c : d`)',
      "jsonata(`$n := a and $not(b) ? c : d`)",
    ],
  ],
  ["jsonata('$contains(Key, /[(] or /) and a')", ["jsonata('$contains(Key, /[(] or /)')", "jsonata('a')"]],
  [
    'expression("var.a == \\"x && y\\" && !(var.b || var.c)")',
    [
      'expression("var.a == \\"x && y\\"")',
      'expression("!(var.b || var.c)")',
      'expression("var.a == \\"x && y\\" && !(var.b)")',
      'expression("var.a == \\"x && y\\" && !(var.c)")',
    ],
  ],
  ["if (a && (b || c)) go();", ["if (a) go();", "if ((b || c)) go();", "if (a && (b)) go();", "if (a && (c)) go();"]],
  ["go({ ...(a && { b }) });", ["go({ ...({ b }) });"]],
])("of the conditions that %s joins, each is missing once", (source, expected) => {
  const found = sabotagesOf("stacks/a.ts", source).filter(({ change }) => change.includes("operand alone"));
  expect(found.map((one) => applied(source, one)).sort()).toEqual([...expected].sort());
  expect(found.map(({ category }) => category)).toEqual(expected.map(() => "comparison"));
});

test("rules that are added later leave the ids of the earlier ones as they were", () => {
  // Both rules would take the argument away.
  const text = "const a = call({ arguments: { Name: name } });";
  expect(sabotagesOf(file, text).map(({ id, change }) => [id, change])).toContainEqual([
    "cd0a6a881c",
    "argument is gone: Name: name",
  ]);
});

test("messages for people are left alone", () => {
  expect(all.filter(({ change }) => /no = sign|Two and two/.test(change) && !change.includes("refuse"))).toEqual([]);
});

test("what remains after an element is removed has no hole", () => {
  const source = "const a = { dependsOn: [\n  policy,\n] };\nconst b = { dependsOn: [one, two] };";
  expect(
    sabotagesOf("stacks/a.ts", source)
      .filter(({ change }) => change.startsWith("not dependsOn"))
      .map((one) => applied(source, one).replaceAll(/\s+/g, " ")),
  ).toEqual([
    "const a = { dependsOn: [ ] }; const b = { dependsOn: [one, two] };",
    "const a = { dependsOn: [ policy, ] }; const b = { dependsOn: [two] };",
    "const a = { dependsOn: [ policy, ] }; const b = { dependsOn: [one] };",
  ]);
});

test("an id stays while other lines of the file change", () => {
  const ids = new Set(sabotagesOf(file, `// A comment.\n${fixture}`).map(({ id }) => id));
  expect(all.filter(({ id }) => !ids.has(id))).toEqual([]);
});

test("the sources of a state machine have sabotages of each kind of their own", () => {
  const name = "stacks/backups/manual/definition.ts";
  const found = new Set(sabotagesOf(name, readFileSync(join(root, name), "utf8")).map(({ category }) => category));
  expect([...found].sort()).toEqual(expect.arrayContaining(["call", "catch", "choice", "comparison", "name-match"]));
});

describe("a sample", () => {
  test("is the same for the same seed, and another one for another", () => {
    expect(sample(all, 20, 1)).toEqual(sample(all, 20, 1));
    expect(sample(all, 20, 1)).not.toEqual(sample(all, 20, 2));
  });

  test("has each category before any for the second time, and continues a smaller one", () => {
    expect(new Set(sample(all, categories.length, 1).map(({ category }) => category)).size).toBe(categories.length);
    expect(sample(all, 30, 1).slice(0, 20)).toEqual(sample(all, 20, 1));
  });
});

test("failures are read with their file, and a file that cannot be run is one", () => {
  const name = (path: string) => ({
    name: `/copy/${path}`,
    message: "Cannot find module",
    startTime: 0,
    endTime: 2000,
  });
  expect(
    parseReport("/copy", {
      testResults: [
        {
          ...name("a.test.ts"),
          status: "failed",
          assertionResults: [
            { status: "failed", fullName: "is kept", failureMessages: ["no"] },
            { status: "passed", fullName: "b", failureMessages: [] },
          ],
        },
        { ...name("b.test.ts"), status: "failed", assertionResults: [] },
        { ...name("c.test.ts"), status: "passed", assertionResults: [] },
      ],
    }),
  ).toEqual({
    failures: [
      { file: "a.test.ts", title: "is kept", message: "no" },
      { file: "b.test.ts", title: "", message: "Cannot find module" },
    ],
    seconds: { "a.test.ts": 2, "b.test.ts": 2, "c.test.ts": 2 },
  });
});

test.each([
  [true, { file: "__tests__/x.test.ts", title: "x", message: "expect(received).toMatchSnapshot()" }],
  [true, { file: "__tests__/x.test.ts", title: "is generated (npm run docs writes it)", message: "" }],
  [true, { file: "__tests__/maintain/readme.test.ts", title: "x", message: "" }],
  [false, { file: "__tests__/x.test.ts", title: "x", message: "expect(received).toEqual(expected)" }],
])("golden is %s for %j", (expected, failure) => {
  expect(isGolden(failure)).toBe(expected);
});

test("tests that caught something in the same file come first, then of the same category, then those of its folder, then quick ones", () => {
  const tests = [
    "__tests__/slow.test.ts",
    "__tests__/quick.test.ts",
    "__tests__/cache/auth.test.ts",
    "__tests__/alike.test.ts",
    "__tests__/caught.test.ts",
  ];
  const by = (file: string) => [{ file: `__tests__/${file}.test.ts` }];
  const caught = [
    ...[1, 2, 3, 4].map(() => ({ file: "stacks/cache/auth.ts", category: "alarm", by: by("caught") })),
    ...Array.from({ length: 15 }, () => ({ file: "stacks/vault/bucket.ts", category: "flag", by: by("alike") })),
  ];
  const seconds = { "__tests__/slow.test.ts": 30, "__tests__/quick.test.ts": 0.5 };
  expect(inOrder(tests, { file: "stacks/cache/auth.ts", category: "flag" }, caught, seconds)).toEqual([
    "__tests__/caught.test.ts",
    "__tests__/alike.test.ts",
    "__tests__/cache/auth.test.ts",
    "__tests__/quick.test.ts",
    "__tests__/slow.test.ts",
  ]);
});

test("the report counts what noticed each category, and lists what no test of behaviour did", () => {
  const [one] = all as readonly [Sabotage, ...Sabotage[]];
  const result = (id: string, verdict: Result["verdict"]): Result => ({
    ...one,
    id,
    category: "alarm",
    line: 7,
    change: "a | b",
    verdict,
    by: [],
    seconds: 1,
  });
  const text = report([
    result("a", "behaviour"),
    result("b", "golden"),
    result("c", "types"),
    result("d", "synthesis"),
    result("e", "nothing"),
    result("f", "equivalent"),
  ]);
  expect(text).toContain("| alarm | 6 | 1 | 1 | 1 | 1 | 1 | 1 | 50 % |");
  expect(text).toContain(String.raw`- ${file}:7 ${"`b`"} alarm, golden files only: a \| b`);
  expect(text).toContain("`e` alarm, nothing");
  expect(text).not.toMatch(/`[acdf]`/);
});

test("a member that is only named keeps its name", () => {
  const text = 'const statement = { sid: "Read", actions: ["s3:GetObject"], resources };';
  expect(sabotagesOf(file, text).map((one) => applied(text, one))).toContain(
    'const statement = { sid: "Read", actions: ["s3:GetObject"], resources: ["*"] };',
  );
});

test("what is tried together is of different files, and few enough", () => {
  const sabotages = ["a", "a", "b", "c", "d", "e", "f", "g", "a"].flatMap((name) =>
    sabotagesOf(name, fixture).slice(0, 1),
  );
  const names = groups(sabotages).map((group) => group.map((one) => one.file).join(""));
  expect(names).toEqual(["abcdef", "ag", "a"]);
});
