import { parse } from "@cdktf/hcl2json";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { Refusal } from "./aws-sdk";
import type { WrittenStack } from "./synthesize";

/**
 * Refuses values of another environment: a plan of prod with dev's values would move the cache into dev's network. Of layered files,
 * one that names the environment is enough, and the last one that does counts, as in Terraform.
 *
 * @throws Refusal if the values name another environment than the stack's, or files are given and nothing names one.
 */
export async function refuseOtherEnvironment(
  { name, variable }: Pick<WrittenStack, "name" | "variable">,
  values: readonly string[],
  env = process.env,
): Promise<void> {
  const own = variable.environment?.default;
  if (typeof own !== "string") return;
  const given = [{ source: "TF_VAR_environment", environment: env.TF_VAR_environment }];
  for (const value of values) given.push(await environmentIn(value));
  const named = given.findLast(({ environment }) => environment !== undefined && environment !== "");
  const files = values.filter(isFile).map((value) => basename(value));
  if (named === undefined && files.length > 0)
    throw new Refusal(
      `No value names the environment, so ${files.join(" and ")} could be another environment's than ${name}'s. Add environment = ${JSON.stringify(own)} to one of the files, or add --var environment=${own}.`,
    );
  if (named !== undefined && named.environment !== own)
    throw new Refusal(
      `${named.source} has the values of ${named.environment ?? ""}, and ${name} is ${own}'s stack. Choose the values of ${own}, or the stack of ${named.environment ?? ""}.`,
    );
}

const isFile = (value: string): boolean => value.startsWith("--var-file=");

interface Named {
  readonly source: string;
  /** Undefined where none is named. */
  readonly environment: string | undefined;
}

async function environmentIn(value: string): Promise<Named> {
  const [, option = "", rest = ""] = /^--(var|var-file)=(.*)$/s.exec(value) ?? [];
  if (option === "var") {
    const environment = /^environment=(.*)$/s.exec(rest)?.[1];
    return { source: `--var environment`, environment };
  }
  const { environment } = await read(rest);
  return { source: basename(rest), environment: typeof environment === "string" ? environment : undefined };
}

/** Terraform's plan says what is wrong in a file that cannot be read. */
async function read(file: string): Promise<Readonly<Record<string, unknown>>> {
  const text = readFileSync(file, "utf8");
  try {
    return (file.endsWith(".json") ? JSON.parse(text) : await parse(file, text)) as Record<string, unknown>;
  } catch {
    return {};
  }
}
