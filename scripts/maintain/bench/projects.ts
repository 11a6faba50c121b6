import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../shared/synthesize";

/** A copy of this project, so that measuring leaves cdktf.out and cdktf.json alone, with `load.ts`: what main.ts imports, and no more. */
export function ourProject(folder: string): string {
  copy(folder);
  const imported = [...read(join(folder, "main.ts")).matchAll(/^import .* from ("[^"]+");$/gm)].map(([, from]) => from);
  if (imported.length === 0) throw new Error("main.ts imports nothing that the benchmark can find.");
  writeFileSync(join(folder, "load.ts"), imported.map((from) => `import ${from ?? ""};\n`).join(""));
  return folder;
}

/** The same main.ts and stacks, run as a project of `cdktf init --template=typescript` runs them. */
export function stockProject(folder: string): string {
  copy(folder);
  const template = join(root, "node_modules/cdktf-cli/bundle/templates/typescript");
  const { app } = JSON.parse(read(join(template, "cdktf.json")).replaceAll(/\{\{\w+\}\}/g, "")) as {
    app: string;
  };
  const { compilerOptions, ...others } = JSON.parse(read(join(template, "tsconfig.json"))) as {
    compilerOptions: object;
  };
  const settings = JSON.parse(read(join(folder, "cdktf.json"))) as object;
  writeFileSync(join(folder, "cdktf.json"), JSON.stringify({ ...settings, app }));
  // The template is older than TypeScript 6, which needs the name of Node's types, and than the language level of the stacks.
  const fitting = { ...compilerOptions, types: ["node"], lib: ["es2023"] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ ...others, compilerOptions: fitting }));
  return folder;
}

function copy(folder: string): void {
  mkdirSync(folder);
  for (const part of ["main.ts", "app.ts", "stacks", "cdktf.json", "tsconfig.json", "package.json"])
    cpSync(join(root, part), join(folder, part), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
}

const read = (file: string): string => readFileSync(file, "utf8");
