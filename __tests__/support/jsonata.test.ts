import jsonata from "jsonata";
import { jsonataAtOnce } from "./jsonata";

const input = {
  list: [3, 1, 2],
  rows: [
    { id: "a", size: 1, tags: [{ k: "x" }] },
    { id: "b", size: 5, tags: [{ k: "y" }, { k: "z" }] },
    { id: "a", size: 7, tags: [] },
  ],
};

test.each([
  "list[$ > 1]",
  "[$map(list, function($v, $i) { $v * $i })]",
  "rows{id: $sum(size)}",
  "rows.tags.k",
  "[rows.tags.k, list]",
  "$sort(rows, function($a, $b) { $a.size < $b.size }).id",
  "rows^(>size).id",
  "$reduce(list, function($a, $b) { $a + $b })",
  "$filter(rows, function($r) { $count($r.tags) > 0 }).id",
  "$each(rows[0], function($v, $k) { $k })",
  "$sift(rows[0], function($v, $k) { $k = 'id' })",
  "rows[id = 'a'][0].size",
  "rows[0] ~> | $ | { 'size': 9 } |",
  "($f := function($n) { $n <= 1 ? 1 : $n * $f($n - 1) }; $f(10))",
  "list ~> $sum ~> $string",
  "$replace('a-b', /-/, function($m) { $m.match & '+' })",
  "$match('abc', /b/).index",
  "$outer.rows.id",
  "nothing",
  "$exists(nothing) or list[0] = 3",
  "$merge([{'a': 1}, {'b': [list]}])",
  "rows#$i.{'i': $i, 'id': id}",
  "$toMillis('2026-01-31T03:04:05Z')",
  "$error('stop')",
  "'a' + 1",
  "$unknown(1)",
  "$single(list)",
])("%s gives what the package gives", async (expression) => {
  const outer = { outer: input };
  const theirs: unknown = await jsonata(expression)
    .evaluate(input, outer)
    .catch((error: unknown) => ({ error }));
  let ours: unknown;
  try {
    ours = jsonataAtOnce(expression).evaluate(input, outer);
  } catch (error) {
    ours = { error };
  }
  expect(written(ours)).toBe(written(theirs));
});

/** Without the stack of an error, which names the file. */
const written = (value: unknown): string | undefined =>
  JSON.stringify(value, (key, inner: unknown) => (key === "stack" ? undefined : inner));
