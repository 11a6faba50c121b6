import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { format, resolveConfig } from "prettier";

/** Writes a file of this project, its path counted from the project's folder; Markdown as Prettier formats it. */
export async function writeDocument(path: string, text: string): Promise<void> {
  const file = resolve(__dirname, "../..", path);
  const formatted = path.endsWith(".md")
    ? await format(text, { ...(await resolveConfig(file)), parser: "markdown" })
    : text;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, formatted);
}
