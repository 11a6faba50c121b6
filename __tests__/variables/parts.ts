import type { Values } from "../support/judge";
import type { Synthesized } from "../support/stacks";

/** Of what a valid text is only a part: one of each beginning of each variable, as `rate` and `cron`, with something before it or after it. */
export const withMore = (variables: Synthesized["variable"], good: readonly Values[]): readonly Values[] => [
  ...partsOf(variables, good, (text) => `!${text}`),
  ...partsOf(variables, good, (text) => `${text}!`),
];

/** For each variable a valid text of each beginning, and in a list the first element of it, with something added. */
function partsOf(
  variables: Synthesized["variable"],
  good: readonly Values[],
  add: (text: string) => string,
): readonly Values[] {
  return Object.entries(variables).flatMap(([name, { type }]): Values[] => {
    if (!/^(string|(set|list)\(string\))$/.test(type)) return [];
    const texts = new Map<string | undefined, readonly [Values, string]>();
    for (const values of good) {
      const text = textOf(values[name]);
      if (text === undefined) continue;
      const beginning = /^[a-z]*/i.exec(text)?.[0].slice(0, 4);
      // The shortest: a longer one may be as long as is accepted, and too long with more.
      if (text.length < (texts.get(beginning)?.[1].length ?? Infinity)) texts.set(beginning, [values, text]);
    }
    return [...texts.values()].map(([values, text]) => ({
      ...values,
      [name]: Array.isArray(values[name]) ? [add(text)] : add(text),
    }));
  });
}

const textOf = (value: unknown): string | undefined => {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === "string" ? first : undefined;
};
