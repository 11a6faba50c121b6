import { parse } from "@cdktf/hcl2json";
import fc from "fast-check";
import { format } from "..";
import { layOut } from "../layout";

// Where lines break, and that nothing else changes by it. What Terraform makes of it: fuzz.test.ts.
const width = 120;
const word = (letter: string, length: number): string => letter.repeat(length);
const [a60, b60, c40] = [word("a", 60), word("b", 60), word("c", 40)];

describe("a line breaks", () => {
  test.each<[string, string, readonly string[]]>([
    ["at ? and :", `${a60} ? ${b60} : ${c40}`, ["(", `  ${a60}`, `  ? ${b60}`, `  : ${c40}`, ")"]],
    ["at the loosest operator", `${a60} || ${b60} && ${c40}`, ["(", `  ${a60}`, `  || ${b60} && ${c40}`, ")"]],
    ["at && where there is no ||", `${a60} && ${b60} && x`, ["(", `  ${a60}`, `  && ${b60}`, "  && x", ")"]],
    ["in a bracket", `f(${a60}, ${b60})`, ["f(", `  ${a60},`, `  ${b60}`, ")"]],
    ["in a list, where its author broke it too", `[\n${a60},\n${b60},\n]`, ["[", `  ${a60},`, `  ${b60}`, "]"]],
    [
      "in what is alone in a bracket, which is held tightly",
      `f({ a = ${a60}, b = ${b60} })`,
      ["f({", `  a = ${a60}`, `  b = ${b60}`, "})"],
    ],
    ["in one of two", `f([${a60}, ${b60}], c)`, ["f(", "  [", `    ${a60},`, `    ${b60}`, "  ],", "  c", ")"]],
    [
      "of an object at an operator, in parentheses, since it would end there",
      `{ a = ${a60} ? ${b60} : c, d = 1 }`,
      ["{", "  a = (", `    ${a60}`, `    ? ${b60}`, "    : c", "  )", "  d = 1", "}"],
    ],
    [
      "of an object whose entries are separated by colons in the same way",
      `{ a: ${a60} || ${b60}, d: 1 }`,
      ["{", "  a: (", `    ${a60}`, `    || ${b60}`, "  )", "  d: 1", "}"],
    ],
    [
      "after the head of a for, and before its if",
      `[for x in ${a60} : f(x, ${b60}) if x != ${c40}]`,
      ["[", `  for x in ${a60} :`, `  f(x, ${b60})`, `  if x != ${c40}`, "]"],
    ],
    [
      "after the head of a for of an object, but not at its comma",
      `{for k, v in ${a60} : k => f(v, ${b60}) if v != ${c40}}`,
      ["{", `  for k, v in ${a60} :`, `  k => f(v, ${b60})`, `  if v != ${c40}`, "}"],
    ],
    [
      "in the body of a for, whose own conditional is in it",
      `[for x in y : ${a60} || ${b60}]`,
      ["[", "  for x in y :", `  ${a60}`, `  || ${b60}`, "]"],
    ],
    [
      "after an operand with a !, which is in parentheses, since checkov reads no line break after it",
      `!${a60} || x && !${b60} || !c`,
      ["(", `  (!${a60})`, `  || (x && !${b60})`, "  || !c", ")"],
    ],
    [
      "in a branch",
      `x ? { a = ${a60}, b = ${b60} } : [${c40}]`,
      ["(", "  x", "  ? {", `    a = ${a60}`, `    b = ${b60}`, "  }", `  : [${c40}]`, ")"],
    ],
    [
      "in the bracket that is too long, and not in one that is short",
      `f(a, b) + g(${a60}, ${b60})`,
      ["f(a, b) + g(", `  ${a60},`, `  ${b60}`, ")"],
    ],
    ["nowhere else", `${a60} + ${b60} + ${c40}`, [`${a60} + ${b60} + ${c40}`]],
    ["nowhere in an index", `${a60}.${b60}["x"].y`, [`${a60}.${b60}["x"].y`]],
  ])("%s", (_where, expression, expected) => {
    for (const depth of [0, 2])
      expect(layOut(expression, depth, 0).split("\n")).toEqual(
        expected.map((line, i) => (i === 0 ? line : "  ".repeat(depth) + line)),
      );
  });

  test.each(["a # why\n + b", "a // why\n + b", "f(<<-X\n  a\n  X\n)"])(
    "where its author broke it, if a comment or a heredoc asks for that: %j",
    (expression) => {
      expect(layOut(` ${expression} `, 1, 0)).toBe(`(${expression}\n  )`);
    },
  );

  test.each([
    ["f(\n  a,\n  b,\n)", "f(a, b)"],
    ["{\n  a = 1\n  b = 2\n}", "{ a = 1, b = 2 }"],
    ["{ }", "{}"],
    ["[ ]", "[]"],
    ["[\n  for x in y :\n  x\n  if z\n]", "[for x in y : x if z]"],
    ["{ for k, v in x : k => v\n}", "{ for k, v in x : k => v }"],
    ["(\n  a\n  ? b\n  : c\n)", "(a ? b : c)"],
    ["a\n  && b", "a && b"],
    ["f(\n  g(1),\n  [2]\n)[0]", "f(g(1), [2])[0]"],
  ])("nowhere if it fits on one line: %j", (expression, expected) => {
    expect(layOut(expression, 1, 10)).toBe(expected);
  });
});

