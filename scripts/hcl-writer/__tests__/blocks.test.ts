import fc from "fast-check";
import { hclArguments, hclBlock, type Shape } from "../blocks";
import type { Json, JsonObject } from "..";

// Which parts are blocks, how strings are read, in which order they stand, and where comments go: none of that changes what the parser
// of HCL finds, as it takes a block and an argument for the same, but Terraform refuses a wrong one, and people read the rest.
type Kind =
  "resource" | "data" | "provider" | "variable" | "output" | "check" | "terraform" | "moved" | "removed" | "import";

const written = (kind: Kind, body: JsonObject, { blocks = {}, comments = {}, directives }: Given = {}): string => {
  const shape: Shape = {
    kind,
    blocks: new Map(Object.entries(blocks)),
    comments: new Map(Object.entries(comments)),
    ...(directives !== undefined && { directives }),
  };
  return hclBlock([kind, "x"], body, shape);
};

interface Given {
  readonly blocks?: Readonly<Record<string, boolean>>;
  readonly comments?: Readonly<Record<string, string>>;
  readonly directives?: readonly string[];
}

/** An object with a value at that path. */
const at = (path: string, value: Json): JsonObject =>
  path.split(".").reduceRight<Json>((inner, name) => ({ [name]: inner }), value) as JsonObject;

