import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A Python for the lab, which needs neither packages nor a network. */
export interface LabPython {
  /** A folder of this test, with `python3` in it. */
  readonly folder: string;
  /** Where the lab keeps what it can make again. */
  readonly cache: string;
  /** What it was run with, in order: the program (of an environment or of the system) and its arguments. */
  readonly runs: () => readonly string[];
  /** What it does, as lines of a shell: for `venv`, for `pip`, for `describe` (of control calls) and for `serve`. */
  readonly does: (what: Partial<Record<"version" | "venv" | "pip" | "describe" | "serve", string>>) => void;
}

// An environment has the Python that made it. `$folder` is the environment that is being made.
const program = (folder: string): string => `#!/bin/sh
here="${folder}"
case "$0" in */building* | *.building-*) echo "new: $*" ;; */bin/python) echo "made: $*" ;; *) echo "system: $*" ;; esac >> "$here/runs"
case "$*" in
"-c "*) . "$here/version" ;;
"-m venv "*) folder="$3"; mkdir -p "$folder/bin" && cp "$0" "$folder/bin/python"; . "$here/venv" ;;
"-m pip "*) folder="\${0%/bin/python}"; . "$here/pip" ;;
*--describe-control-calls) . "$here/describe" ;;
*--until-stdin-ends) . "$here/serve" ;;
esac
`;

const nothing = { version: "echo 3 11 7", venv: ":", pip: ":", describe: "echo '[]'", serve: "cat > /dev/null" };

/** Gives each test of a file a Python and a cache folder of its own, and an environment that names both. */
export function labPythonOfEachTest(): LabPython {
  const outside = process.env;
  let folder = "";
  const does: LabPython["does"] = (what) => {
    for (const [name, lines] of Object.entries(what)) writeFileSync(join(folder, name), `${lines}\n`);
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "lab-python-"));
    const python = join(folder, "python3");
    writeFileSync(python, program(folder));
    chmodSync(python, 0o755);
    does(nothing);
    process.env = { ...outside, LAB_PYTHON: python, XDG_CACHE_HOME: join(folder, "cache") };
    delete process.env.LAB_URL;
  });

  afterEach(() => {
    process.env = outside;
    rmSync(folder, { recursive: true });
  });

  return {
    get folder() {
      return folder;
    },
    get cache() {
      return join(folder, "cache/elasticache-redis-backup");
    },
    runs: () => {
      try {
        return readFileSync(join(folder, "runs"), "utf8").trim().split("\n");
      } catch {
        return [];
      }
    },
    does,
  };
}

/** What each test of a file has written to the standard error so far. */
export function shownByEachTest(): { text: string } {
  const shown = { text: "" };
  beforeEach(() => {
    shown.text = "";
    jest.spyOn(process.stderr, "write").mockImplementation((text) => {
      shown.text += String(text);
      return true;
    });
  });
  return shown;
}
