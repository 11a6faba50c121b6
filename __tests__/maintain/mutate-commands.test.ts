import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { callHelpers, helpersOf } from "../../scripts/maintain/mutate/aws-calls";
import { copyProject } from "../../scripts/maintain/mutate/copy";
import { applied, sabotagesOf } from "../../scripts/maintain/mutate/generate";
import { relatedTests } from "../../scripts/maintain/mutate/tests";
import { root } from "../../scripts/shared/synthesize";

/** What is sabotaged in commands, which calls are found, and the copy that they are tried in. */
test("the helpers that call AWS are found in the sources, and so is whatever returns what they do", () => {
  const texts = [
    "export const putObject = (args: object): Call => call({ arguments: args });",
    "export function deleteGroup(args: object): Call { return call({ arguments: args }); }",
    "const copySnapshot = (origin: Origin) => putObject({ Key: origin });",
    "const describe = (name: string) => ({ ...copySnapshot(name), Output: 1 });",
    "const title = (name: string): string => upper(name);",
  ];
  expect([...helpersOf(texts)].sort()).toEqual(["copySnapshot", "deleteGroup", "describe", "putObject"]);
  expect([...callHelpers()]).toEqual(
    expect.arrayContaining(["deleteVersions", "multipartUpload", "listObjectVersions"]),
  );
});

const ofCommand = (text: string): readonly string[] =>
  sabotagesOf("scripts/commands/a.ts", text).map((one) => applied(text, one).replaceAll(/\s+/g, " "));

test.each([
  ["client.send(new DeleteSnapshotCommand({ SnapshotName: name }));", "client.send(new DeleteSnapshotCommand({ }));"],
  ["await remove(name);", ";"],
  ["await remove(name);", "void remove(name);"],
  ["if (await confirmed(text)) go();", "if (confirmed(text)) go();"],
  ["process.exitCode = 1;", "process.exitCode = (1 - 1);"],
  ['command.option("--keep", "keeps it").action(act);', "command.action(act);"],
  ["try { a(); } catch (error) { throw error; } finally { b(); }", "try { a(); } finally { b(); }"],
  ["try { a(); } catch (error) { throw error; } finally { b(); }", "try { a(); } catch (error) {} finally { b(); }"],
  [
    "try { a(); } catch (error) { throw error; } finally { b(); }",
    "try { a(); } catch (error) { throw error; } finally {}",
  ],
  ["const sorted = all.sort((a, b) => a - b);", "const sorted = all.sort((b, a) => a - b);"],
  ["const valid = /^[a-z]+$/.test(name);", "const valid = /[a-z]+$/.test(name);"],
  ["const some = { id, ...(url !== undefined && { url }) };", "const some = { id };"],
  ["const found = true;", "const found = false;"],
  ["const end = begin + size;", "const end = begin - size;"],
])("a command: %s", (text, expected) => {
  expect(ofCommand(text)).toContain(expected);
});

test("a copy of the project is a repository of the same files: a test asks git for them", () => {
  const project = mkdtempSync(join(tmpdir(), "mutate-copy-"));
  const files = {
    "a.ts": "",
    "stacks/b.ts": "",
    ".gitignore": "c.log\nnode_modules/",
    "c.log": "",
    "node_modules/d.js": "",
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(project, name)), { recursive: true });
    writeFileSync(join(project, name), text);
  }
  execFileSync("git", ["init", "--quiet"], { cwd: project });
  const copy = copyProject("test", project);
  const listed = execFileSync("git", ["ls-files"], { cwd: copy, encoding: "utf8" });
  rmSync(project, { recursive: true });
  rmSync(join(copy, "../.."), { recursive: true });
  expect(listed).toBe(".gitignore\na.ts\nstacks/b.ts\n");
});

test("a file that tests only start as a process has the tests that name it", () => {
  expect(relatedTests(root, "scripts/cli.ts")).toContain("__tests__/commands/options.test.ts");
  expect(relatedTests(root, "main.ts")).toContain("__tests__/app.test.ts");
});
