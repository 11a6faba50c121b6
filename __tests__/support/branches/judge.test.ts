import { expectedOf, unreached, type Run } from "./judge";
import { transitionsOf } from "./transitions";

/** A machine with every kind of transition. */
const definition = {
  Comment: "A machine",
  States: {
    Ask: { Type: "Choice", Choices: [{ Next: "Call" }, { Next: "Call" }], Default: "Done" },
    Call: { Type: "Task", Catch: [{ ErrorEquals: ["A", "B"], Next: "Done" }], Next: "Each" },
    Each: { Type: "Map", ItemProcessor: { States: { Inner: { Type: "Task" } } }, Next: "Both" },
    Both: { Type: "Parallel", Branches: [{ States: { Branch: { Type: "Task" } } }], Next: "Done" },
    Done: { Type: "Succeed" },
  },
};
const transitions = [
  "Ask: rule 1, to Call",
  "Ask: rule 2, to Call",
  "Ask: Default, to Done",
  "Call: success, to Each",
  "Call: A, B caught, to Done",
  "Each: success, to Both",
  "Each: no item",
  "Each: one item",
  "Each: several items",
  "Inner: success, which ends its scope",
  "Both: success, to Done",
  "Branch: success, which ends its scope",
];

test("every rule, entry of Catch, success and number of items is a transition, those of inner scopes included", () => {
  expect(transitionsOf(definition)).toEqual(transitions);
});

test("the transitions of a machine are those of all its definitions", () => {
  const other = { ...definition, States: { Only: { Type: "Task" } } };
  const definitions = [definition, other].map((one) => ["manual_backup", JSON.stringify(one)] as const);
  expect(expectedOf(definitions)).toEqual({
    manual_backup: {
      comment: "A machine",
      folder: "backups/manual",
      transitions: [...transitions, "Only: success, which ends its scope"],
    },
  });
});

test("a machine of which no folder has the tests is refused, and so are two that cannot be told apart", () => {
  const text = JSON.stringify(definition);
  expect(() => expectedOf([["new_one", text]])).toThrow("Add the folder with the tests of the state machine new_one.");
  expect(() =>
    expectedOf([
      ["manual_backup", text],
      ["restore_test", text],
    ]),
  ).toThrow("Two state machines have the same Comment.");
});

const [file, second] = ["a/one.test.ts", "a/two.test.ts"];
const runOf = (reached: readonly string[], more: Partial<Run> = {}): Run => ({
  except: {},
  expected: { one: { comment: "One", folder: "a", transitions: ["x", "y"] } },
  reached: reached.map((transition, i) => ({ file: i % 2 === 0 ? file : second, machine: "One", transition })),
  passed: [file, second],
  files: [file, second, "b/three.test.ts"],
  ...more,
});
const listed = (transition: string) => `${transition} (listed as unreachable, but reached or no longer there)`;

test.each<[string, Run, object]>([
  ["all that is reached by some file of its folder", runOf(["x", "y"]), {}],
  ["one that no test reaches", runOf(["x"]), { one: ["y"] }],
  ["nothing that is reached", runOf([]), { one: ["x", "y"] }],
  [
    "one that another folder's test reaches",
    runOf([], { reached: [{ file: "b/three.test.ts", machine: "One", transition: "x" }] }),
    { one: ["x", "y"] },
  ],
  [
    "one that is reached in another machine",
    runOf(["x"], { reached: [{ file, machine: "Two", transition: "x" }] }),
    { one: ["x", "y"] },
  ],
  ["a folder of which one file did not run, or did not pass", runOf(["x"], { passed: [file] }), {}],
  ["one that is listed as unreachable", runOf(["x"], { except: { one: { y: "why" } } }), {}],
  ["one that is listed and reached", runOf(["x", "y"], { except: { one: { y: "why" } } }), { one: [listed("y")] }],
  ["one that is listed and not there", runOf(["x", "y"], { except: { one: { z: "why" } } }), { one: [listed("z")] }],
])("given %s, then what is wrong is named", (_what, run, expected) => {
  expect(unreached(run)).toEqual(expected);
});

test("a folder without tests is refused", () => {
  expect(() => unreached(runOf([], { files: [] }))).toThrow("There are no tests of the state machine one in a.");
});
