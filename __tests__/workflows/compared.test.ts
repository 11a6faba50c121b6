import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { sorted } from "../support/aws-values";
import { machineOf, stepped, type Stepped } from "../support/stepped";
import { rows as checks } from "./compared/checks";
import type { Row } from "./compared/row";
import { rows as restores } from "./compared/restores";

// What becomes of every value that AWS may answer, and of one that it does not answer yet.

const rows: readonly Row[] = [...restores, ...checks];

test.each(rows)("$machine: $what goes on as it must, with each of the values of AWS", async (row) => {
  const {
    stack = "redis-prod",
    machine: name,
    state,
    values,
    given,
    outcome = ({ next }: Stepped) => next,
    expected,
  } = row;
  const machine = machineOf(stack, name);
  const outcomes = new Map<string, string>();
  for (const value of values) outcomes.set(value, String(outcome(await stepped(machine, state, given(value)))));
  const found = sorted(values, (value) => outcomes.get(value) ?? "");
  const inOrder = (all: Readonly<Record<string, readonly string[]>>) =>
    Object.fromEntries(Object.entries(all).map(([key, some]) => [key, [...some].sort()]));
  expect(inOrder(found)).toEqual(inOrder(expected));
});

const folder = resolve(__dirname, "../../stacks");
/** Members of AWS's answers that have one of a few values, and variables that keep one. */
const member =
  "(?:\\$?[\\w.$]+(?:\\[0\\])?\\.)*\\$?(?:\\w*Status|\\w*State|status|\\w*Source|\\w*Role|Engine|replication|ReadWriteType|\\w*Failover|StatusCode)";
const comparison = new RegExp(
  `${member} (?:=|!=|in) (?:'[^']+'|\\['[^\\]]*\\])|'[a-z]+' in \\[[^'\\]]*\\[[^\\]]*\\]\\.\\w+\\]`,
  "g",
);

test("every comparison of the state machines with such a value has a row", () => {
  const found = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) =>
      [...readFileSync(join(folder, file), "utf8").matchAll(comparison)].map(([text]) => `${file}: ${text}`),
    );
  const known = new Set(rows.flatMap(({ compares }) => compares));
  expect([...new Set(found)].sort()).toEqual([...known].sort());
});
