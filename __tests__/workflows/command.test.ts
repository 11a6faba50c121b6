import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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

  test("asks again while the execution is running, at least once a minute, and prints its end", () => {
    const stub = (program: string, lines: string): void => {
      writeFileSync(join(folder, program), `#!/bin/sh\n${lines}\n`);
      chmodSync(join(folder, program), 0o755);
    };
    const [asked, slept] = [join(folder, "asked"), join(folder, "slept")];
    // Running twice, then over.
    stub(
      "aws",
      `case "$*" in
  *start-execution*) echo arn;;
  *"--query status"*) echo x >>"${asked}"; [ "$(wc -l <"${asked}")" -gt 2 ] && echo SUCCEEDED || echo RUNNING;;
  *) echo the end;;
esac`,
    );
    stub("sleep", `echo "$1" >>"${slept}"`);
    const { status, stdout } = spawnSync("sh", ["-c", command], {
      encoding: "utf8",
      env: { PATH: `${folder}${delimiter}${process.env.PATH ?? ""}` },
    });
    rmSync(join(folder, "sleep"));
    expect([status, stdout]).toEqual([0, "the end\n"]);
    const seconds = readFileSync(slept, "utf8").trim().split("\n").map(Number);
    expect(seconds).toHaveLength(2);
    expect(Math.max(...seconds)).toBeLessThanOrEqual(60);
    expect(Math.min(...seconds)).toBeGreaterThanOrEqual(5);
  });

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
