import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { environmentStacks } from "../support/stacks";

describe.each(["manual_backup_command", "restore_test_command"])("the command of the output %s", (name) => {
  const folder = mkdtempSync(join(tmpdir(), "command-"));
  const command = String(environmentStacks["redis-dev"]?.().output[name]?.value).replaceAll(/\$\{[^}]*\}/g, "x");
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  /** What it passes on as the input of the execution. */
  function inputWith(environment: Readonly<Record<string, string>>): string {
    const aws = join(folder, "aws");
    writeFileSync(
      aws,
      `#!/bin/sh
case "$*" in
  *start-execution*) while [ "$1" != --input ]; do shift; done; printf %s "$2" >"${join(folder, "input")}"; echo arn;;
  *) echo SUCCEEDED;;
esac
`,
    );
    chmodSync(aws, 0o755);
    const { status, stderr } = spawnSync("sh", ["-c", command], {
      encoding: "utf8",
      env: { PATH: `${folder}${delimiter}${process.env.PATH ?? ""}`, ...environment },
    });
    expect([status, stderr]).toEqual([0, ""]);
    return spawnSync("cat", [join(folder, "input")], { encoding: "utf8" }).stdout;
  }

  test("starts with an empty object when INPUT is not set, or empty", () => {
    expect(inputWith({})).toBe("{}");
    expect(inputWith({ INPUT: "" })).toBe("{}");
  });

  test.each(['{"snapshotName": "a b", "keepGroup": true}', '{\n  "keepGroup": true\n}', '$(touch x) `id` "; exit 1'])(
    "passes INPUT on as it is: %s",
    (input) => {
      expect(inputWith({ INPUT: input })).toBe(input);
    },
  );
});
