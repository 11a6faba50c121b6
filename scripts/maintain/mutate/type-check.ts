import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { root } from "../../shared/synthesize";

/** Whether a changed file, or one that imports it, still compiles. What is unused is left out: it would be removed with its use. */
export type TypeCheck = (file: string, text: string) => readonly string[];

/** Keeps the whole program in memory; the first file takes as long as `tsc`. */
export function typeCheck(): TypeCheck {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), (path) => ts.sys.readFile(path)) as {
    readonly config: object;
  };
  const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const changed = new Map<string, { readonly version: number; readonly text: string }>();
  const service = ts.createLanguageService({
    getCompilationSettings: () => ({ ...options, noUnusedLocals: false, noUnusedParameters: false }),
    getScriptFileNames: () => fileNames.filter((name) => !name.includes("/__tests__/")),
    getScriptVersion: (name) => (changed.get(name)?.version ?? 0).toString(),
    getScriptSnapshot: (name) => {
      const text = changed.get(name)?.text ?? ts.sys.readFile(name);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => root,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: ts.sys.fileExists.bind(ts.sys),
    readFile: ts.sys.readFile.bind(ts.sys),
    directoryExists: ts.sys.directoryExists.bind(ts.sys),
    getDirectories: ts.sys.getDirectories.bind(ts.sys),
    realpath: (path) => ts.sys.realpath?.(path) ?? path,
  });
  let version = 0;
  const set = (path: string, text: string): void => {
    version += 1;
    changed.set(path, { version, text });
  };
  return (file, text) => {
    const path = join(root, file);
    set(path, text);
    const imports = (service.getProgram()?.getSourceFiles() ?? []).filter(
      (source) =>
        source.fileName.startsWith(`${root}/s`) &&
        (source.fileName === path ||
          source.statements.some(
            (statement) =>
              ts.isImportDeclaration(statement) &&
              ts.isStringLiteral(statement.moduleSpecifier) &&
              join(source.fileName, "..", `${statement.moduleSpecifier.text}.ts`) === path,
          )),
    );
    const errors = imports.flatMap(({ fileName }) => service.getSemanticDiagnostics(fileName));
    set(path, readFileSync(path, "utf8"));
    return errors.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " "));
  };
}
