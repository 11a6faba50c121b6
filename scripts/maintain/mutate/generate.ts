import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";
import { root } from "../../shared/synthesize";
import { awsCalls } from "./aws-calls";
import { comparisons, filters, refusals } from "./code";
import { anchors, beginnings, lists, numbers, strings } from "./constants";
import { arithmetic, awaits, booleans, branches, chains, spreads, statements, tries } from "./flow";
import { conditions, principals, statements as statementsOfPolicies } from "./iam";
import { operands, operandsInTexts } from "./operands";
import { parse, type Category, type Edit, type Proposal, type Rule } from "./syntax";
import { stateMembers, skippedStates } from "./state-members";
import { alarms, dependencies, flags, options, patterns, resourceArguments, validations } from "./terraform";
import { inTexts } from "./terms";
import { constantsInTexts, textMembers } from "./text-members";
import { calls, catchers, choices, markers } from "./workflows";

/** One change of one file that breaks something. */
export interface Sabotage extends Edit {
  /** The same as long as what it changes and what is around it are. */
  readonly id: string;
  readonly category: Category;
  /** Path from the project's folder. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  readonly change: string;
}

/** Rules by turns: of two that come to the same, the one of the earlier turn is kept, so that ids stay when rules are added. */
type Rules = readonly (readonly Rule[])[];

const inCode = [comparisons, refusals, filters];
const ofPolicies = [conditions, statementsOfPolicies, principals];
const ofStates = [choices, catchers, calls, markers, inTexts];
const ofTerraform = [validations, alarms, dependencies, resourceArguments, flags, patterns];

const inFlow = [tries, statements, awaits, branches, arithmetic, booleans, chains, spreads];
const ofConstants = [lists, anchors, numbers, strings];

const ofCode: Rules = [inCode, [awsCalls, flags, ...inFlow, ...ofConstants], [beginnings], [operands]];
const ofStacks: Rules = [
  [...inCode, ...ofPolicies, ...ofStates, ...ofTerraform],
  [awsCalls, stateMembers, skippedStates, textMembers, constantsInTexts, options, ...inFlow, ...ofConstants],
  [beginnings],
  [operands, operandsInTexts],
];

/** What can be sabotaged in one file. */
export function sabotagesOf(file: string, text: string): readonly Sabotage[] {
  const source = parse(file, text);
  const rules = file.startsWith("stacks/") ? ofStacks : ofCode;
  const proposals: Proposal[] = [];
  const visit = (node: ts.Node, turn: readonly Rule[]): void => {
    for (const rule of turn) proposals.push(...rule(node));
    ts.forEachChild(node, (child) => {
      visit(child, turn);
    });
  };
  for (const turn of rules) visit(source, turn);
  const known = new Set([text]);
  const ids = new Map<string, number>();
  return proposals.flatMap((proposal) => {
    const { category, start, end, text: replacement, change } = proposal;
    const sabotaged = applied(text, proposal);
    // Two rules may come to the same.
    if (known.has(sabotaged)) return [];
    known.add(sabotaged);
    const key = [category, file, text.slice(start, end), replacement, change].join("\0");
    const seen = ids.get(key) ?? 0;
    ids.set(key, seen + 1);
    const id = createHash("sha256").update(`${key}\0${seen.toString()}`).digest("hex").slice(0, 10);
    return [
      {
        id,
        category,
        file,
        line: source.getLineAndCharacterOfPosition(start).line + 1,
        change,
        start,
        end,
        text: replacement,
      },
    ];
  });
}

/** The text of a file with the change. */
export const applied = (text: string, { start, end, text: replacement }: Edit): string =>
  text.slice(0, start) + replacement + text.slice(end);

const folders = ["stacks", "scripts/commands", "scripts/shared", "scripts/hcl-writer"];
const files = ["app.ts", "main.ts", "scripts/cli.ts"];

/** Every sabotage of the stacks and of the commands. */
export function allSabotages(): readonly Sabotage[] {
  const found = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter(({ name }) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
      .map((entry) => relative(root, join(entry.parentPath, entry.name)))
      .sort(),
  );
  return [...found, ...files].flatMap((file) => sabotagesOf(file, readFileSync(join(root, file), "utf8")));
}

/**
 * So many of them, of each category in turn; the first ones of a larger sample are those of a smaller one, and most are those of a sample
 * of another version of the project.
 */
export function sample(all: readonly Sabotage[], size: number, seed: number): readonly Sabotage[] {
  const order = ({ id }: Sabotage): string => createHash("sha256").update(`${seed}/${id}`).digest("hex");
  const queues = new Map<Category, (readonly [order: string, one: Sabotage])[]>();
  for (const one of all) queues.set(one.category, [...(queues.get(one.category) ?? []), [order(one), one]]);
  const sorted = [...queues.values()].map((queue) => queue.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one));
  const longest = Math.max(0, ...sorted.map(({ length }) => length));
  return Array.from({ length: longest }, (_one, i) => sorted.flatMap((queue) => queue[i] ?? []))
    .flat()
    .slice(0, size);
}
