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

function* references(text: string): Generator<string> {
  for (const [expression] of text.matchAll(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g))
    for (const [reference] of expression.matchAll(
      /(?<![\w.])(?:var\.\w+|local\.\w+|(?:data\.)?(?:aws|random|terraform)_\w+\.\w+)/g,
    ))
      yield reference;
}
