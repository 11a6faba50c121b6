import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { checkovBinary, scan, writeForm } from "../../scripts/maintain/scan/checkov";
import { configOf, jsonConfig, scannable } from "../../scripts/maintain/scan/scannable";
import { stacksOf } from "../../scripts/shared/synthesize";
import { hclFiles } from "../../scripts/hcl-writer";
import { layoutOf } from "../../scripts/commands/hcl/files";

const stacks = Object.values(stacksOf({}));

test("the reasons for the JSON are those in the code (npm run docs writes them)", () => {
  expect(readFileSync(resolve(__dirname, "../..", jsonConfig), "utf8")).toBe(configOf(stacks));
});

test("the JSON for checkov lacks required_version, and has what dynamic blocks make in their place", () => {
  const block = { for_each: "${local.x}", content: { key: "${log.value}" } };
  expect(
    scannable({
      terraform: { required_version: ">= 1.9", backend: { local: {} } },
      resource: { a: { b: { name: "x", dynamic: { log: block } } } },
    }),
  ).toEqual({
    terraform: { backend: { local: {} } },
    resource: { a: { b: { name: "x", log: [{ key: "${log.value}" }] } } },
  });
});

/** What checkov's parser takes for the end of a sequence is its first closing brace outside of quotation marks. */
test.each(stacks.map((stack) => [stack.node.id, stack] as const))(
  "no text of %s has an object within a sequence, which checkov cannot read",
  async (name, stack) => {
    const files = await hclFiles(stack, layoutOf(name));
    const lines = Object.values(files)
      .flatMap((text) => text.split("\n"))
      .filter((line) => /^\s*(\w+\s*=|: |\? )?.*"[^"]*\$\{/.test(line));
    const sequences = lines.flatMap((line) => line.match(/\$\{(?:[^"{}]|"(?:[^"\\]|\\.)*")*[{}]/g) ?? []);
    expect(sequences.filter((sequence) => sequence.endsWith("{"))).toEqual([]);
  },
  60_000,
);

const binary = checkovBinary();
if (binary === undefined)
  console.warn("\n*** checkov is not on PATH: the scan of the stacks is SKIPPED. Install it, or set CHECKOV. ***\n");

(binary === undefined ? describe.skip : describe)("checkov, with its default checks", () => {
  test.each(["hcl", "json"] as const)(
    "reads all of the %s, runs its checks, and finds nothing without a reason",
    async (form) => {
      const folder = mkdtempSync(join(tmpdir(), "scan-"));
      try {
        await writeForm(folder, form, stacks);
        const report = scan(binary ?? "", folder, form);
        expect(report.parsingErrors).toEqual([]);
        expect(report.unexplained).toEqual([]);
        // 953 when this was written, for the JSON.
        expect(report.passed).toBeGreaterThan(500);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
    300_000,
  );
});
