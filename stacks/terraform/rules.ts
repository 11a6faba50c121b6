import { expression } from "./expression";
import type { Rule } from "./variable";

/** Terraform: a string in quotes with its line breaks escaped. `%q` alone also escapes what HTML would not take. */
const quoted = (value: string): string =>
  [
    ["\\\\u003c", "<"],
    ["\\\\u003e", ">"],
    ["\\\\u0026", "&"],
  ].reduce(
    (text, [escaped = "", typed = ""]) => `replace(${text}, "${escaped}", "${typed}")`,
    `format("%q", ${value})`,
  );

/** Terraform: a string as a message shows it: quoted, as it was typed but for line breaks, and cut after 80 characters. */
export const quotedValue = (value: string): string => quoted(`try(substr(${value}, 0, 80), "null")`);

/** The same, to write into a message. */
export const shown = (value: string): string => `\${${quotedValue(value)}}`;

/** A number as a message shows it: one may be given with thousands of digits. */
export const shownNumber = (value: string): string => `\${substr(${value}, 0, 40)}`;

/**
 * Rules of which only the first broken one speaks: each later condition is looked at once all before it hold, so it may rely on
 * them. (A conditional, because `&&` and `||` evaluate both sides before Terraform 1.12.)
 */
export function inOrder(...rules: readonly Rule[]): Rule[] {
  return rules.map((rule, i) => {
    const before = rules.slice(0, i).map(({ condition }) => condition);
    const condition = before.reduceRight((inner, earlier) => `(${earlier}) ? (${inner}) : true`, rule.condition);
    return { ...rule, condition };
  });
}

/** Rules as `precondition` or `postcondition` blocks. */
export const conditions = (rules: readonly Rule[]): { condition: string; errorMessage: string }[] =>
  rules.map(({ condition, errorMessage }) => ({ condition: expression(condition), errorMessage }));

/** A Condition: the variable is a whole number within its bounds, both included. */
export const isWholeNumber = (name: string, low: number, high: number): string =>
  `var.${name} >= ${low} && var.${name} <= ${high} && floor(var.${name}) == var.${name}`;

/** Rules of a variable that may be null. */
export const unlessNull = (variable: string, rules: readonly Rule[]): Rule[] =>
  rules.map(({ condition, errorMessage }) => ({
    condition: `${variable} == null ? true : (${condition})`,
    errorMessage,
  }));
