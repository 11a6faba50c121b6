import { argumentOf, cacheStacks, evaluatedArguments, type Given } from "../support/expressions";
import { everyStack, vaultStack } from "../support/stacks";
import { describeTerraform } from "../support/terraform";

// When the lifecycle of each bucket deletes what is in it, as the table of docs/vault.md and the descriptions of variables promise it.

const daysOf = (name: string, given: Given = {}, stacks = [vaultStack]): readonly unknown[] =>
  evaluatedArguments(
    stacks.map((synthesize) => ({
      stack: synthesize(),
      given,
      argument: argumentOf(synthesize(), `aws_s3_bucket_lifecycle_configuration.${name}`, "rule.0.expiration.0.days"),
    })),
  );

describeTerraform("objects", () => {
  test("of the vault are deleted as soon as their lock has expired, after 35 days by default", () => {
    expect(daysOf("vault")).toEqual([35]);
    expect(daysOf("vault", { "var.vault_lock_days": 90 })).toEqual([90]);
  });

  test("of the vault are kept as long as vault_keep_days says, after their lock has expired", () => {
    expect(daysOf("vault", { "var.vault_lock_days": 35, "var.vault_keep_days": 365 })).toEqual([365]);
  });

  test("of the vault are locked for vault_lock_days, however long they are kept", () => {
    const [rule] = evaluatedArguments([
      {
        stack: vaultStack(),
        given: { "var.vault_lock_days": 90, "var.vault_keep_days": 365, "var.vault_lock_mode": "compliance" },
        argument: argumentOf(vaultStack(), "aws_s3_bucket_object_lock_configuration.vault", "rule"),
      },
    ]);
    expect(rule).toEqual({ default_retention: { mode: "COMPLIANCE", days: 90 } });
  });

  test("that a cache is restored from, and exported ones, are deleted after seven days: time to replicate and to restore", () => {
    expect(daysOf("recovery")).toEqual([7]);
    const landing = Object.values(cacheStacks);
    expect(daysOf("vault_landing", {}, landing)).toEqual(landing.map(() => 7));
  });

  test("that record the requests to the vault are kept as long as logs", () => {
    expect(daysOf("vault_data_events")).toEqual([30]);
    expect(daysOf("vault_data_events", { "var.log_retention_days": 400 })).toEqual([400]);
  });

  test("of no other bucket expire unseen by these tests", () => {
    const names = Object.values(everyStack).flatMap((synthesize) =>
      Object.keys(synthesize().resource.aws_s3_bucket_lifecycle_configuration ?? {}),
    );
    expect([...new Set(names)].sort()).toEqual(["recovery", "vault", "vault_data_events", "vault_landing"]);
  });
});

describeTerraform("in a stack of an environment", () => {
  const counts = (given: Given): readonly unknown[] => {
    const parts = Object.values(cacheStacks).flatMap((synthesize) => {
      const stack = synthesize();
      return Object.entries(stack.resource).flatMap(([type, blocks]) =>
        Object.keys(blocks)
          .filter((name) => type.startsWith("aws_s3_bucket") || name.startsWith("vault_"))
          .map((name) => ({ stack, address: `${type}.${name}` })),
      );
    });
    expect(parts.length).toBeGreaterThan(40);
    const values = evaluatedArguments(
      parts.map(({ stack, address }) => ({ stack, given, argument: argumentOf(stack, address, "count") })),
    );
    return [...new Set(values)];
  };

  test("nothing of the vault exists without vault_bucket_arn, and everything with it", () => {
    expect(counts({})).toEqual([0]);
    expect(counts({ "var.vault_bucket_arn": "arn:aws:s3:::vault" })).toEqual([1]);
  });
});
