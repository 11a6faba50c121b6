import childProcess from "node:child_process";
import { existsSync, mkdirSync, readdirSync, utimesSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { labPython } from "../../../scripts/commands/lab/python";
import { labPythonOfEachTest, shownByEachTest } from "../../support/lab-python";

const python = labPythonOfEachTest();
const environments = (): string[] => readdirSync(python.cache).sort();
/** What was run, without the names of folders. */
const runs = (): string[] => python.runs().map((run) => run.replaceAll(/\S*\/(?=\S)/g, ""));

const shown = shownByEachTest();

afterEach(() => {
  jest.restoreAllMocks();
});

const looks = "system: -c import sys; print(*sys.version_info[:3])";
const makes: readonly unknown[] = [
  expect.stringMatching(/^system: -m venv python-\w+\.building-\w+$/),
  "new: -m pip install -q --disable-pip-version-check -r requirements.txt",
];

test("the first run makes an environment with the pinned packages and says so; the next ones use it", () => {
  const made = labPython();
  expect(relative(python.cache, made)).toMatch(/^python-[0-9a-f]{12}\/bin\/python$/);
  expect(existsSync(made)).toBe(true);
  expect(runs()).toEqual([looks, ...makes]);
  expect(shown.text).toMatch(/^Preparing the lab \(once\)/);
  expect(labPython()).toBe(made);
  expect(runs()).toEqual([looks, ...makes, looks]);
  expect(environments()).toEqual([relative(python.cache, dirname(dirname(made)))]);
});

test("another version of Python, and other packages, have an environment of their own", () => {
  const first = labPython();
  python.does({ version: "echo 3 12 1" });
  const second = labPython();
  expect(new Set([first, second, labPython("requirements-dev.txt")]).size).toBe(3);
});

test.each(["", undefined])("with LAB_PYTHON %j, the Python of the PATH is used", (chosen) => {
  if (chosen === undefined) delete process.env.LAB_PYTHON;
  else process.env.LAB_PYTHON = chosen;
  // A child process has the environment outside of Jest.
  jest.spyOn(childProcess, "spawnSync").mockReturnValue({ status: 1, stdout: "" } as never);
  expect(() => labPython()).toThrow("Python was not found: python3 does not run.");
});

test("a Python that does not run is refused, with its name", () => {
  process.env.LAB_PYTHON = join(python.folder, "typo");
  expect(() => labPython()).toThrow(
    `Python was not found: ${python.folder}/typo does not run. Install Python 3.10 or newer, or set LAB_PYTHON to its path.`,
  );
});

describe("Python", () => {
  test.each(["3 10 0", "3 11 7", "4 0 0"])("%s is new enough", (version) => {
    python.does({ version: `echo ${version}` });
    expect(existsSync(labPython())).toBe(true);
  });

  test.each([
    ["3 9 18", "3.9"],
    ["2 7 18", "2.7"],
    ["2 11 0", "2.11"],
  ])("%s is refused as too old, and nothing is made", (version, shown) => {
    python.does({ version: `echo ${version}` });
    expect(() => labPython()).toThrow(`python3 is Python ${shown}, which is too old for the lab. Install Python 3.10`);
    expect(existsSync(python.cache)).toBe(false);
  });
});

test.each([
  ["the environment", { venv: "echo no module ensurepip >&2; exit 1" }, /-m venv \S+ failed\.[^]*no module ensurepip$/],
  ["a Python in it", { venv: 'rm "$folder/bin/python"' }, /-m pip install [^]* failed\. [^]*spawnSync \S+ ENOENT$/],
  ["its packages", { pip: "echo no index; exit 1" }, /-m pip install [^]* failed\. .*python3-venv[^]*no index$/],
])("when %s cannot be made, the reason is shown and nothing is left", (_what, does, message) => {
  python.does(does);
  expect(() => labPython()).toThrow(message);
  expect(environments()).toEqual([]);
});

describe("another lab that starts for the first time at once", () => {
  // The environment where all look for it.
  const target = "${folder%.building-*}";

  test("may be ready first: its environment is used, and the own one removed", () => {
    python.does({ pip: `mkdir -p ${target}/bin && touch ${target}/bin/python` });
    labPython();
    expect(environments()).toEqual([expect.stringMatching(/^python-\w+$/)]);
  });

  test("but what is not an environment is not taken for one", () => {
    python.does({ pip: `mkdir -p ${target}/lib` });
    expect(() => labPython()).toThrow(/ENOTEMPTY/);
  });
});

test("what a killed preparation has left for more than an hour is removed, and nothing else", () => {
  // File systems keep whole seconds exactly.
  const now = Date.parse("2026-01-31T12:00:00Z");
  jest.spyOn(Date, "now").mockReturnValue(now);
  const minutes = {
    "python-0a.building-x": 61,
    "python-0b.building-x": 60,
    "python-0c": 90,
    running: 90,
    "old-python-0d.building-x": 90,
  };
  for (const [name, age] of Object.entries(minutes)) {
    mkdirSync(join(python.cache, name), { recursive: true });
    const then = new Date(now - age * 60_000);
    utimesSync(join(python.cache, name), then, then);
  }
  labPython();
  expect(environments().filter((name) => name in minutes)).toEqual(Object.keys(minutes).slice(1).sort());
});
