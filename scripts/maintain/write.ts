import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, extname, resolve } from "node:path";
import { format, resolveConfig } from "prettier";
import { root } from "../shared/synthesize";

const parsers: Readonly<Record<string, string>> = { ".md": "markdown", ".json": "json" };

/** Writes a file of this project, its path counted from the project's folder; Markdown and JSON as Prettier formats them. */
export async function writeDocument(path: string, text: string): Promise<void> {
  const file = resolve(root, path);
  const parser = parsers[extname(path)];
  const formatted = parser === undefined ? text : await format(text, { ...(await resolveConfig(file)), parser });
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, formatted);
}
