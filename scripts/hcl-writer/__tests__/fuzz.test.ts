import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { parse } from "@cdktf/hcl2json";
import fc from "fast-check";
import { format, hclBlock, hclValue, type Json } from "..";

const terraformBinary = process.env.TERRAFORM_BINARY_NAME ?? "terraform";
const hasTerraform = spawnSync(terraformBinary, ["version"]).status === 0;
const describeTerraform = hasTerraform || process.env.CI !== undefined ? describe : describe.skip;
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("TF_")));

// WebAssembly is compiled first, which takes long on a busy machine.
jest.setTimeout(60_000);

const runs = 200;
const seed = 20261125;

const awkward = [
  '"',
  "\\",
  "\n",
  "\r\n",
  "\t",
  " ",
  "$",
  "%",
  "{",
  "}",
  "$${",
  "%%{",
  "#",
  "//",
  "/*",
  "'",
  "`",
  "é",
  "日",
  "🙂",
];
const words = [
  "\u2028",
  "\u0000",
  "\u007f",
  "EOT",
  "JSON",
  "a",
  "for",
  "\n\n",
  "\n  ",
  "\\n",
  "${",
  "%{",
  "~}",
  "<<-EOT",
  "null",
];

/** Text of a template, in which nothing begins a sequence. */
const text = fc
  .array(fc.constantFrom(...awkward, ...words), { maxLength: 8 })
  .map((pieces) => escapeSequences(pieces.join("")));

/** The doubled ones are escapes already. */
const escapeSequences = (raw: string): string =>
  raw.replaceAll(/\$+\{|%+\{/g, (found) => `${found.charAt(0).repeat(2)}{`);

/** Expressions that need no provider, with all that makes it hard to find their end. */
const expressions = [
  'upper("x")',
  '"a}\\"${"nested ${jsonencode({ a = "}" })}"}"',
  'jsonencode({ a = [1, 2, { b = null }], "c d" = "%%{x}", (upper("k")) = true })',
  '[for k, v in { a = 1, b = 2 } : "${k}=${v}" if v > 1][0]',
  'join(",", [for k in ["x", "y"] :\n k])',
  'true ? "yes" : "no"',
  '1 == 1 && 2 > 1 || false ? join("-", ["a long text to break a line at", "and another one of those", "and one more"]) : "x"',
  '{ a = "1"\n b = "2" }["b"]',
  "length([1, 2, 3][*])",
  '/* } */ upper("c") # }\n',
  "tostring(-1.5e3 % 7)",
  '<<-X\n  here }\n  ${"doc"}\n  X\n',
];
const sequence = fc.oneof(
  fc.constantFrom(...expressions).map((expression) => `\${${expression}}`),
  fc.constantFrom(
    '%{ if 1 == 1 }y"es%{ else }no%{ endif }',
    '%{ for x in ["a", "}"] ~} ${x} %{ endfor }',
    '${~ "trim" ~}',
  ),
);

const template = fc.oneof(
  text,
  sequence,
  fc
    .array(fc.oneof(text, sequence), { maxLength: 4 })
    // A dollar before a sequence would escape it.
    .map((parts) => parts.map((part, i) => (i < parts.length - 1 ? part.replace(/[$%]$/, "$& ") : part)).join(""))
    // Refused, see below.
    .filter((whole) => !(/[\r\n]/.test(whole) && /[$%]\{~|~\}/.test(whole))),
);

/** What JSON.stringify makes of a document, with expressions put into its strings. */
const document = fc
  .jsonValue({ maxDepth: 3 })
  .map((value) => escapeSequences(JSON.stringify({ Comment: "x".repeat(100), "a:b,c": [value, "@", { "@": "[{]}" }] })))
  .map((json) => json.replaceAll("@", '${upper(join("", ["a", "}"]))}'));

const { value } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    { weight: 6, arbitrary: template },
    { weight: 1, arbitrary: document },
    {
      weight: 1,
      arbitrary: fc.oneof(fc.integer(), fc.constantFrom(0, -0.5, 1e21, 1e-7), fc.boolean(), fc.constant(null)),
    },
    { weight: 1, arbitrary: fc.array(tie("value"), { maxLength: 3 }) },
    {
      weight: 1,
      arbitrary: fc.dictionary(
        text.filter((key) => key !== "//"),
        tie("value"),
        { maxKeys: 3 },
      ),
    },
  ),
}));

