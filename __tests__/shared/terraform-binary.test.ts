import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type * as Binary from "../../scripts/shared/terraform-binary";
import type * as Terraform from "../../scripts/shared/terraform";

const outside = process.env;
const directory = process.cwd();
const folder = mkdtempSync(join(tmpdir(), "binary-"));

beforeAll(() => {
  for (const name of ["here", "on-path/tofu", "on-path/no-program"]) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), "");
    chmodSync(join(folder, name), name.endsWith("no-program") ? 0o644 : 0o755);
  }
  mkdirSync(join(folder, "on-path/folder"));
});

beforeEach(() => {
  process.env = { ...outside, PATH: ["/nowhere", join(folder, "on-path")].join(delimiter) };
  delete process.env.TERRAFORM_BINARY_NAME;
  process.chdir(folder);
});

afterEach(() => {
  process.env = outside;
  process.chdir(directory);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Modules {
  readonly "terraform-binary": typeof Binary;
  readonly terraform: typeof Terraform;
}

/** A module as a command loads it that is run with this binary. */
function loaded<Name extends keyof Modules>(name: Name, binary?: string): Modules[Name] {
  if (binary !== undefined) process.env.TERRAFORM_BINARY_NAME = binary;
  const found: Modules[Name][] = [];
  jest.isolateModules(() => {
    found.push(jest.requireActual<Modules[Name]>(`../../scripts/shared/${name}`));
  });
  const [module] = found;
  if (module === undefined) throw new Error(`${name} was not loaded.`);
  return module;
}

test.each([
  ["tofu", true],
  ["missing", false],
  ["no-program", false],
  ["folder", false],
  ["here", false],
  ["./here", true],
  ["./tofu", false],
  ["on-path/tofu", true],
  [join(folder, "here"), true],
])("a program is found as a shell finds it: %s, %j", (program, expected) => {
  expect(loaded("terraform-binary").isOnPath(program)).toBe(expected);
});

test("without a PATH nothing is on it", () => {
  delete process.env.PATH;
  expect(loaded("terraform-binary").isOnPath("tofu")).toBe(false);
});

test.each([
  [undefined, "terraform"],
  ["", "terraform"],
  ["tofu", "tofu"],
])("with TERRAFORM_BINARY_NAME %j, %s is run", (binary, expected) => {
  expect(loaded("terraform-binary", binary).terraformBinary).toBe(expected);
});

test("one that is not there is refused, with what to do, by whatever would run it", async () => {
  const message =
    "no-terraform was not found on the PATH. Install Terraform 1.9 or newer, or set TERRAFORM_BINARY_NAME,";
  const { requireTerraform } = loaded("terraform-binary", "no-terraform");
  expect(requireTerraform).toThrow(message);
  expect(loaded("terraform-binary", "tofu").requireTerraform).not.toThrow();
  const { terraformIn, runInTerminal } = loaded("terraform", "no-terraform");
  expect(() => terraformIn(folder)).toThrow(message);
  await expect(runInTerminal(folder, ["plan"])).rejects.toThrow(message);
});
