import { call } from "../../stacks/workflows/call";
import { statementsOf } from "../../stacks/workflows/policy";
import { branch, forEach, permissionsOf } from "../../stacks/workflows/states";
import type { Machine } from "../support/machine";
import { everyStack } from "../support/stacks";

const machines = ["redis-dev", "redis-backup-policy"].flatMap((stack) =>
  Object.entries(everyStack[stack]?.().resource.aws_sfn_state_machine ?? {}).map(
    ([name, { definition }]) => [name, JSON.parse(String(definition)) as Machine] as const,
  ),
);

interface Assigning {
  readonly Assign?: Readonly<Record<string, unknown>>;
  readonly Catch?: readonly { readonly Assign?: Readonly<Record<string, unknown>> }[];
}

/** The variables that a scope assigns itself. */
const assigned = ({ States }: Machine): readonly string[] =>
  Object.values(States as Readonly<Record<string, Assigning>>).flatMap(({ Assign = {}, Catch = [] }) => [
    ...Object.keys(Assign),
    ...Catch.flatMap((caught) => Object.keys(caught.Assign ?? {})),
  ]);

/** Variables that an inner scope assigns though an outer one has them. */
function hidden(machine: Machine, outer: readonly string[] = []): string[] {
  const own = assigned(machine);
  const inner = Object.values(machine.States).flatMap(({ ItemProcessor, Branches = [] }) => [
    ...(ItemProcessor ? [ItemProcessor] : []),
    ...Branches,
  ]);
  return [...own.filter((name) => outer.includes(name)), ...inner.flatMap((one) => hidden(one, [...outer, ...own]))];
}

// An inner scope cannot assign a variable of an outer one.
// https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
test.each(machines)("no iteration or branch of %s assigns a variable of the scope around it", (_name, machine) => {
  expect(hidden(machine)).toEqual([]);
});

const task = (action: string, resources: readonly string[]) =>
  call({ service: "elasticache", action, arguments: {}, resources });

test("a role has the permissions of all tasks, those of inner scopes too, and of what each depends on", () => {
  const machine = branch("First", {
    First: { ...task("describeSnapshots", ["a"]), Next: "Each" },
    Each: {
      Type: "Map",
      Items: "",
      ItemProcessor: forEach("Inner", { Inner: { ...task("deleteSnapshot", ["b"]), End: true } }),
      Next: "Both",
    },
    Both: {
      Type: "Parallel",
      Branches: [
        branch("Left", {
          Left: {
            ...call({
              service: "sfn",
              action: "listExecutions",
              arguments: {},
              resources: ["c"],
              dependencies: [{ actions: ["ec2:DescribeVpcs"], resources: ["*"] }],
            }),
            End: true,
          },
        }),
      ],
      End: true,
    },
  });
  expect(permissionsOf(machine).flatMap(({ actions }) => actions)).toEqual([
    "elasticache:DescribeSnapshots",
    "elasticache:DeleteSnapshot",
    "states:ListExecutions",
    "ec2:DescribeVpcs",
  ]);
  expect(JSON.stringify(machine)).not.toContain("DescribeVpcs");
});

test("what several tasks need is one statement, and conditions are never widened", () => {
  const conditions = [{ test: "Bool", variable: "k", values: ["true"] }];
  expect(
    statementsOf([
      { actions: ["s:A"], resources: ["1"] },
      { actions: ["s:A"], resources: ["2"] },
      { actions: ["s:B"], resources: ["2", "1"] },
      { actions: ["s:A"], resources: ["3"], conditions },
    ]),
  ).toEqual([
    { actions: ["s:A", "s:B"], resources: ["1", "2"] },
    { actions: ["s:A"], resources: ["3"], condition: conditions },
  ]);
});
