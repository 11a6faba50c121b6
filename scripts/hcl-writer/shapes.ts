import type { TerraformElement } from "cdktf";
import { isObject, type Json } from "./value";

interface Attribute {
  readonly value: Json;
  readonly isBlock?: boolean;
  readonly is_block?: boolean;
}

/** Whether the provider has a block or an argument at each path of an element, as cdktf's class of it knows for its own HCL. */
export function blocksOf(
  element: TerraformElement,
  section: string,
  labels: readonly string[],
): ReadonlyMap<string, boolean> {
  const found = new Map<string, boolean>();
  if (section !== "resource" && section !== "data" && section !== "provider") return found;
  const hcl = element.toHclTerraform() as Readonly<Record<string, Json>>;
  let body: Json = hcl[section] ?? {};
  for (const label of labels) body = isObject(body) ? (body[label] ?? {}) : {};
  for (const each of Array.isArray(body) ? (body as readonly Json[]) : [body]) collect(each, "", found);
  return found;
}

function collect(attributes: Json, path: string, found: Map<string, boolean>): void {
  if (!isPlain(attributes)) return;
  for (const [name, attribute] of Object.entries(attributes)) {
    const at = path === "" ? name : `${path}.${name}`;
    const known = attribute as Attribute | null | undefined;
    const isBlock = known?.isBlock ?? known?.is_block;
    if (known === null || known === undefined || isBlock === undefined) continue;
    found.set(at, isBlock);
    if (isBlock)
      for (const each of Array.isArray(known.value) ? (known.value as readonly Json[]) : [known.value])
        collect(each, at, found);
  }
}

/** Not a token, which is an object of a class. */
const isPlain = (value: Json): value is Readonly<Record<string, Json>> =>
  isObject(value) && Object.getPrototypeOf(value) === Object.prototype;
