import { environments, type Environment } from "../../stacks/environments";

interface Stack {
  readonly variable: Readonly<
    Record<string, { readonly type: string; readonly description: string; readonly default?: unknown }>
  >;
  readonly output: Readonly<Record<string, { readonly description: string }>>;
}

/** What a text is called in another language. */
type Translate = (english: string) => string;

/**
 * The tables of the README by name, as Markdown, from the environment table and from synthesized stacks by environment.
 * A default that differs between environments is shown as such; the environment table has it.
 */
export function tables(
  stacks: readonly Stack[],
  translate: Translate = (english) => english,
): Readonly<Record<string, string>> {
  const [stack] = stacks;
  if (stack === undefined) throw new Error("There is no stack to make tables of; pass at least one.");
  const shownDefault = (name: string): string => {
    if (!("default" in (stack.variable[name] ?? {}))) return translate("**required**");
    const values = new Set(stacks.map(({ variable }) => JSON.stringify(variable[name]?.default)));
    return values.size === 1 ? `\`${[...values].join()}\`` : translate("by environment");
  };
  return {
    environments: environmentTable(translate),
    variables: markdown(
      ["Variable", "Type", "Default", "What it is"].map(translate),
      requiredFirst(stack.variable).map(([name, { type, description }]) => [
        `\`${name}\``,
        `\`${type}\``,
        shownDefault(name),
        // Windows are told in each environment's defaults.
        translate(description.replace(/ The default is [^.]*\.$/, "").replace(/ \(\d+-35 here\)/, "")),
      ]),
    ),
    outputs: outputTable(stack, translate),
  };
}

/** The tables of docs/policy.md by name, as Markdown, from the synthesized policy stack. */
export function policyTables(stack: Stack): Readonly<Record<string, string>> {
  return {
    policy_variables: markdown(
      ["Variable", "Type", "Default", "What it is"],
      requiredFirst(stack.variable).map(([name, variable]) => [
        `\`${name}\``,
        `\`${variable.type}\``,
        "default" in variable ? `\`${JSON.stringify(variable.default)}\`` : "**required**",
        variable.description,
      ]),
    ),
    policy_outputs: outputTable(stack),
  };
}

const outputTable = (stack: Stack, translate: Translate = (english) => english): string =>
  markdown(
    ["Output", "What it is"].map(translate),
    byName(stack.output).map(([name, { description }]) => [`\`${name}\``, translate(description)]),
  );

const byName = <Entry>(entries: Readonly<Record<string, Entry>>): [string, Entry][] =>
  Object.entries(entries).sort(([one], [other]) => one.localeCompare(other));

const requiredFirst = (variables: Stack["variable"]): [string, Stack["variable"][string]][] =>
  byName(variables).sort(([, one], [, other]) => Number("default" in one) - Number("default" in other));

function environmentTable(translate: Translate): string {
  const columns = Object.values<Environment>(environments);
  const rows: [string, (environment: Environment) => string][] = [
    ["Region", ({ region }) => region],
    ["Node type", ({ nodeType }) => nodeType],
    ["Nodes", ({ nodes }) => nodes.toString()],
    ["Backups kept by default (days)", ({ backupRetentionDays }) => backupRetentionDays.default.toString()],
    ["Fewest days accepted", ({ backupRetentionDays }) => backupRetentionDays.floor.toString()],
    ["Backup window (UTC)", ({ backupWindow }) => backupWindow],
    ["Maintenance window (UTC)", ({ maintenanceWindow }) => maintenanceWindow],
    ["Manual backups on a schedule", ({ manualBackup }) => translate(manualBackup ? "on" : "off")],
    ["Restore tests on a schedule", ({ restoreTest }) => translate(restoreTest ? "on" : "off")],
    ["A plan that destroys or replaces the data", ({ protectData }) => translate(protectData ? "refused" : "allowed")],
    ["Recovery window of the AUTH secret (days)", ({ secretRecoveryDays }) => secretRecoveryDays.toString()],
  ];
  return markdown(
    ["", ...columns.map(({ name }) => name)],
    rows.map(([title, cell]) => [translate(title), ...columns.map(cell)]),
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