test("white space that is stripped across lines is refused, because HCL's quotes strip more of it", () => {
  expect(() => hclValue('a\n\n${~ "b" ~}', "template", 0, 0)).toThrow(/Write it without the tildes/);
});

const shape = { kind: "output", blocks: new Map<string, boolean>(), comments: new Map<string, string>() };
const write = (values: readonly Json[]): Promise<string> =>
  format(values.map((each, i) => hclBlock(["output", `o${i.toString()}`], { value: each }, shape)).join("\n\n"));

describeTerraform("whatever is written", () => {
  test("means to Terraform what the JSON means", async () => {
    const values = fc.sample(value, { numRuns: runs, seed });
    const hcl = await write(values);
    const { output } = (await parse("outputs.tf", hcl)) as { output: object };
    expect(Object.keys(output)).toHaveLength(runs);

    const json = { output: Object.fromEntries(values.map((each, i) => [`o${i.toString()}`, { value: each }])) };
    const expected = evaluate("main.tf.json", JSON.stringify(json));
    const actual = evaluate("main.tf", hcl);
    // An output that is null is none.
    expect(Object.keys(expected).length).toBeGreaterThan(runs * 0.9);
    // One by one, so that a failure says which.
    for (const [i, written] of values.entries()) {
      const name = `o${i.toString()}`;
      expect({ written, value: actual[name] }).toEqual({ written, value: expected[name] });
    }
  });

  test("an argument that allows no expression stands as it is", async () => {
    const texts = [...awkward, ...words].flatMap((one) => ["{", "${", '"', "\n"].map((other) => one + other));
    const variables = Object.fromEntries(
      texts.map((each, i) => [`v${i.toString()}`, { default: each, description: each }]),
    );
    const outputs = Object.fromEntries(Object.keys(variables).map((name) => [name, { value: `\${var.${name}}` }]));
    const hcl = [
      ...Object.entries(variables).map(([name, body]) =>
        hclBlock(["variable", name], body, { ...shape, kind: "variable" }),
      ),
      ...Object.entries(outputs).map(([name, body]) => hclBlock(["output", name], body, shape)),
    ];
    expect(evaluate("main.tf", await format(hcl.join("\n\n")))).toEqual(
      evaluate("main.tf.json", JSON.stringify({ variable: variables, output: outputs })),
    );
  });
});

/** The outputs of a folder with this one file, from its state. */
function evaluate(file: string, content: string): Readonly<Record<string, unknown>> {
  const folder = mkdtempSync(join(tmpdir(), "fuzz-"));
  try {
    writeFileSync(join(folder, file), content);
    const run = spawnSync(terraformBinary, ["apply", "-auto-approve", "-input=false", "-no-color", "-lock=false"], {
      cwd: folder,
      encoding: "utf8",
      env: environment,
      maxBuffer: 64 * 1024 * 1024,
    });
    if (run.status !== 0) throw new Error(`Terraform refused ${file}: ${run.stderr.slice(0, 3000)}`);
    const state = JSON.parse(readFileSync(join(folder, "terraform.tfstate"), "utf8")) as {
      outputs: Readonly<Record<string, unknown>>;
    };
    return state.outputs;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("a literal ${ or %{ in a string of an expression does not open a sequence", () => {
  const expression = 'join(",", ["$${a", "%%{b", "\\"d"])';
  expect(hclValue("${" + expression + "}", "template", 0, 0)).toBe(expression);
});
