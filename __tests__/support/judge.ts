import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Synthesized } from "./stacks";
import { concernedWith, required, terraformBinary, variablesAlone, withoutVariables } from "./terraform";

export type Values = Readonly<Record<string, unknown>>;

/**
 * What real Terraform says of each case of values: an empty list where it accepts them, else the messages of the validations
 * that refuse them. The variables of the stack become a module that is called once for each case, so that one plan judges all.
 *
 * Where a variable is refused in any case, Terraform looks at no validation that reads it, in no case. So the cases that were
 * refused are taken out and the others planned again, until nothing more is refused.
 */
export function judge(stack: Synthesized, cases: readonly Values[]): readonly (readonly string[])[] {
  const named = new Set(cases.flatMap((values) => Object.keys(values)));
  return judgeTogether(concernedWith(stack, named), cases);
}

function judgeTogether(stack: Synthesized, cases: readonly Values[]): readonly (readonly string[])[] {
  const verdicts: (readonly string[])[] = cases.map(() => []);
  const folder = mkdtempSync(join(tmpdir(), "judge-"));
  try {
    initialize(folder, stack);
    let open = cases.map((_values, i) => i);
    for (;;) {
      const messages = plan(
        folder,
        open.map((i) => cases[i] ?? {}),
      );
      open.forEach((i, place) => {
        verdicts[i] = messages[place] ?? [];
      });
      const left = open.filter((i) => verdicts[i]?.length === 0);
      if (left.length === open.length || left.length === 0) return verdicts;
      open = left;
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function initialize(folder: string, stack: Synthesized): void {
  mkdirSync(join(folder, "stack"));
  writeFileSync(join(folder, "stack/main.tf.json"), JSON.stringify(namingTheCase(variablesAlone(stack))));
  const passed = Object.keys(stack.variable).map((name) => [name, `\${try(each.value.${name}, null)}`]);
  const call: Record<string, unknown> = {
    source: "./stack",
    for_each: `\${jsondecode(file("\${path.module}/cases.json"))}`,
    case_name: "${each.key}",
    ...(Object.fromEntries(passed) as Record<string, string>),
  };
  writeFileSync(join(folder, "main.tf.json"), JSON.stringify({ module: { case: call } }));
  const file = join(folder, ".terraform/modules/modules.json");
  if (modules !== undefined) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, modules);
    return;
  }
  const { status, stdout, stderr } = terraform(folder, "init", "-backend=false");
  if (status !== 0) throw new Error(`terraform init failed:\n${stdout}${stderr}`);
  modules = readFileSync(file, "utf8");
}

/** What the first init wrote, which says where the module is: the same in every folder, and initializing takes as long as judging. */
let modules: string | undefined;

function plan(folder: string, cases: readonly Values[]): string[][] {
  const all = Object.fromEntries(cases.map((values, i) => [`case ${i}`, { ...required, ...values }]));
  writeFileSync(join(folder, "cases.json"), JSON.stringify(all));
  return sortByCase(terraform(folder, "plan", "-json", "-input=false", "-lock=false").stdout, cases.length);
}

const terraform = (folder: string, ...args: string[]) =>
  spawnSync(terraformBinary, [...args, "-no-color"], {
    cwd: folder,
    encoding: "utf8",
    env: withoutVariables(),
    maxBuffer: 512 * 1024 * 1024,
  });

/** The same variables, with every message ending in the name of the case: a diagnostic says nothing else of the module's instance. */
function namingTheCase({ variable, locals }: Pick<Synthesized, "variable" | "locals">): object {
  const named = Object.entries(variable).map(([name, block]) => [
    name,
    {
      ...block,
      ...(block.validation && {
        validation: block.validation.map(({ condition, error_message }) => ({
          condition,
          error_message: `${error_message} [\${var.case_name}].`,
        })),
      }),
    },
  ]);
  return { variable: { ...(Object.fromEntries(named) as object), case_name: { type: "string" } }, locals };
}

interface Line {
  readonly diagnostic?: { readonly severity: string; readonly summary: string; readonly detail: string };
}

/** Sorts diagnostics by case; one that belongs to no case is an expression that crashed, or a mistake of the test. */
function sortByCase(stdout: string, count: number): string[][] {
  const messages = Array.from({ length: count }, (): string[] => []);
  for (const text of stdout.split("\n").filter((line) => line.startsWith("{"))) {
    const { diagnostic } = JSON.parse(text) as Line;
    if (diagnostic?.severity !== "error") continue;
    const [, message = "", number] = /^([\s\S]*) \[case (\d+)\]\.\n/.exec(diagnostic.detail) ?? [];
    if (number === undefined || diagnostic.summary !== "Invalid value for variable")
      throw new Error(`Terraform failed otherwise than by a validation: ${diagnostic.summary}: ${diagnostic.detail}`);
    messages[Number(number)]?.push(message);
  }
  return messages;
}
