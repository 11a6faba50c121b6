import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { root } from "../../shared/synthesize";

/** The environment of sabotaged code, with a home folder of its own: labs share the user's cache folder. */
export const awayFromHome = (copy: string): NodeJS.ProcessEnv => ({
  ...process.env,
  HOME: join(copy, "../home"),
  XDG_CACHE_HOME: undefined,
});

/**
 * Copies the project, with uncommitted changes and without what git ignores, so that nothing that is sabotaged is ever in the project
 * itself. Each run overwrites the copy of the run before, whose path it has: Jest keeps what it transformed by the path of a file.
 */
export function copyProject(name: string, project = root): string {
  // In a folder of its own, because tests look at what lies beside the project.
  const folder = join(
    tmpdir(),
    `mutate-${createHash("sha256").update(project).digest("hex").slice(0, 8)}`,
    name,
    "project",
  );
  for (const old of [folder, join(folder, "../home")]) rmSync(old, { recursive: true, force: true });
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: project,
    encoding: "utf8",
  });
  for (const file of listed.split("\0").filter((name) => name !== "" && existsSync(join(project, name)))) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(project, file), join(folder, file), { preserveTimestamps: true });
  }
  // A repository of its own: a test asks git which files are committed.
  for (const args of [
    ["init", "--quiet"],
    ["add", "--all"],
  ])
    execFileSync("git", args, { cwd: folder });
  // Links to the packages, but a cache of its own: it holds the stacks that were synthesized.
  mkdirSync(join(folder, "node_modules"), { recursive: true });
  for (const name of readdirSync(join(project, "node_modules")))
    if (name !== ".cache") symlinkSync(join(project, "node_modules", name), join(folder, "node_modules", name));
  return folder;
}
