import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { replicas } from "../../stacks/cache/topology";
import { restoreTest } from "../../stacks/backups/restore-test/definition";

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Condition: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const docs = readFileSync(resolve(__dirname, "../../docs/policy.md"), "utf8");
const [, document = ""] = /```json\n([\s\S]*?)```/.exec(docs) ?? [];
const { Statement } = JSON.parse(document) as { Statement: readonly Statement[] };

/** The two operators that the policy has. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
const operators: Readonly<Record<string, (actual: string | undefined, wanted: string) => boolean>> = {
  NumericLessThan: (actual, wanted) => actual !== undefined && Number(actual) < Number(wanted),
  Null: (actual, wanted) => (actual === undefined) === (wanted === "true"),
};

const unknown = (): never => {
  throw new Error("Teach this test the operator.");
};

/** Whether a call is denied; `context` has the condition keys that it carries. */
const denied = (action: string, context: Readonly<Record<string, string>>): boolean =>
  Statement.some(
    ({ Effect, Action, Condition }) =>
      Effect === "Deny" &&
      [Action].flat().includes(`elasticache:${action}`) &&
      Object.entries(Condition).every(([operator, keys]) =>
        Object.entries(keys).every(([key, wanted]) => (operators[operator] ?? unknown)(context[key], wanted)),
      ),
  );

const retention = (days: number) => ({ "elasticache:SnapshotRetentionLimit": days.toString() });

test.each<[string, string, Readonly<Record<string, string>>, boolean]>([
  ["a creation with backups kept long enough", "CreateReplicationGroup", retention(7), false],
  ["a creation with backups kept too short", "CreateReplicationGroup", retention(6), true],
  ["a creation that does not say", "CreateReplicationGroup", {}, true],
  ["a change of something else", "ModifyReplicationGroup", {}, false],
  ["switching backups off", "ModifyReplicationGroup", retention(0), true],
])("%s is judged", (_what, action, context, verdict) => {
  expect(denied(action, context)).toBe(verdict);
});

test("what the restore test creates is not denied: it carries the tag, and says that it keeps no backups", () => {
  const create = (restoreTest(replicas).States.CreateTestGroup as { Arguments: string }).Arguments;
  const [, days = "none"] = /'SnapshotRetentionLimit': (\d+)/.exec(create) ?? [];
  const tags: Readonly<Record<string, string>> = Object.fromEntries(
    [...create.matchAll(/'Key': '(\w+)'/g)].map(([, key = ""]) => [`aws:RequestTag/${key}`, "a value"] as const),
  );
  expect(denied("CreateReplicationGroup", { ...retention(Number(days)), ...tags })).toBe(false);
  expect(denied("CreateReplicationGroup", retention(Number(days)))).toBe(true);
});
