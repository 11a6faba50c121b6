import jsonata from "jsonata";
import { millis, number, text } from "../../stacks/workflows/values";
import { timeForms } from "../support/forms";

const evaluate = (expression: string, input: object): Promise<unknown> =>
  jsonata(expression).evaluate(input) as Promise<unknown>;

const moment = Date.parse("2026-01-31T03:04:05.678Z");
const forms = timeForms.map(({ form, of }) => [form, of(moment)] as const);
const exact = (form: string): number => (form === "whole seconds" ? moment - 678 : moment);

test.each(forms)("a time as %s is read", async (form, value) => {
  await expect(evaluate(millis("At"), { At: value })).resolves.toBe(exact(form));
});

test.each([undefined, null, "", "yesterday", {}])("%p is no time, and no error", async (value) => {
  await expect(evaluate(millis("At"), { At: value })).resolves.toBeUndefined();
});

test.each([
  ["the last number that is seconds", 99_999_999_999, 99_999_999_999_000],
  ["the first number that is milliseconds", 100_000_000_000, 100_000_000_000],
])("%s is read as such", async (_what, value, expected) => {
  await expect(evaluate(millis("At"), { At: value })).resolves.toBe(expected);
});

test("of a list each time is read, and what is none left out", async () => {
  const list = [...forms.map(([, value]) => ({ At: value })), { At: null }, {}];
  await expect(evaluate(`[${millis("L.At")}]`, { L: list })).resolves.toEqual(forms.map(([form]) => exact(form)));
});

test.each([
  ["x", "x"],
  [null, ""],
  [undefined, ""],
])("the text of %p is %p", async (value, expected) => {
  await expect(evaluate(text("Marker"), { Marker: value })).resolves.toBe(expected);
});

test.each([
  [7, 7],
  [null, 0],
  [undefined, 0],
])("the number of %p is %p", async (value, expected) => {
  await expect(evaluate(number("Days"), { Days: value })).resolves.toBe(expected);
});
