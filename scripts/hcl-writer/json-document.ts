import { templateParts } from "./tokens";

const width = 120;
const indent = "  ";

/** A piece of JSON that stays together, or a bracket with what is in it. */
type Node = string | Bracket;
interface Bracket {
  readonly open: string;
  readonly items: readonly (readonly Node[])[];
}

/**
 * A JSON document that was written into one line, laid out over several: line breaks and indents are all that is added, so that it is
 * the same text without them. Undefined for a text that is no JSON object or list, or has line breaks already.
 */
export function jsonDocument(template: string, depth: number): string | undefined {
  if (!/^[[{]/.test(template) || /[\r\n]/.test(template)) return undefined;
  const parts = templateParts(template);
  const plain = parts.map(({ kind, source }) => (kind === "sequence" ? "0" : source)).join("");
  if (!isJson(plain)) return undefined;
  const atoms = parts.flatMap(({ kind, source }) =>
    kind === "sequence" ? [source] : (source.match(/\\?[^]/gu) ?? []),
  );
  const { items } = read(atoms, { at: 0 });
  return indent.repeat(depth) + (items[0] ?? []).map((node) => render(node, depth, 0)).join("");
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function read(atoms: readonly string[], cursor: { at: number }): { items: Node[][] } {
  const items: Node[][] = [];
  let item: Node[] = [];
  let text = "";
  let quoted = false;
  const endText = () => {
    if (text !== "") item.push(text);
    text = "";
  };
  const endItem = () => {
    endText();
    if (item.length > 0) items.push(item);
    item = [];
  };
  for (let atom = atoms[cursor.at]; atom !== undefined; atom = atoms[cursor.at]) {
    cursor.at += 1;
    if (atom === '"') quoted = !quoted;
    if (quoted || !/^[[\]{},]$/.test(atom)) text += atom;
    else if (atom === ",") endItem();
    else if (atom === "{" || atom === "[") {
      endText();
      item.push({ open: atom, items: read(atoms, cursor).items });
    } else break;
  }
  endItem();
  return { items };
}

const flatten = (node: Node): string =>
  typeof node === "string"
    ? node
    : `${node.open}${node.items.map((item) => item.map(flatten).join("")).join(",")}${closing(node)}`;

const closing = ({ open }: Bracket): string => (open === "{" ? "}" : "]");

function render(node: Node, depth: number, before: number): string {
  const flat = flatten(node);
  if (typeof node === "string" || node.items.length === 0 || depth * indent.length + before + flat.length <= width)
    return flat;
  const lines = node.items.map((item) => {
    const [key = "", ...rest] = item;
    const start = typeof key === "string" ? key.length : 0;
    return (
      indent.repeat(depth + 1) +
      [render(key, depth + 1, 0), ...rest.map((each) => render(each, depth + 1, start))].join("")
    );
  });
  return `${node.open}\n${lines.join(",\n")}\n${indent.repeat(depth)}${closing(node)}`;
}
