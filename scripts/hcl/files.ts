import { TerraformElement, type TerraformStack } from "cdktf";
import { reasonsOf } from "../../stacks/terraform/comment";
import { hclArguments, hclBlock, type Shape } from "./blocks";
import { blocksOf } from "./shapes";
import { format } from "./format";
import { settingsFiles } from "./settings";
import { isObject, type Json, type JsonObject } from "./value";

/** Something of the stack in a file; entries of `locals` share one block. */
interface Entry {
  readonly file: string;
  readonly text: string;
  readonly local: boolean;
}

/** What an element adds to the stack: `resource` with type and name, `variable` with its name, and so on. */
interface Address {
  readonly section: string;
  readonly labels: readonly string[];
}

/**
 * A stack as HCL: the text of each file by its name.
 *
 * It is made from the JSON that is applied. The constructs add only the order, the file (each construct of the stack is a topic), the
 * reasons, and what the provider's classes know of blocks.
 *
 * @throws if the JSON has something that cannot be written as HCL.
 */
export async function hclFiles(stack: TerraformStack): Promise<Readonly<Record<string, string>>> {
  stack.prepareStack();
  const json = JSON.parse(JSON.stringify(stack.toTerraform())) as Record<string, Json>;
  const written = new Set<string>();
  const entries = stack.node
    .findAll()
    .filter((construct) => TerraformElement.isTerraformElement(construct))
    .flatMap((element) =>
      addresses(element)
        .filter(({ section, labels }) => !written.has([section, ...labels].join(".")))
        .flatMap((address) => {
          written.add([address.section, ...address.labels].join("."));
          return entriesOf(element, address, json);
        }),
    );
  refuseMissing(json, written);
  const all = [...settingsFiles(json.terraform as JsonObject, stack.node.id), ...entries, ...refactorings(json)];
  const files = [...new Set(all.map(({ file }) => file))];
  const texts = await Promise.all(files.map((file) => format(textOf(all.filter((entry) => entry.file === file)))));
  return Object.fromEntries(files.map((file, i): [string, string] => [file, texts[i] ?? ""]));
}

function addresses(element: TerraformElement): Address[] {
  const fragment = element.toTerraform() as Readonly<Record<string, JsonObject | undefined>>;
  return Object.entries(fragment).flatMap(([section, named]) => {
    if (!isObject(named) || section === "terraform") return [];
    return Object.keys(named).flatMap((label) =>
      namesIn(section, named[label]).map((names) => ({ section, labels: [label, ...names] })),
    );
  });
}

/** Resources and data sources have two labels, everything else has one. */
const namesIn = (section: string, named: Json | undefined): string[][] =>
  section === "resource" || section === "data" ? Object.keys(named as JsonObject).map((name) => [name]) : [[]];

function entriesOf(element: TerraformElement, { section, labels }: Address, json: JsonObject): Entry[] {
  const body = labels.reduce<Json>(
    (value, label) => (isObject(value) ? (value[label] ?? null) : null),
    json[section] ?? null,
  );
  const shape: Shape = { kind: section, blocks: blocksOf(element, section, labels), reasons: reasonsOf(element) };
  const file = fileOf(section, element);
  if (section === "locals") return [{ file, local: true, text: hclArguments({ [labels.join()]: body }, shape) }];
  const bodies = Array.isArray(body) ? (body as readonly Json[]) : [body];
  return bodies.map((each) => ({
    file,
    local: false,
    text: hclBlock([section, ...labels], each as JsonObject, shape),
  }));
}

/** A construct of the stack is a topic and has its own file; what the stack holds itself is in main.tf. */
function fileOf(section: string, element: TerraformElement): string {
  const own: Readonly<Record<string, string>> = {
    provider: "providers.tf",
    variable: "variables.tf",
    output: "outputs.tf",
  };
  const [topic, ...within] = element.node.scopes.slice(element.node.scopes.indexOf(element.cdktfStack) + 1);
  return own[section] ?? (topic === undefined || within.length === 0 ? "main.tf" : `${topic.node.id}.tf`);
}

const refactorings = (json: JsonObject): Entry[] =>
  ["moved", "import", "removed"].flatMap((kind) =>
    ((json[kind] ?? []) as readonly JsonObject[]).map((body) => ({
      file: "main.tf",
      local: false,
      text: hclBlock([kind], body, { kind, blocks: new Map(), reasons: new Map() }),
    })),
  );

function textOf(entries: readonly Entry[]): string {
  const locals = entries.filter(({ local }) => local).map(({ text }) => text);
  const blocks = entries.filter(({ local }) => !local).map(({ text }) => text);
  return [...(locals.length > 0 ? [`locals {\n${locals.join("\n")}\n}`] : []), ...blocks].join("\n\n") + "\n";
}

/** Nothing of what is applied may be missing, whoever added it. */
function refuseMissing(json: JsonObject, written: ReadonlySet<string>): void {
  const elsewhere = ["//", "terraform", "moved", "import", "removed"];
  const missing = Object.entries(json)
    .filter(([section]) => !elsewhere.includes(section))
    .flatMap(([section, named]) =>
      Object.entries(named as JsonObject).flatMap(([label, body]) =>
        namesIn(section, body).map((names) => [section, label, ...names].join(".")),
      ),
    )
    .find((address) => !written.has(address));
  if (missing !== undefined)
    throw new Error(
      `${missing} is in the JSON but belongs to no construct, so it cannot be written as HCL. Make it with a construct, such as those in stacks/terraform/elements.ts, instead of an override on the stack.`,
    );
}
