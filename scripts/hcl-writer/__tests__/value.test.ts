import fc from "fast-check";
import { hclValue } from "..";
import { jsonDocument } from "../json-document";

// How a value is laid out that is no expression: layout.test.ts. What Terraform makes of it: fuzz.test.ts.
const width = 120;
const word = (letter: string, length: number): string => letter.repeat(length);

describe("a list", () => {
  const listOf = (length: number): string[] => [word("a", length - '["", "b"]'.length), "b"];

  test.each([0, 1, 3])("is on one line where that has at most 120 characters, %i indents in", (depth) => {
    for (const before of [0, 8]) {
      const left = width - depth * 2 - before;
      expect(hclValue(listOf(left), "template", depth, before)).not.toContain("\n");
      const [a = "", b = ""] = listOf(left + 1);
      expect(hclValue([a, b], "template", depth, before).split("\n")).toEqual([
        "[",
        `${"  ".repeat(depth + 1)}"${a}",`,
        `${"  ".repeat(depth + 1)}"${b}",`,
        `${"  ".repeat(depth)}]`,
      ]);
    }
  });

  test("within an object is on one line with its name, and within a list by itself", () => {
    const left = width - "  name = ".length;
    expect(hclValue({ name: listOf(left) }, "template", 0, 0)).toMatch(/^\{\n {2}name = \[.*\]\n\}$/);
    expect(hclValue({ name: listOf(left + 1) }, "template", 0, 0)).toMatch(/^\{\n {2}name = \[\n {4}"a/);
    const [one, other] = [listOf(width - 2), listOf(width - 1)];
    expect(hclValue([one, one], "template", 0, 0)).toMatch(/^\[\n {2}\[.*\],\n {2}\[.*\],\n\]$/);
    expect(hclValue([other], "template", 0, 0)).toMatch(/^\[\n {2}\[\n {4}"a.*",\n {4}"b",\n {2}\],\n\]$/);
  });

  test("with an object is over several lines, and an empty object on one", () => {
    expect(hclValue([{ a: 1 }, {}], "template", 0, 0)).toBe("[\n  {\n    a = 1\n  },\n  {},\n]");
  });
});

test.each(["${a.b}", "${ a.b }", "${~ a.b ~}", "${\n  a.b\n}"])("%j is the expression alone", (template) => {
  expect(hclValue(template, "template", 0, 0)).toBe("a.b");
});

test("a key is quoted only where it is no name, or means something else there", () => {
  const keys = ["a", "_a-1", "for", "null", "true", "false", "1a", "a.b", "a b", "é", "", "$a", "fora"];
  const lines = hclValue(Object.fromEntries(keys.map((key) => [key, 1])), "template", 0, 0).split("\n");
  const bareKeys = lines.flatMap((line) => /^ {2}([^" ]+) = 1$/.exec(line)?.[1] ?? []);
  expect(bareKeys).toEqual(["a", "_a-1", "fora"]);
  expect(lines).toHaveLength(keys.length + 2);
  expect(hclValue({ "${a.b}": 1 }, "template", 0, 0)).toBe("{\n  (a.b) = 1\n}");
  expect(hclValue({ "${a.b}": 1 }, "literal", 0, 0)).toBe('{\n  "$${a.b}" = 1\n}');
});

describe("a text of several lines", () => {
  test.each([
    ["a\nb", "chomp(<<-EOT\n    a\n    b\n    EOT\n  )"],
    ["a\nb\n", "(<<-EOT\n    a\n    b\n    EOT\n  )"],
    ["a ${b.c}\n%{ if d }e%{ endif }", "chomp(<<-EOT\n    a ${b.c}\n    %{ if d }e%{ endif }\n    EOT\n  )"],
    ["a\tb\nc", "chomp(<<-EOT\n    a\tb\n    c\n    EOT\n  )"],
  ])("is a heredoc: %j", (text, expected) => {
    expect(hclValue(text, "template", 1, 0)).toBe(expected);
  });

  test.each([
    ["a", '"a"'],
    ["a\n", '"a\\n"'],
    ['a\tb"c\\d', '"a\\tb\\"c\\\\d"'],
    ["a\n b", '"a\\n b"'],
    ["a\n\nb", '"a\\n\\nb"'],
    ["\na", '"\\na"'],
    ["a\nEOT", '"a\\nEOT"'],
    ["a\r\nb", '"a\\r\\nb"'],
    ["a\nb\u0007", '"a\\nb\\u0007"'],
    ['a\n${b(\n"c")}', '"a\\n${b(\n"c")}"'],
  ])("is quoted where a heredoc would not say the same: %j", (text, expected) => {
    expect(hclValue(text, "template", 1, 0)).toBe(expected);
  });
});

describe("a JSON document in a string", () => {
  test("is laid out by its brackets", () => {
    const document = {
      Comment: word("a", 100),
      States: { A: { Type: "x", Choices: [{ a: word("b", 90) }, { b: "q,{" }] }, B: [1, { c: 2 }] },
      z: [],
      y: {},
    };
    expect(jsonDocument(JSON.stringify(document), 1)).toBe(
      [
        "{",
        `  "Comment":"${document.Comment}",`,
        '  "States":{',
        '    "A":{',
        '      "Type":"x",',
        '      "Choices":[',
        `        {"a":"${word("b", 90)}"},`,
        '        {"b":"q,{"}',
        "      ]",
        "    },",
        '    "B":[1,{"c":2}]',
        "  },",
        '  "z":[],',
        '  "y":{}',
        "}",
      ]
        .map((line) => `  ${line}`)
        .join("\n"),
    );
  });

  test("is the same without the line breaks and indents, whatever it holds", () => {
    const value = fc.jsonValue({ maxDepth: 4 });
    fc.assert(
      fc.property(fc.oneof(fc.array(value), fc.dictionary(fc.string(), value)), fc.nat(3), (document, depth) => {
        const text = JSON.stringify(document).replaceAll(/[$%]\{/g, "{");
        const laid = jsonDocument(text, depth) ?? "";
        expect(laid.replaceAll(/\n\s*/g, "").trimStart()).toBe(text);
        const isOneLine = depth * 2 + text.length <= width;
        const isEmpty = text === "[]" || text === "{}";
        expect(laid === "  ".repeat(depth) + text).toBe(isOneLine || isEmpty);
      }),
      { numRuns: 150 },
    );
  });

  test.each([
    ["{", '"a":', "}", '"c":[2]'],
    ["[", "", "]", "[2]"],
  ])("has each of what is in its %s on one line where that has at most 120 characters", (open, key, close, other) => {
    const text = (length: number): string => word("b", length - `    ${key}[1,""]`.length);
    const laid = (length: number) =>
      jsonDocument(`${open}${key}[1,"${text(length)}"],${other}${close}`, 1)?.split("\n");
    const [begin, end] = [`  ${open}`, [`    ${other}`, `  ${close}`]];
    expect(laid(width)).toEqual([begin, `    ${key}[1,"${text(width)}"],`, ...end]);
    expect(laid(width + 1)).toEqual([begin, `    ${key}[`, "      1,", `      "${text(width + 1)}"`, "    ],", ...end]);
  });

  test("keeps what is put into it whole, with the brackets and quotes of that", () => {
    const parts = ['"a":"${f("{", [1, 2])}"', '"b":${jsonencode({ c = "}" })}', '"d":"$${e}\\"{"'];
    const template = `{${parts.join(",")}}`;
    expect(jsonDocument(template, 0)).toBe(template);
    const long = `{"a":"${word("a", 120)}",${template.slice(1)}`;
    expect(jsonDocument(long, 0)?.split("\n")).toEqual([
      ...["{", `  "a":"${word("a", 120)}",`],
      ...[`  ${parts.join(",\n  ")}`.split("\n"), "}"].flat(),
    ]);
  });

  test.each(["text", '"text"', "12", "{ no JSON", '{"a":1}\n', '{"a":\r1}', "${a}", "x{}", "[1,2]]"])(
    "is none in %j",
    (text) => {
      expect(jsonDocument(text, 0)).toBeUndefined();
    },
  );

  test("is laid out only where it would be longer than a line, and read back as one line", () => {
    const textOf = (length: number): string => JSON.stringify({ a: word("a", length - '{"a":""}'.length) });
    for (const [depth, before] of [
      [0, 0],
      [1, 8],
    ] as const) {
      const left = width - depth * 2 - before;
      expect(hclValue(textOf(left), "template", depth, before)).toMatch(/^"\{\\"a/);
      const laid = hclValue(textOf(left + 1), "template", depth, before);
      const indent = "  ".repeat(depth);
      expect(laid).toMatch(
        new RegExp(
          `^replace\\(<<-JSON\\n${indent}  \\{[^]*\\}\\n${indent}  JSON\\n${indent}, "/\\\\\\\\n\\\\\\\\s\\*/", ""\\)$`,
        ),
      );
    }
  });
});
