import { cacheStacks, evaluatedArguments, type Given } from "../support/expressions";
import { everyStack, vaultStack, type Synthesized } from "../support/stacks";
import { describeTerraform } from "../support/terraform";

// What alarms, state machines, policies and event rules read of the variables. State machines write it into strings, where null is an
// error, and an event pattern must not have an empty list.

const caches = Object.values(cacheStacks).map((synthesize) => synthesize());

/** A local of each of the stacks, which is the same in all; else all of them. */
function local(name: string, given: Given, stacks: readonly Synthesized[] = caches): unknown {
  const values = evaluatedArguments(stacks.map((stack) => ({ stack, given, argument: `\${local.${name}}` })));
  const [first] = values;
  return values.every((value) => JSON.stringify(value) === JSON.stringify(first)) ? first : values;
}

const validator = "arn:aws:states:ap-northeast-1:111111111111:stateMachine:compare";
const role = (name: string): string => `arn:aws:iam::111111111111:role/${name}`;

describeTerraform("a local", () => {
  test.each<[name: string, promise: string, is: unknown, given: Given]>([
    ["cache_key", "is empty for the key that AWS owns", "", { "var.kms_key_id": null }],
    ["cache_key", "is the key that a restored copy is encrypted with, too", "key", { "var.kms_key_id": "key" }],
    ["restore_test_validator", "is empty without a validator", "", {}],
    [
      "restore_test_validator",
      "is the validator that a restore test runs",
      validator,
      {
        "var.restore_test_validator_arn": validator,
      },
    ],
    [
      "restore_test_validator_name",
      "is the name in the validator's ARN, for a role that may start no other",
      "compare",
      {
        "var.restore_test_validator_arn": validator,
      },
    ],
    ["restore_test_validator_client", "is empty without a client: nobody is let in", "", {}],
    [
      "restore_test_validator_client",
      "is the client that is let in while the validator runs",
      "sg-1",
      {
        "var.restore_test_validator_security_group_id": "sg-1",
      },
    ],
    ["vault_bucket", "is empty without a vault", "", {}],
    [
      "vault_bucket",
      "is the bucket in the vault's ARN",
      "vault-objects",
      {
        "var.vault_bucket_arn": "arn:aws:s3:::vault-objects",
      },
    ],
    [
      "vault_bucket",
      "is the bucket in the vault's ARN in other partitions",
      "vault-objects",
      {
        "var.vault_bucket_arn": "arn:aws-cn:s3:::vault-objects",
      },
    ],
    // EventBridge refuses an empty list, and no caller has this ARN.
    ["deploy_role_arns", "is a role that nobody has when everybody's changes are reported", ["none"], {}],
    [
      "deploy_role_arns",
      "is the roles whose changes are not reported",
      [role("a"), role("b")],
      {
        "var.deploy_role_arns": [role("b"), role("a")],
      },
    ],
    ["port", "is the port that Redis clients expect", 6379, {}],
  ])("%s %s", (name, _promise, is, given) => {
    expect(local(name, given)).toEqual(is);
  });

  test.each([
    [null, "docs/runbook.md"],
    ["https://example.com/runbook", "https://example.com/runbook"],
  ])("runbook, where runbook_base_url is %j, is what alarms of every stack link to: %s", (url, link) => {
    const all = Object.values(everyStack).map((synthesize) => synthesize());
    expect(local("runbook", { "var.runbook_base_url": url }, all)).toBe(link);
  });

  test("source_account_ids is the vault's own account, or the accounts that may write into the vault", () => {
    const accounts = (ids: readonly string[]): unknown =>
      local("source_account_ids", { "var.source_account_ids": ids, "local.account_id": "111111111111" }, [
        vaultStack(),
      ]);
    expect(accounts([])).toEqual(["111111111111"]);
    expect(accounts(["222222222222", "333333333333"])).toEqual(["222222222222", "333333333333"]);
  });

  test("vault_key_prefix tells accounts, Regions and caches apart", () => {
    const prefixes = evaluatedArguments(
      caches.map((stack) => ({
        stack,
        given: { "local.account_id": "111111111111" },
        argument: "${local.vault_key_prefix}",
      })),
    );
    expect(prefixes).toEqual(
      Object.keys(cacheStacks).map((name) => `a111111111111-apne1-${name.slice("redis-".length)}-`),
    );
  });

  test("workflow_tags is the tags of the variable, as text within a string of a state machine", () => {
    const tags = { Team: "orders", "acme:note": 'says "hi" \\ and = + - @ /' };
    const text = String(local("workflow_tags", { "var.tags": tags }));
    expect(JSON.parse(JSON.parse(`"${text}"`) as string)).toEqual(
      expect.arrayContaining(Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))),
    );
  });
});
