import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { Refusal } from "../../shared/aws-sdk";
import { cacheFolder, labFolder } from "./cache-folder";

const oldest = [3, 10] as const;
const install = `Install Python ${oldest.join(".")} or newer, or set LAB_PYTHON to its path.`;

/**
 * The Python of a virtual environment with what the lab needs; the first run creates it. Its folder is named after the pinned
 * versions and the Python version, so a change of either creates another.
 *
 * @param requirements the file of the pinned versions, in `lab/`
 */
export function labPython(requirements = "requirements.txt"): string {
  const { program, version } = systemPython();
  const file = join(labFolder, requirements);
  const hash = createHash("sha256").update(version).update(readFileSync(file)).digest("hex").slice(0, 12);
  const folder = join(cacheFolder(), `python-${hash}`);
  if (!existsSync(pythonIn(folder))) create(program, file, folder);
  return pythonIn(folder);
}

const pythonIn = (folder: string): string => join(folder, "bin/python");

/** @throws Refusal if there is none that is new enough. */
function systemPython(): { readonly program: string; readonly version: string } {
  const { LAB_PYTHON: chosen } = process.env;
  const program = chosen === undefined || chosen === "" ? "python3" : chosen;
  const { stdout, status } = spawnSync(program, ["-c", "import sys; print(*sys.version_info[:3])"], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Refusal(`Python was not found: ${program} does not run. ${install}`);
  const [major = 0, minor = 0] = stdout.trim().split(" ").map(Number);
  if (major < oldest[0] || (major === oldest[0] && minor < oldest[1]))
    throw new Refusal(`${program} is Python ${major}.${minor}, which is too old for the lab. ${install}`);
  return { program, version: stdout.trim() };
}

/**
 * Several labs may start at once, for the first time too: each creates an environment of its own, and the first one to finish
 * moves it to where all look for it. Nothing in it is called by a path that the move breaks (`python -m` is).
 */
function create(python: string, requirements: string, folder: string): void {
  process.stderr.write("Preparing the lab (once): installing its Python packages, which takes about a minute...\n");
  mkdirSync(dirname(folder), { recursive: true });
  removeLeftovers();
  const building = mkdtempSync(`${folder}.building-`);
  try {
    run(python, ["-m", "venv", building]);
    run(pythonIn(building), ["-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", requirements]);
    rename(building, folder);
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
}

/** What a preparation that was killed has left. One that is running may be an hour old at most: it ends within minutes. */
function removeLeftovers(): void {
  for (const name of readdirSync(cacheFolder()).filter((name) => /^python-\w+\.building-/.test(name))) {
    const leftover = join(cacheFolder(), name);
    if (Date.now() - statSync(leftover).mtimeMs > 60 * 60 * 1000) rmSync(leftover, { recursive: true, force: true });
  }
}

function rename(building: string, folder: string): void {
  try {
    renameSync(building, folder);
  } catch (error) {
    // Another lab was first.
    if (!existsSync(pythonIn(folder))) throw error;
  }
}

function run(program: string, args: readonly string[]): void {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: "utf8" });
  if (status === 0) return;
  const why = error?.message ?? `${stdout}${stderr}`.trim();
  throw new Refusal(
    `The lab's Python environment could not be created: ${[program, ...args].join(" ")} failed. It needs the module venv (on Debian and Ubuntu: apt install python3-venv) and a package index.\n${why}`,
  );
}
