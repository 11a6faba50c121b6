import fc from "fast-check";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fromProject, lockFor, withoutRegistry } from "../../stacks/terraform/provider-locks";
import { anyVersion, compared, written } from "../support/versions";

const block = (name: string, version: string, ...hashes: readonly string[]): string =>
  [
    `provider "registry.terraform.io/hashicorp/${name}" {`,
    `  version     = "${version}"`,
    `  constraints = "${version}"`,
    "  hashes = [",
    ...hashes.map((hash) => `    "${hash}",`),
    "  ]",
    "}",
  ].join("\n");
const aws = block("aws", "6.25.0", "h1:a=", "zh:b");
const random = block("random", "3.7.2", "h1:c=", "zh:d");
const lock = `# This file is maintained automatically by "terraform init".\n\n${random}\n\n${aws}\n`;

test("a stack gets the part of the lock file that it needs, in Terraform's order", () => {
  const required = {
    random: { source: "hashicorp/random", version: "3.7.2" },
    aws: { source: "aws", version: "6.25.0" },
  };
  expect(lockFor(lock, required)).toBe(`${fromProject}\n\n${aws}\n\n${random}\n`);
  expect(lockFor(lock, { aws: required.aws })).toBe(`${fromProject}\n\n${aws}\n`);
});

test.each([
  [
    { aws: { source: "aws", version: "6.26.0" } },
    /has those of version 6\.25\.0 of .*hashicorp\/aws, and the stacks need version 6\.26\.0/,
  ],
  [
    { tls: { source: "hashicorp/tls", version: "4.0.0" } },
    /has no checksums of registry\.terraform\.io\/hashicorp\/tls/,
  ],
])("a provider that the lock file lacks is refused: %j", (required, message) => {
  expect(() => lockFor(lock, required)).toThrow(message);
});

const lockedAt = (version: string): string =>
  lockFor(block("aws", version, "h1:a=", "zh:b"), { aws: { source: "aws", version: ">= 6.32.1, < 7.0.0" } });

test.each(["6.32.1", "6.33.0", "6.100.0"])("a range accepts %s, which is in it", (version) => {
  expect(lockedAt(version)).toContain(`"${version}"`);
});

test.each(["6.32.0", "6.9.9", "7.0.0", "10.0.0"])("a range refuses %s, which is not in it", (version) => {
  expect(() => lockedAt(version)).toThrow(/the stacks need version >= 6\.32\.1, < 7\.0\.0/);
});

test("a range with another operator accepts nothing", () => {
  expect(() => lockFor(lock, { aws: { source: "aws", version: "~> 6.25" } })).toThrow(/need version ~> 6\.25/);
});

/** What an operator says of a version and its bound. */
const operators: Readonly<Record<string, (order: number) => boolean>> = {
  ">=": (order) => order >= 0,
  "<": (order) => order < 0,
  "=": (order) => order === 0,
  "": (order) => order === 0,
};

/** What becomes of a locked version where a range is required. */
function outcome(version: string, range: string): string {
  try {
    const locked = lockFor(block("aws", version, "h1:a="), { aws: { source: "aws", version: range } });
    return locked.includes(`"${version}"`) ? "accepted" : "lost";
  } catch (error) {
    return /\bstacks (need version .*)\. Run/.exec((error as Error).message)?.[1] ?? "fails";
  }
}

test("a version is accepted where each part of a range says so, part by part and as numbers", () => {
  const bounds = fc.array(fc.tuple(fc.constantFrom(...Object.keys(operators)), anyVersion), {
    minLength: 1,
    maxLength: 3,
  });
  const blanks = fc.constantFrom("", " ");
  fc.assert(
    fc.property(anyVersion, bounds, blanks, (version, parts, blank) => {
      const range = parts.map(([operator, bound]) => `${blank}${operator}${blank}${written(bound)}`).join(",");
      const isIn = parts.every(([operator, bound]) => operators[operator]?.(compared(version, bound)));
      expect(outcome(written(version), range)).toBe(isIn ? "accepted" : `need version ${range}`);
    }),
  );
});

test("an operator that is not used here accepts no version", () => {
  fc.assert(
    fc.property(
      anyVersion,
      anyVersion,
      fc.constantFrom("~>", ">", "<=", "!=", "==", "^", "~"),
      (version, bound, operator) => {
        const range = `${operator} ${written(bound)}`;
        expect(outcome(written(version), range)).toBe(`need version ${range}`);
      },
    ),
  );
});

test("checksums that no registry gave are found", () => {
  expect(withoutRegistry(lock)).toEqual([]);
  expect(withoutRegistry(`${block("aws", "6.25.0", "h1:a=")}\n\n${random}\n`)).toEqual([
    "registry.terraform.io/hashicorp/aws",
  ]);
});

test("no lock file is committed whose checksums do not come from a registry", () => {
  const root = resolve(__dirname, "../..");
  const committed = execFileSync("git", ["ls-files", "--cached", "*.lock.hcl", "**/*.lock.hcl"], {
    cwd: root,
    encoding: "utf8",
  })
    .split("\n")
    .filter((file) => file !== "");
  const unsigned = committed.filter((file) => withoutRegistry(readFileSync(resolve(root, file), "utf8")).length > 0);
  expect(unsigned).toEqual([]);
});
