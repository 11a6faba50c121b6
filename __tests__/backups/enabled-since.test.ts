import { argumentOf, cacheStacks, evaluatedArguments, type Given } from "../support/expressions";
import { describeTerraform } from "../support/terraform";

// Since when a verification is enabled: the backup check reports nothing of one that is not, and counts none as missing before. What it
// makes of that: __tests__/backups/check.

const vault = (arn: string | null): Given => ({ "var.vault_bucket_arn": arn });
const verifications: readonly (readonly [name: string, on: Given, off: Given])[] = [
  ["manual_backup", { "var.enable_manual_backup": true }, { "var.enable_manual_backup": false }],
  ["restore_test", { "var.enable_restore_test": true }, { "var.enable_restore_test": false }],
  ["vault_copy", vault("arn:aws:s3:::vault"), vault(null)],
];
const stacks = Object.values(cacheStacks).map((synthesize) => synthesize());
const each = (value: unknown): readonly unknown[] => stacks.map(() => value);

describeTerraform.each(verifications)("%s", (name, on, off) => {
  const group = `aws_scheduler_schedule_group.${name}_switched_on`;
  const all = (argument: (stack: (typeof stacks)[number]) => unknown, given: Given): readonly unknown[] =>
    evaluatedArguments(stacks.map((stack) => ({ stack, given, argument: argument(stack) })));
  const since = (groups: readonly object[]): readonly unknown[] =>
    all(() => `\${local.${name}_since}`, { [group]: groups });

  test("given what marks it, then it is enabled since that was created", () => {
    expect(since([{ creation_date: "2026-01-31T03:00:00Z" }])).toEqual(each("2026-01-31T03:00:00Z"));
  });

  test("given nothing that marks it, then it is not enabled", () => {
    expect(since([])).toEqual(each(""));
  });

  test("given the variable that enables it, then it is marked, and otherwise not", () => {
    expect(all((stack) => argumentOf(stack, group, "count"), on)).toEqual(each(1));
    expect(all((stack) => argumentOf(stack, group, "count"), off)).toEqual(each(0));
  });

  test("given the variable that enables it, then it runs on its schedule, and otherwise not", () => {
    const runs = (given: Given): readonly boolean[] =>
      all(
        (stack) =>
          ["count", "state"].map((argument) => argumentOf(stack, `aws_scheduler_schedule.${name}`, argument) ?? null),
        given,
      ).map((found) => {
        const [count, state] = found as readonly [number | null, string];
        return count !== 0 && state === "ENABLED";
      });
    expect(runs(on)).toEqual(each(true));
    expect(runs(off)).toEqual(each(false));
  });
});
