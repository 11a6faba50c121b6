import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Values } from "./resources";
import { errorsOf, terraformIn, withProvidersOf, type Run } from "./terraform";

/**
 * What AWS has of the candidates. Each is imported without the rest of the stack, so that one plan tells of all: in the stack,
 * Terraform does not try what depends on something absent, and each plan would only tell of the next ones.
 *
 * Terraform also writes a configuration for each here. What it says against those means nothing.
 *
 * @param folder of the stack, with its providers
 * @param candidates the id of each, by address
 */
export function existing(
  folder: string,
  values: readonly string[],
  candidates: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, string>> {
  const { terraform, provider, variable } = JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8")) as {
    terraform: object;
    provider: object;
    variable: Readonly<Record<string, Values>>;
  };
  // Terraform writes no configuration for an address with an index.
  const aliases = new Map([...candidates.keys()].map((address, i) => [`${typeOf(address)}.candidate_${i}`, address]));
  const configuration = {
    terraform,
    provider,
    // The provider is configured by variables. Their rules ask for the rest of the stack, and have been asked.
    variable: Object.fromEntries(
      Object.entries(variable).map(([name, declared]) => [name, { ...declared, validation: [] }]),
    ),
    import: [...aliases].map(([to, address]) => ({ to, id: candidates.get(address) })),
  };
  return withProvidersOf(folder, configuration, (copy) => {
    const run = terraformIn(copy, values, { TF_WORKSPACE: undefined })([
      "plan",
      "-json",
      "-generate-config-out=generated.tf",
    ]);
    const absent = new Set(absentIn(run).map((alias) => aliases.get(alias ?? "")));
    return new Map([...candidates].filter(([address]) => !absent.has(address)));
  });
}

const typeOf = (address: string): string => address.split(".")[0] ?? "";

/** The addresses that Terraform cannot import because AWS has no such thing; undefined for each other error. */
export const absentIn = (run: Run): (string | undefined)[] =>
  errorsOf(run).map(({ summary, detail }) =>
    summary === "Cannot import non-existent remote object" ? addressIn(detail) : undefined,
  );

/** Terraform quotes the address, and with it the quotes in it: `"aws_cloudwatch_metric_alarm.evictions[\"1\"]"`. */
export function addressIn(detail: string): string | undefined {
  const [, quoted] = /object to ("(?:[^"\\]|\\.)+"), the/.exec(detail) ?? [];
  return quoted === undefined ? undefined : (JSON.parse(quoted) as string);
}
