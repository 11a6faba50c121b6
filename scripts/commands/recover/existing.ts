import type { Stack, WrittenStack } from "../../shared/synthesize";
import { errorsOf, terraformIn, withConfiguration, type Run } from "../../shared/terraform";

/**
 * Which of the candidates AWS has. Each is imported without the rest of the stack, so that one plan covers all: in the stack,
 * Terraform does not try what depends on something absent, and each plan would only reveal the next ones.
 *
 * Terraform also generates a configuration for each here; its errors about those are ignored.
 *
 * @param candidates the id of each, by address
 */
export function existing(
  { terraform, provider, variable, resource, folder }: WrittenStack,
  values: readonly string[],
  candidates: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, string>> {
  // Terraform writes no configuration for an address with an index.
  const aliases = new Map([...candidates.keys()].map((address, i) => [`${typeOf(address)}.candidate_${i}`, address]));
  const configuration = {
    terraform: { ...terraform, backend: undefined },
    // Tags are made of locals, which may be made of anything, and nothing gets any here.
    provider: { ...provider, aws: provider.aws.map((aws) => ({ ...aws, default_tags: undefined })) },
    // The provider is configured by variables. Their rules refer to the rest of the stack, and were checked before.
    variable: Object.fromEntries(
      Object.entries(variable).map(([name, declared]) => [name, { ...declared, validation: [] }]),
    ),
    import: [...aliases].map(([to, address]) => {
      const alias = providerAlias({ resource }, address);
      return { to, id: candidates.get(address), ...(alias !== undefined && { provider: `aws.${alias}` }) };
    }),
  };
  const act = (copy: string): ReadonlyMap<string, string> => {
    const terraform = terraformIn(copy, { values, env: withoutWorkspace() });
    const run = terraform(["plan", "-json", "-generate-config-out=generated.tf"]);
    const absent = new Set(absentIn(run).map((alias) => aliases.get(alias ?? "")));
    return new Map([...candidates].filter(([address]) => !absent.has(address)));
  };
  return withConfiguration(configuration, act, folder);
}

/** The alias of the provider that an address has in the stack, such as `global`; undefined for the provider without one. */
export function providerAlias({ resource }: Pick<Stack, "resource">, address: string): string | undefined {
  const [type = "", name = ""] = address.split(/[.[]/);
  const provider = resource[type]?.[name]?.provider;
  return typeof provider === "string" ? provider.split(".")[1] : undefined;
}

/** A workspace is one of the stack's own state. */
export const withoutWorkspace = (): NodeJS.ProcessEnv => ({ ...process.env, TF_WORKSPACE: undefined });

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
