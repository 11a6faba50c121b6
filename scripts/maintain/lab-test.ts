/**
 * Checks the lab itself: its code's format and rules (ruff), and what it answers against what AWS answers (pytest).
 *
 *     npm run lab:test [-- OPTIONS OF PYTEST...]
 */
import { spawnSync } from "node:child_process";
import { command } from "../shared/command";
import { labFolder } from "../commands/lab/cache-folder";
import { withoutAwsSettings } from "../commands/lab/environment";
import { labPython } from "../commands/lab/python";

void command(() => {
  const python = labPython("requirements-dev.txt");
  const options = process.argv.slice(2);
  const checks = [
    ["ruff", "check"],
    ["ruff", "format", "--check"],
    // The tests of a file share a lab; files run on all processors.
    ["pytest", "--numprocesses=auto", "--dist=loadfile", ...options],
  ];
  for (const check of checks) {
    const { status } = spawnSync(python, ["-m", ...check], {
      cwd: labFolder,
      env: withoutAwsSettings(process.env),
      stdio: "inherit",
    });
    if (status !== 0) {
      process.exitCode = status ?? 1;
      return;
    }
  }
});