/** How each part of a text begins: an argument with `=`, a block with `{`. */
const parts = (text: string): string[] =>
  text
    .split("\n")
    .slice(1)
    .flatMap((line) => /^ *(\w+(?: "\w+")? [={])/.exec(line)?.[1] ?? []);

describe("blocks of Terraform's own language", () => {
  test.each<[Kind, string]>([
    ...(["resource", "data"] as const).flatMap((kind): [Kind, string][] => [
      [kind, "lifecycle"],
      [kind, "lifecycle.precondition"],
      [kind, "lifecycle.postcondition"],
    ]),
    ["variable", "validation"],
    ["output", "precondition"],
    ["check", "assert"],
    ["terraform", "required_providers"],
    ["removed", "lifecycle"],
  ])("are written as blocks: of %s, %s", (kind, path) => {
    const blocks = path.split(".").map((name) => `${name} {`);
    expect(parts(written(kind, at(path, { it: true })))).toEqual([...blocks, "it ="]);
    expect(parts(written(kind, at(path, [{ it: 1 }, { it: 2 }])))).toEqual([
      ...blocks,
      ...["it =", ...blocks.slice(-1), "it ="],
    ]);
  });

  test("a backend has its type as a label", () => {
    const backend = { s3: { bucket: "b" } };
    expect(written("terraform", { required_version: "1", backend })).toBe(
      'terraform "x" {\n  required_version = "1"\n\n  backend "s3" {\n    bucket = "b"\n  }\n}',
    );
  });

  test.each<[Kind, string]>([
    ["variable", "lifecycle"],
    ["output", "validation"],
    ["check", "precondition"],
    ["terraform", "provider_meta"],
    ["import", "lifecycle"],
  ])("are arguments anywhere else: of %s, %s", (kind, path) => {
    for (const value of [{ it: 1 }, [{ it: 1 }]]) expect(parts(written(kind, at(path, value)))[0]).toBe(`${path} =`);
  });
});

describe.each<Kind>(["resource", "data", "provider"])("what the provider has, in a %s", (kind) => {
  test("is a block or an argument as its class says, whatever it looks like", () => {
    const list = [{ it: 1 }];
    expect(parts(written(kind, { a: list }, { blocks: { a: false } }))[0]).toBe("a =");
    expect(parts(written(kind, { a: { it: 1 } }, { blocks: { a: true } }))).toEqual(["a {", "it ="]);
    expect(parts(written(kind, { a: { b: { it: 1 } } }, { blocks: { a: true, "a.b": true } }))).toEqual([
      ...["a {", "b {", "it ="],
    ]);
    // Only at that path.
    expect(parts(written(kind, { a: { b: { it: 1 } } }, { blocks: { a: true, b: true } }))[1]).toBe("b =");
  });

  test("is, where nobody knows, a block if it is a list of objects", () => {
    expect(parts(written(kind, { a: [{ it: 1 }, { it: 2 }] }))).toEqual(["a {", "it =", "a {", "it ="]);
    for (const value of [{ it: 1 }, [], ["b"], [{ it: 1 }, "b"], "b", null])
      expect(parts(written(kind, { a: value }))[0]).toBe("a =");
  });

  test("is refused where a block has no body", () => {
    expect(() => written(kind, { a: ["b"] }, { blocks: { a: true } })).toThrow(
      `${kind} has "b" where the provider has the block a. Write a list of objects, or a dynamic block (addOverride("dynamic.a", …)).`,
    );
  });
});

describe("a dynamic block", () => {
  const rule = { for_each: "${var.rules}", iterator: "each_rule", content: { inner: { port: "${each_rule.value}" } } };

  test("has its content laid out as the block that it makes, wherever it is", () => {
    const blocks = { "rule.inner": true };
    expect(written("resource", { dynamic: { rule } }, { blocks })).toBe(
      [
        'resource "x" {',
        '  dynamic "rule" {',
        "    for_each = var.rules",
        "    iterator = each_rule",
        "",
        "    content {",
        "      inner {",
        "        port = each_rule.value",
        "      }",
        "    }",
        "  }",
        "}",
      ].join("\n"),
    );
    const nested = written(
      "resource",
      { dynamics: [{ dynamic: { rule } }] },
      { blocks: { "dynamics.rule.inner": true } },
    );
    expect(parts(nested)).toEqual([
      "dynamics {",
      'dynamic "rule" {',
      "for_each =",
      "iterator =",
      "content {",
      "inner {",
      "port =",
    ]);
  });

  test("without content is refused", () => {
    for (const body of [{ for_each: "${var.rules}" }, "rule"])
      expect(() => written("resource", { dynamic: { rule: body } })).toThrow(
        "The dynamic block rule has no content. Write { for_each, content: { … } }.",
      );
  });
});

/** What becomes of `a.b` and of `${a.b}`. */
const readings = {
  reference: ["a.b", "${a.b}"],
  literal: ['"a.b"', '"$${a.b}"'],
  template: ['"a.b"', "a.b"],
};

test.each<[Kind, keyof typeof readings, readonly string[]]>([
  ["variable", "reference", ["type"]],
  ["variable", "literal", ["default", "description"]],
  ["variable", "template", ["validation.condition", "validation.error_message", "nullable"]],
  ["output", "literal", ["description"]],
  ["output", "reference", ["depends_on"]],
  ["output", "template", ["value", "precondition.condition", "type"]],
  ["moved", "reference", ["from", "to"]],
  ["removed", "reference", ["from"]],
  ["import", "reference", ["to", "provider"]],
  ["import", "template", ["id", "from"]],
  ["terraform", "literal", ["required_version", "required_providers.aws.version", "depends_on"]],
  ["provider", "template", ["region", "provider"]],
  ["check", "template", ["assert.condition", "depends_on"]],
  ...(["resource", "data"] as const).flatMap((kind): [Kind, keyof typeof readings, readonly string[]][] => [
    [kind, "reference", ["provider", "depends_on", "lifecycle.ignore_changes", "lifecycle.replace_triggered_by"]],
    [kind, "template", ["type", "description", "name", "lifecycle.precondition.condition", "tags.provider"]],
  ]),
])("strings of %s are read as Terraform reads them in JSON: as a %s in %j", (kind, reading, paths) => {
  for (const path of paths)
    expect({ path, texts: ["a.b", "${a.b}"].map((text) => written(kind, at(path, text))) }).toEqual({
      path,
      texts: readings[reading].map((text) => expect.stringContaining(` = ${text}\n`) as string),
    });
});

test("a key of an argument is an expression only where its strings are templates", () => {
  expect(written("resource", { tags: { "${a.b}": 1 } })).toContain("    (a.b) = 1\n");
  expect(written("variable", { default: { "${a.b}": 1 } })).toContain('    "$${a.b}" = 1\n');
});

describe("the order of a block", () => {
  // https://developer.hashicorp.com/terraform/language/style
  test.each<[Kind, readonly string[], readonly string[]]>([
    ["variable", ["type", "description", "default"], ["nullable", "sensitive", "validation"]],
    ["output", ["description", "value"], ["sensitive", "ephemeral", "precondition"]],
    ["resource", ["count", "for_each", "provider"], ["name", "arn", "tags"]],
    ["data", ["count", "for_each", "provider"], ["name", "arn", "tags"]],
    ["provider", [], ["region", "alias"]],
  ])("of %s begins with %j, keeps that of the rest, and ends with lifecycle and depends_on", (kind, first, rest) => {
    const last = ["resource", "data"].includes(kind) ? ["lifecycle"] : [];
    const all = [...first, ...rest, ...last, "depends_on"];
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (given) => {
        const isBlock = (name: string): boolean => ["validation", "precondition", "lifecycle"].includes(name);
        const text = written(kind, Object.fromEntries(given.map((name) => [name, isBlock(name) ? { it: 1 } : "a"])));
        const names = parts(text)
          .map((part) => part.split(" ")[0] ?? "")
          .filter((name) => name !== "it");
        const between = given.filter((name) => rest.includes(name));
        expect(names).toEqual([
          ...first,
          ...between.filter((name) => !isBlock(name)),
          ...between.filter(isBlock),
          ...last,
          "depends_on",
        ]);
      }),
    );
  });

  test("has arguments before blocks, and an empty line around each block", () => {
    const body = {
      depends_on: ["b"],
      rule: [{ a: 1 }, { a: 2 }],
      z: 1,
      lifecycle: { a: 3 },
      y: 2,
      "//": "cdktf",
      none: undefined,
    };
    expect(written("resource", body as unknown as JsonObject)).toBe(
      [
        'resource "x" {\n  z = 1\n  y = 2',
        "  rule {\n    a = 1\n  }",
        "  rule {\n    a = 2\n  }",
        "  lifecycle {\n    a = 3\n  }",
        "  depends_on = [b]\n}",
      ].join("\n\n"),
    );
  });
});

