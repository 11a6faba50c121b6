import { judge, type Values } from "../support/judge";
import { vaultStack } from "../support/stacks";
import { describeTerraform } from "../support/terraform";
import { withMore } from "./parts";

const each = (name: string, ...values: readonly unknown[]): Values[] => values.map((value) => ({ [name]: value }));
const understood = "compliance_locks_cannot_be_removed_by_anyone_before_they_expire";

const accounts = (count: number): string[] => Array.from({ length: count }, (_, i) => (100_000_000_000 + i).toString());
const readers = (count: number, name = "restore"): string[] =>
  Array.from({ length: count }, (_, i) => `arn:aws:iam::123456789012:role/${name}-${(1000 + i).toString()}`);

/** The rules that the environments have too are judged in rules.test.ts: the code is the same. */
const good: readonly Values[] = [
  ...each("vault_lock_mode", "governance", null),
  { vault_lock_mode: "compliance", [understood]: true },
  ...each("vault_lock_days", 7, 35, null),
  { vault_lock_days: 3650 },
  ...each("vault_keep_days", 35, 3650, null),
  { vault_lock_days: 7, vault_keep_days: 7 },
  ...each("source_account_ids", [], ["123456789012", "000000000000"], accounts(300), null),
  ...each(
    "reader_role_arns",
    [],
    ["arn:aws:iam::123456789012:role/disaster-recovery", "arn:aws-cn:iam::123456789012:role/path/*-recovery"],
    readers(100),
    null,
  ),
];
const bad: readonly (readonly [RegExp, readonly Values[]])[] = [
  [
    /^vault_lock_mode .* is not a mode of S3 Object Lock\. Choose/,
    each("vault_lock_mode", "", "GOVERNANCE", "compliance ", "x".repeat(10_000)),
  ],
  [
    /^vault_lock_mode is "compliance": .* Set compliance_locks_\w+ to true as well/,
    [{ vault_lock_mode: "compliance" }, { vault_lock_mode: "compliance", [understood]: false }],
  ],
  [
    /^vault_lock_days is .* whole number of days from 7 to 3650/,
    each("vault_lock_days", 6, 0, -1, 3651, 7.5).map((values) => ({ ...values, vault_keep_days: null })),
  ],
  [
    /^vault_keep_days is .* Use a whole number of days from vault_lock_days to 3650/,
    [...each("vault_keep_days", 34, 0, -1, 3651, 35.5), { vault_lock_days: 40, vault_keep_days: 39 }],
  ],
  [
    /^source_account_ids contains an element that is not an AWS account ID/,
    each("source_account_ids", [""], ["1234-5678-9012"], ["123456789012", "1"], [null]),
  ],
  [
    /^source_account_ids has 301 accounts\. .* enough for 300\. Deploy another vault/,
    each("source_account_ids", accounts(301)),
  ],
  [
    /^reader_role_arns has (200|10) ARNs, which are \d{4} characters as JSON\. .* enough for 6000\. Use one ARN with \*/,
    each("reader_role_arns", readers(200), readers(10, "x".repeat(576))),
  ],
  [
    /^reader_role_arns contains an element that is not the ARN of an IAM role/,
    each(
      "reader_role_arns",
      ["*"],
      ["arn:aws:iam::123456789012:user/a"],
      ["arn:aws:iam::123456789012:root"],
      ["arn:aws:sts::123456789012:assumed-role/a/b"],
      ["arn:aws:iam::*:role/a"],
      [null],
    ),
  ],
];

describeTerraform("the rules of redis-vault", () => {
  const refused = bad.flatMap(([message, cases]) => cases.map((values) => [values, message] as const));
  let verdicts: readonly (readonly string[])[];
  beforeAll(() => {
    verdicts = judge(vaultStack(), [...good, ...refused.map(([values]) => values)]);
  });

  test.each(good.map((values, i) => [JSON.stringify(values), i] as const))("accept %s", (_values, i) => {
    expect(verdicts[i]).toEqual([]);
  });

  test.each(
    refused.map(([values, message], i) => [JSON.stringify(values).slice(0, 120), good.length + i, message] as const),
  )("refuse %s", (_values, i, message) => {
    expect(verdicts[i]).toEqual([expect.stringMatching(message)]);
  });

  test("refuse what a valid text is only a part of", () => {
    const cases = withMore(vaultStack().variable, good);
    const accepted = judge(vaultStack(), cases).flatMap((messages, i) => (messages.length === 0 ? [cases[i]] : []));
    expect(accepted).toEqual([]);
    expect(cases.length).toBeGreaterThan(3);
  });
});