test.each([
  ["an object", "{ ", "k = ", " }"],
  ["a call", "f(", "", ")"],
])("what is in %s breaks at an operator from 121 characters on", (_where, open, key, close) => {
  const laid = (length: number): string[] => {
    const [one, other] = [a60, word("b", length - `  ${key}${a60} || `.length)];
    return layOut(`${open}${key}${one} || ${other}, ${key.replace("k", "l")}c${close}`, 0, 0).split("\n");
  };
  const whole = new RegExp(`^ {2}${key}a+ \\|\\| b+,?$`);
  expect(laid(width)[1]).toMatch(whole);
  expect(laid(width + 1)[1]).not.toMatch(whole);
  expect(laid(width + 1).filter((line) => line.length > width)).toEqual([]);
});

/** Expressions, each in one line. */
const { expression } = fc.letrec<{ expression: string }>((tie) => {
  const some = (min: number) => fc.array(tie("expression"), { minLength: min, maxLength: 3 });
  const name = fc.integer({ min: 1, max: 30 }).map((length) => word("n", length));
  return {
    expression: fc.oneof(
      { depthSize: "small" },
      { weight: 4, arbitrary: name },
      { weight: 1, arbitrary: fc.constantFrom('"a } b"', '"${c ? "d" : e}, f"', "12.5e3", "true", "x.y[0].z[*]") },
      { weight: 2, arbitrary: some(0).map((all) => `f(${all.join(", ")})`) },
      { weight: 2, arbitrary: some(0).map((all) => `[${all.join(", ")}]`) },
      { weight: 2, arbitrary: some(1).map((all) => `{ ${all.map((one, i) => `k${i} = ${one}`).join(", ")} }`) },
      { weight: 1, arbitrary: fc.tuple(name, tie("expression")).map(([of, body]) => `[for x in ${of} : ${body}]`) },
      {
        weight: 1,
        arbitrary: fc.tuple(name, tie("expression")).map(([of, body]) => `{ for k, v in ${of} : k => ${body} if v }`),
      },
      { weight: 1, arbitrary: fc.tuple(name, some(2)).map(([of, all]) => `(${of} ? ${all.slice(0, 2).join(" : ")})`) },
      { weight: 1, arbitrary: some(2).map((all) => `(${all.join(" || ")})`) },
      { weight: 1, arbitrary: some(2).map((all) => `(${all.join(" && ")})`) },
      { weight: 1, arbitrary: tie("expression").map((one) => `!${one}`) },
    ),
  };
});

/** What a layout may change: white space, commas, and parentheses. */
const bare = (text: string): string => text.replaceAll(/[\s(),]/g, "");

describe("any expression", () => {
  test("stays on one line where it fits, and keeps all but white space, commas and parentheses", () => {
    fc.assert(
      fc.property(expression, fc.nat(4), fc.nat(30), (text, depth, before) => {
        const laid = layOut(text, depth, before);
        const fits = depth * 2 + before + text.length <= width;
        expect(fits ? laid : text).toBe(text);
        const hasBracket = /^(f?\(|[[{])/.test(text);
        expect(!hasBracket || depth * 2 + text.length <= width || laid.includes("\n")).toBe(true);
        expect(bare(laid)).toBe(bare(text));
        // Words and short brackets may be longer than what is left of a line.
        for (const line of laid.split("\n").slice(1)) expect(line.length).toBeLessThanOrEqual(width + 40);
        expect(laid).not.toMatch(/!\s*$/m);
      }),
      { numRuns: 500 },
    );
  });

  test("is, over several lines, still one that the parser reads, as terraform fmt would have it", async () => {
    const texts = fc.sample(expression, { numRuns: 150, seed: 20261201 });
    const laid = texts.map((text, i) => `o${i} = ${layOut(text, 0, `o${i} = `.length)}\n`).join("");
    expect(Object.keys((await parse("a.tf", laid)) as object)).toHaveLength(texts.length);
    // What aligns equal signs is not of the layout.
    const aligned = (text: string): string => text.replaceAll(/ += /g, " = ");
    expect(aligned(await format(laid))).toBe(aligned(laid));
  });
});
