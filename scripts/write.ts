import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { format } from "prettier";

/** Writes a Markdown file of this project, its path counted from the project's folder, as Prettier formats it. */
export async function writeMarkdown(path: string, text: string): Promise<void> {
  const file = resolve(__dirname, "..", path);
  const formatted = await format(text, { parser: "markdown", printWidth: 120 });
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, formatted);
}
