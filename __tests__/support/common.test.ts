import fc from "fast-check";
import { common, own, textsOver, together } from "./common";

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    fc.constantFrom(null, 0, "x"),
    fc.dictionary(fc.constantFrom("a", "0", "1"), tie("value"), { maxKeys: 2, noNullPrototype: true }),
    fc.array(tie("value"), { maxLength: 3 }),
  ),
}));
const object = fc.record({ name: value, list: fc.array(value, { maxLength: 3 }) }, { noNullPrototype: true });

test("objects are what they have in common together with the rest of each", () => {
  fc.assert(
    fc.property(fc.array(object, { minLength: 1, maxLength: 3 }), (objects) => {
      const shared = common(objects);
      expect(objects.map((whole) => together(shared, own(whole, shared)))).toStrictEqual(objects);
    }),
    { numRuns: 500, seed: 20_240_229 },
  );
});

test("the equal items of lists of one length are stored once, by index", () => {
  const objects = [
    { list: ["same", { name: "a", size: 1 }, ["x"]] },
    { list: ["same", { name: "b", size: 1 }, ["x", "y"]] },
  ];
  const shared = common(objects);
  expect(shared).toEqual({ list: { "[0]": "same", "[1]": { size: 1 } } });
  expect(objects.map((whole) => own(whole, shared))).toEqual([
    { list: { "[1]": { name: "a" }, "[2]": ["x"] } },
    { list: { "[1]": { name: "b" }, "[2]": ["x", "y"] } },
  ]);
});

test("a list whose length differs has nothing in common", () => {
  expect(common([{ list: ["same"] }, { list: ["same", "more"] }])).toEqual({});
});

test("long texts are found in lists and objects", () => {
  expect(textsOver(2, { a: ["xxx", { b: "yyy", c: "zz" }], d: null, e: 1000 })).toEqual(["xxx", "yyy"]);
});
