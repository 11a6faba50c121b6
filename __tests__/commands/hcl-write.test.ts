import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as files from "../../scripts/commands/hcl/files";
import { writeHcl } from "../../scripts/commands/hcl/write";

let folder: string;

jest.mock("../../scripts/commands/hcl/files", () => ({
  ...jest.requireActual<typeof files>("../../scripts/commands/hcl/files"),
  hclFolder: (name: string) => join(folder, name),
}));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hcl-"));
  jest.spyOn(console, "log").mockImplementation(() => undefined);
});

afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

test("only the stack that was named is written, and only its .tf files are replaced", async () => {
  const stack = join(folder, "redis-backup-policy");
  mkdirSync(join(stack, ".terraform"), { recursive: true });
  for (const name of ["gone.tf", "main.tf", "own.tfvars"]) writeFileSync(join(stack, name), "older");
  await writeHcl(["redis-backup-policy"]);
  expect(readdirSync(folder)).toEqual(["redis-backup-policy"]);
  expect(existsSync(join(stack, "gone.tf"))).toBe(false);
  expect(existsSync(join(stack, ".terraform"))).toBe(true);
  expect(readFileSync(join(stack, "own.tfvars"), "utf8")).toBe("older");
  expect(readFileSync(join(stack, "versions.tf"), "utf8")).toContain("required_providers");
});