test("an empty block is written as {}", () => {
  expect(hclBlock(["resource", "aws_x", "y"], {}, { kind: "resource", blocks: new Map(), comments: new Map() })).toBe(
    'resource "aws_x" "y" {}',
  );
});

describe("a comment", () => {
  test("stands above what it is about, in the block that that is in", () => {
    const comments = { "": "Why x", a: "Why a", "rule.b": "Why b", "lifecycle.ignore_changes": "Why not" };
    const body: JsonObject = { a: 1, rule: [{ c: 1 }, { b: 2 }], lifecycle: { ignore_changes: ["d"] } };
    expect(written("resource", body, { comments, directives: ["check:skip=1", "check:skip=2"] })).toBe(
      [
        '# Why x\nresource "x" {\n  # check:skip=1\n  # check:skip=2\n  # Why a\n  a = 1',
        "  rule {\n    c = 1\n  }",
        "  rule {\n    # Why b\n    b = 2\n  }",
        "  lifecycle {\n    # Why not\n    ignore_changes = [d]\n  }\n}",
      ].join("\n\n"),
    );
  });

  test("of locals stands above them all, and that of one above it", () => {
    const comments = new Map([
      ["", "Why all"],
      ["b", "Why b"],
    ]);
    expect(hclArguments({ a: "x", b: 1 }, { kind: "locals", blocks: new Map(), comments })).toBe(
      '  # Why all\n  a = "x"\n  # Why b\n  b = 1',
    );
  });

  test.each(["b", "a.b", "rule.b", "rule.a.b", "lifecycle"])("for %s, which is not there, is refused", (path) => {
    const body: JsonObject = { a: 1, rule: [{ a: 1 }, { c: 2 }] };
    expect(() => written("resource", body, { comments: { a: "Why a", [path]: "Why" } })).toThrow(
      `resource.x has a comment for ${path}, but no such argument.`,
    );
  });

  test("keeps its words and paragraphs, in lines of at most 99 characters behind the # but for a longer word", () => {
    const word = fc.oneof(fc.string({ minLength: 1, maxLength: 12 }), fc.string({ minLength: 90, maxLength: 130 }));
    const paragraph = fc.array(
      word.map((text) => text.replaceAll(/\s/g, "x")),
      { minLength: 1, maxLength: 40 },
    );
    fc.assert(
      fc.property(fc.array(paragraph, { minLength: 1, maxLength: 3 }), (paragraphs) => {
        const text = paragraphs.map((words) => words.join(" ")).join("\n\n");
        const lines = written("resource", {}, { comments: { "": text } })
          .split("\n")
          .slice(0, -1);
        expect(lines.filter((line) => !line.startsWith("# "))).toEqual([]);
        const shown = lines.map((line) => line.slice("# ".length));
        expect(shown.join(" ").split(" ")).toEqual(paragraphs.flat());
        const tooLong = shown.filter((line) => line.length > 99 && line.includes(" "));
        expect(tooLong).toEqual([]);
        // A line that ends early ends a paragraph, or the next word is too long for it.
        const firsts = new Set(paragraphs.map(([first]) => first));
        const early = shown.slice(0, -1).filter((line, i) => {
          const [next = ""] = shown[i + 1]?.split(" ") ?? [];
          return !firsts.has(next) && line.length + 1 + next.length <= 99;
        });
        expect(early).toEqual([]);
      }),
    );
  });
});
