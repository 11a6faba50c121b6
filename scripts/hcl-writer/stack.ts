import { TerraformElement, type TerraformStack } from "cdktf";
import { hclArguments, hclBlock, type Shape } from "./blocks";
import { blocksOf } from "./shapes";
import { format } from "./format";
import { isObject, type Json, type JsonObject } from "./value";

/** What a project decides about its HCL. */
export interface HclOptions {
  /** The file of a block, e.g. `variables.tf`. `moved`, `import` and `removed` blocks belong to no element. */
  readonly fileOf: (section: string, element?: TerraformElement) => string;
  /** Comments of an element by the path of the argument they stand above, e.g. `lifecycle.ignore_changes`; the empty path is the block. */
  readonly commentsOf: (element: TerraformElement) => ReadonlyMap<string, string>;
  /** Comments for other programs at the beginning of an element's block, one line each. @default - none */
  readonly directivesOf?: (element: TerraformElement) => readonly string[];
  /** The `terraform` blocks to write by file, from the one that cdktf synthesized. */
  readonly settings: (terraform: JsonObject) => Readonly<Record<string, JsonObject>>;
}

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

const noComments: Omit<Shape, "kind"> = { blocks: new Map(), comments: new Map() };

/**
 * A stack as HCL: the text of each file by its name.
 *
 * It is made from the JSON that Terraform applies. The constructs add the order and the comments, and the provider's classes what is
 * a block and what an argument.
 *
 * @throws if the JSON has something that cannot be written as HCL.
 */
export async function hclFiles(stack: TerraformStack, options: HclOptions): Promise<Readonly<Record<string, string>>> {
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
          return entriesOf(element, address, json, options);
        }),
    );
  refuseMissing(json, written);
  const settings = Object.entries(options.settings(json.terraform as JsonObject)).map(([file, body]) => ({
    file,
    local: false,
    text: hclBlock(["terraform"], body, { kind: "terraform", ...noComments }),
  }));
  const all = [...settings, ...entries, ...refactorings(json, options)];
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

function entriesOf(
  element: TerraformElement,
  { section, labels }: Address,
  json: JsonObject,
  { fileOf, commentsOf, directivesOf = () => [] }: HclOptions,
): Entry[] {
  const body = labels.reduce<Json>(
    (value, label) => (isObject(value) ? (value[label] ?? null) : null),
    json[section] ?? null,
  );
  const shape: Shape = {
    kind: section,
    blocks: blocksOf(element, section, labels),
    comments: commentsOf(element),
    directives: directivesOf(element),
  };
  const file = fileOf(section, element);
  if (section === "locals") return [{ file, local: true, text: hclArguments({ [labels.join()]: body }, shape) }];
  const bodies = Array.isArray(body) ? (body as readonly Json[]) : [body];
  return bodies.map((each) => ({
    file,
    local: false,
    text: hclBlock([section, ...labels], each as JsonObject, shape),
  }));
}

const refactorings = (json: JsonObject, { fileOf }: HclOptions): Entry[] =>
  ["moved", "import", "removed"].flatMap((kind) =>
    ((json[kind] ?? []) as readonly JsonObject[]).map((body) => ({
      file: fileOf(kind),
      local: false,
      text: hclBlock([kind], body, { kind, ...noComments }),
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
      `${missing} is in the JSON but belongs to no construct, so it cannot be written as HCL. Replace the override on the stack by a TerraformElement.`,
    );
}
