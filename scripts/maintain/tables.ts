import { readFileSync } from "node:fs";
import { join } from "node:path";
import { environments, type Environment } from "../../stacks/environments";
import { root, type Stack as SynthesizedStack } from "../shared/synthesize";

/** What the tables show of a synthesized stack. */
type Stack = Pick<SynthesizedStack, "variable" | "output">;

/** What the tables say that the stacks do not; a translation also says what each variable and output is, by name. */
export interface Language {
  readonly words: typeof english.words;
  readonly environments: typeof english.environments;
  readonly variables?: Readonly<Record<string, string>>;
  readonly outputs?: Readonly<Record<string, string>>;
}

const english = {
  words: {
    variable: "Variable",
    type: "Type",
    default: "Default",
    output: "Output",
    description: "What it is",
    required: "**required**",
    byEnvironment: "by environment",
    on: "on",
    off: "off",
    allowed: "allowed",
    refused: "refused",
  },
  environments: {
    region: "Region",
    nodeType: "Node type",
    nodes: "Nodes",
    retentionDefault: "Backups kept by default (days)",
    retentionFloor: "Fewest days accepted",
    backupWindow: "Backup window (UTC)",
    maintenanceWindow: "Maintenance window (UTC)",
    manualBackup: "Manual backups on a schedule",
    restoreTest: "Restore tests on a schedule",
    protectData: "A plan that destroys or replaces the data",
    secretRecoveryDays: "Recovery window of the AUTH secret (days)",
  },
};

/**
 * The tables of the README by name, as Markdown, from the environment table and from synthesized stacks by environment.
 * A default that differs between environments is shown as such; the environment table has it.
 */
export function tables(stacks: readonly Stack[], language: Language = english): Readonly<Record<string, string>> {
  const { words } = language;
  const [stack] = stacks;
  if (stack === undefined) throw new Error("There is no stack to make tables of; pass at least one.");
  const shownDefault = (name: string): string => {
    if (!("default" in (stack.variable[name] ?? {}))) return words.required;
    const values = new Set(stacks.map(({ variable }) => JSON.stringify(variable[name]?.default)));
    return values.size === 1 ? `\`${[...values].join()}\`` : words.byEnvironment;
  };
  return {
    environments: environmentTable(language),
    variables: variableTable(stack, language, shownDefault, (description) =>
      // The default windows and the floor differ between environments.
      description.replace(/ The default is [^.]*\.$/, "").replace(/ \(\d+-35 here\)/, ""),
    ),
    outputs: outputTable(stack, language),
  };
}

/** The tables of a stack without a cache by name, as Markdown: `<kind>_variables` and `<kind>_outputs`. */
const stackTables = (kind: string, stack: Stack): Readonly<Record<string, string>> => ({
  [`${kind}_variables`]: variableTable(stack, english, (name) => {
    const variable = stack.variable[name];
    return variable !== undefined && "default" in variable
      ? `\`${JSON.stringify(variable.default)}\``
      : english.words.required;
  }),
  [`${kind}_outputs`]: outputTable(stack, english),
});

/** The tables of docs/policy.md by name, as Markdown, from the synthesized policy stack. */
export const policyTables = (stack: Stack): Readonly<Record<string, string>> => stackTables("policy", stack);

/** The tables of docs/vault.md by name, as Markdown, from the synthesized stack of the vault. */
export const vaultTables = (stack: Stack): Readonly<Record<string, string>> => stackTables("vault", stack);

const variableTable = (
  stack: Stack,
  { words, variables }: Language,
  shownDefault: (name: string) => string,
  shownDescription = (description: string): string => description,
): string =>
  markdown(
    [words.variable, words.type, words.default, words.description],
    requiredFirst(stack.variable).map(([name, { type, description }]) => [
      `\`${name}\``,
      `\`${type}\``,
      shownDefault(name),
      translated(name, shownDescription(description), variables),
    ]),
  );

const outputTable = (stack: Stack, { words, outputs }: Language): string =>
  markdown(
    [words.output, words.description],
    byName(stack.output).map(([name, { description }]) => [`\`${name}\``, translated(name, description, outputs)]),
  );

/** @throws if there is a translation, but not of this name. */
function translated(name: string, description: string, translations?: Readonly<Record<string, string>>): string {
  const text = translations === undefined ? description : translations[name];
  if (text === undefined)
    throw new Error(`docs/ja/tables.json has no entry for ${name}: every variable and output needs one. Add it there.`);
  return text;
}

const byName = <Entry>(entries: Readonly<Record<string, Entry>>): [string, Entry][] =>
  Object.entries(entries).sort(([one], [other]) => one.localeCompare(other));

const requiredFirst = (variables: Stack["variable"]): [string, Stack["variable"][string]][] =>
  byName(variables).sort(([, one], [, other]) => Number("default" in one) - Number("default" in other));

function environmentTable({ words, environments: titles }: Language): string {
  const columns = Object.values<Environment>(environments);
  const cells: Readonly<Record<keyof typeof titles, (environment: Environment) => string>> = {
    region: ({ region }) => region,
    nodeType: ({ nodeType }) => nodeType,
    nodes: ({ nodes }) => nodes.toString(),
    retentionDefault: ({ backupRetentionDays }) => backupRetentionDays.default.toString(),
    retentionFloor: ({ backupRetentionDays }) => backupRetentionDays.floor.toString(),
    backupWindow: ({ backupWindow }) => backupWindow,
    maintenanceWindow: ({ maintenanceWindow }) => maintenanceWindow,
    manualBackup: ({ manualBackup }) => (manualBackup ? words.on : words.off),
    restoreTest: ({ restoreTest }) => (restoreTest ? words.on : words.off),
    protectData: ({ protectData }) => (protectData ? words.refused : words.allowed),
    secretRecoveryDays: ({ secretRecoveryDays }) => secretRecoveryDays.toString(),
  };
  return markdown(
    ["", ...columns.map(({ name }) => name)],
    Object.entries(cells).map(([row, cell]) => [titles[row as keyof typeof titles], ...columns.map(cell)]),
  );
}

/** A Markdown table; Prettier aligns it. */
export function markdown(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}

/**
 * The text with each `<!-- table:name -->…<!-- /table -->` filled in.
 *
 * @throws if the text names a table that does not exist.
 */
export function fillTables(text: string, all: Readonly<Record<string, string>>): string {
  return text.replaceAll(/<!-- table:(\w+) -->[\s\S]*?<!-- \/table -->/g, (_found, name: string) => {
    const table = all[name];
    if (table === undefined) throw new Error(`There is no table ${name}; write one of ${Object.keys(all).join(", ")}.`);
    return `<!-- table:${name} -->\n\n${table}\n\n<!-- /table -->`;
  });
}

/** What docs/ja/tables.json says, for README.ja.md. */
export const japanese = (): Language => JSON.parse(readFileSync(join(root, "docs/ja/tables.json"), "utf8")) as Language;
