import { readFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { sorted } from "../support/aws-values";
import { filesOf } from "../support/sdk-calls";
import { rows as clusters } from "./compared/clusters";
import { rows as restores } from "./compared/restores";
import type { Row } from "./compared/row";

// What becomes of every value that AWS may answer a command, and of one that it does not answer yet.
jest.mock("node:timers/promises");

const rows: readonly Row[] = [...clusters, ...restores];

beforeEach(() => {
  jest.spyOn(console, "error").mockReturnValue();
});
afterEach(() => {
  jest.restoreAllMocks();
});

test.each(rows)("$what goes on as it must, with each of the values of AWS", async ({ values, outcomeOf, expected }) => {
  const outcomes = new Map<string, string>();
  for (const value of values) outcomes.set(value, String(await outcomeOf(value)));
  const inOrder = (all: Readonly<Record<string, readonly string[]>>) =>
    Object.fromEntries(Object.entries(all).map(([key, some]) => [key, [...some].sort()]));
  expect(inOrder(sorted(values, (value) => outcomes.get(value) ?? ""))).toEqual(inOrder(expected));
});

/** Comparisons of whose values another file has a table, and which. */
const elsewhere: Readonly<Record<string, string>> = {
  'commands/adopt/entry.ts: mode === "preferred"': "adopt.test.ts",
  'commands/adopt/entry.ts: mode === "required"': "adopt.test.ts",
  'commands/adopt/look.ts: first.CacheParameterGroup?.ParameterApplyStatus === "pending-reboot"': "adopt-look.test.ts",
  'commands/adopt/look.ts: group.AutomaticFailover === "enabled"': "adopt-look.test.ts",
  'commands/adopt/look.ts: group.MultiAZ === "enabled"': "adopt-look.test.ts",
  'commands/adopt/look.ts: node.CurrentRole === "primary"': "adopt-look.test.ts",
  'commands/execution/run.ts: status !== "RUNNING"': "execution.test.ts",
  'commands/execution/run.ts: status === "SUCCEEDED"': "execution.test.ts",
  'commands/restore/restore.ts: snapshot.SnapshotSource !== "automated"': "restore-order.test.ts",
  'commands/restore/vault/backup.ts: location === "EU"': "restore-from-vault.test.ts",
};

// Modes and statuses of Terraform are none of AWS's.
test("every comparison of the commands with such a value has a table", () => {
  const root = resolve(__dirname, "../../scripts");
  const comparison =
    /(?:[\w.?]+\.)?\b(?:\w*[sS]tatus|\w*Source|\w*Role|ClusterMode|AutomaticFailover|MultiAZ|engine|location|mode) [=!]== "(?!(?:data|managed|tainted)")[\w-]+"|\w+\.includes\([\w.]*[sS]tatus\)/g;
  const found = [...filesOf("scripts/commands/index.ts")]
    .filter((file) => file.startsWith(root))
    .flatMap((file) =>
      [...readFileSync(file, "utf8").matchAll(comparison)].map(([text]) => `${relative(root, file)}: ${text}`),
    );
  const known = new Set([...rows.flatMap(({ compares }) => compares), ...Object.keys(elsewhere)]);
  expect([...new Set(found)].sort()).toEqual([...known].sort());
  for (const file of Object.values(elsewhere))
    expect(readFileSync(resolve(__dirname, file), "utf8")).toContain('from "../support/aws-values"');
});
