import { markdown } from "../tables";
import type { Stack } from "../../shared/synthesize";
import { defaultOf, machines } from "./count";
import { parts, type Part } from "./parts";

/** The stack as it is with a value of vault_bucket_arn. */
const withVault = (stack: Stack): Stack => {
  const { vault_bucket_arn: variable } = stack.variable;
  if (variable === undefined) throw new Error("The stack has no variable vault_bucket_arn.");
  return {
    ...stack,
    variable: { ...stack.variable, vault_bucket_arn: { ...variable, default: "arn:aws:s3:::vault" } },
  };
};

/** How many executions a month the schedules add. */
const copies = (stack: Stack): number => {
  const runs = (of: Stack): number => machines(of).reduce((sum, machine) => sum + machine.runs, 0);
  return runs(withVault(stack)) - runs(stack);
};

/** The days that a bucket keeps an object: until its lifecycle makes it noncurrent, and a day more. */
function daysIn(stack: Stack, bucket: string): number {
  const rules = stack.resource.aws_s3_bucket_lifecycle_configuration?.[bucket]?.rule as {
    readonly expiration: readonly { readonly days?: number | string }[];
    readonly noncurrent_version_expiration?: readonly { readonly noncurrent_days: number }[];
  }[];
  const [rule] = rules;
  const days = rule?.expiration[0]?.days;
  const current =
    typeof days === "number"
      ? days
      : Number(defaultOf(stack, "vault_keep_days") ?? defaultOf(stack, "vault_lock_days"));
  return current + (rule?.noncurrent_version_expiration?.[0]?.noncurrent_days ?? 0);
}

/** What an environment adds with `vault_bucket_arn`, in its own account and in that of the vault. */
const data = (vault: Stack): readonly Part[] => {
  const kept = (stack: Stack, days: number): number => (copies(stack) / (730 / 24)) * days;
  return [
    {
      name: "Exported backups",
      unit: "full copies of the data in the landing bucket, by size and month",
      quantity: (stack) => kept(stack, daysIn(stack, "vault_landing")),
    },
    {
      name: "Replication",
      unit: "full copies of the data a month, replicated to the Region of the vault",
      quantity: copies,
    },
    {
      name: "Backups in the vault",
      unit: "full copies of the data, by size and month; billed to the account of the vault",
      quantity: (stack) => kept(stack, daysIn(vault, "vault")),
    },
  ];
};

/**
 * What `vault_bucket_arn` adds to each environment, as a table.
 *
 * @param shown how a quantity is written
 */
export function vaultCosts(
  stacks: Readonly<Record<string, Stack>>,
  vault: Stack,
  shown: (quantity: number | string) => string,
): string {
  const columns = Object.entries(stacks).filter(([, { variable }]) => variable.vault_bucket_arn !== undefined);
  const added: readonly Part[] = parts
    .map(({ quantity, ...part }) => ({
      ...part,
      quantity: (stack: Stack): number => {
        const [before, after] = [quantity(stack), quantity(withVault(stack))];
        return typeof before === "number" && typeof after === "number" ? after - before : 0;
      },
    }))
    .filter(({ quantity }) => columns.some(([, stack]) => quantity(stack) !== 0));
  return markdown(
    ["", ...columns.map(([name]) => name), "Quantity"],
    [...data(vault), ...added].map(({ name, unit, quantity }) => [
      name,
      ...columns.map(([, stack]) => shown(quantity(stack))),
      unit,
    ]),
  );
}
