import { RedisStack } from "../../stacks/redis-stack";
import { adoptedProd } from "../support/adopted";
import { everyStack, type Synthesized } from "../support/stacks";
import { synthesize as synthesized } from "../support/synthesize";

const all: [string, () => Synthesized][] = [
  ...Object.entries(everyStack),
  ["an adopted cluster", () => synthesized((app) => new RedisStack(app, "redis-prod", adoptedProd))],
  [
    "an adopted cluster with shards",
    () => synthesized((app) => new RedisStack(app, "redis-prod", { ...adoptedProd, shards: 2 })),
  ],
];

/** Expressions are text, so a name that nothing declares, or a variable that nothing reads, is found here rather than by `terraform validate` alone. */
describe.each(all)("expressions of %s", (_name, synthesize) => {
  const stack = synthesize();
  const text = JSON.stringify(stack);

  test("refer only to what the stack declares", () => {
    const declared = new Set(addresses(stack));
    expect([...references(text)].filter((reference) => !declared.has(reference))).toEqual([]);
  });

  test("index what is counted, and nothing else: Terraform refuses the plan otherwise", () => {
    const counted = new Set(
      [...Object.entries(stack.resource), ...dataOf(stack)].flatMap(([type, blocks]) =>
        Object.entries(blocks).flatMap(([name, block]) =>
          "count" in block || "for_each" in block ? [`${type}.${name}`] : [],
        ),
      ),
    );
    const wrong = [...attributes(text)].filter(([address, isIndexed]) => counted.has(address) !== isIndexed);
    expect([...new Set(wrong.map(([address]) => address))]).toEqual([]);
  });

  test("use every variable beyond its own validation", () => {
    const others = Object.keys(stack.variable).filter((variable) => {
      const elsewhere = JSON.stringify({ ...stack, variable: { ...stack.variable, [variable]: undefined } });
      return !new RegExp(`\\bvar\\.${variable}\\b`).test(elsewhere);
    });
    expect(others).toEqual([]);
  });
});

function addresses({ variable, locals, resource, data }: Synthesized): string[] {
  return [
    ...Object.keys(variable).map((name) => `var.${name}`),
    ...Object.keys(locals).map((name) => `local.${name}`),
    ...Object.entries(resource).flatMap(([type, blocks]) => Object.keys(blocks).map((name) => `${type}.${name}`)),
    ...Object.entries(data).flatMap(([type, blocks]) => Object.keys(blocks).map((name) => `data.${type}.${name}`)),
  ];
}

const dataOf = ({ data }: Synthesized) =>
  Object.entries(data).map(([type, blocks]) => [`data.${type}`, blocks] as const);

/** What an attribute is read of, and whether it is one of several. A splat takes one for a list of one. */
function* attributes(text: string): Generator<readonly [address: string, isIndexed: boolean]> {
  for (const [expression] of text.matchAll(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g))
    for (const [, address = "", then = ""] of expression.matchAll(
      /(?<![\w.])((?:data\.)?(?:aws|random|terraform)_\w+\.\w+)(\.|\[(?!\*))/g,
    ))
      yield [address, then === "["];
}

function* references(text: string): Generator<string> {
  for (const [expression] of text.matchAll(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g))
    for (const [reference] of expression.matchAll(
      /(?<![\w.])(?:var\.\w+|local\.\w+|(?:data\.)?(?:aws|random|terraform)_\w+\.\w+)/g,
    ))
      yield reference;
}
