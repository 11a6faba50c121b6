import { judge, type Values } from "../support/judge";
import { shardedStack, stacks } from "../support/stacks";
import { describeTerraform } from "../support/terraform";
import { withMore } from "./parts";
import { rules, shardRules, type RuleCases } from "./rules";

const prod = stacks["redis-prod"] ?? fail();

describeTerraform.each([
  ["every rule", prod, rules, () => true],
  ["every rule of an environment with shards", shardedStack, shardRules, (name: string) => !(name in prod().variable)],
] as const)("%s", (_what, synthesize, rules, isConcerned) => {
  const stack = synthesize();

  describe.each(rules.map((group): [string, RuleCases] => [group.variables, group]))(
    "of %s",
    (_variables, { good, bad }) => {
      let verdicts: readonly (readonly string[])[];
      beforeAll(() => {
        verdicts = judge(stack, [...good, ...bad.map(([values]) => values)]);
      });

      test.each(good.map((values, i): [string, number] => [brief(values), i]))("accepts %s", (_values, i) => {
        expect(verdicts[i]).toEqual([]);
      });

      // Terraform's type refuses whatever is no boolean.
      if (bad.length === 0) return;
      test.each(bad.map(([values, message], i): [string, number, RegExp] => [brief(values), good.length + i, message]))(
        "refuses %s",
        (_values, i, message) => {
          expect(verdicts[i]).toEqual([expect.stringMatching(message)]);
        },
      );
    },
  );

  test("refuses what a valid text is only a part of", () => {
    const concerned = Object.fromEntries(Object.entries(stack.variable).filter(([name]) => isConcerned(name)));
    const parts = Object.entries(concerned).flatMap(([name, block]) => {
      const own = { [name]: block };
      const cases = withMore(
        own,
        rules.flatMap((group) => group.good),
      );
      return cases.length === 0 ? [] : [cases];
    });
    // Those of one variable at a time: Terraform takes four times as long for all together.
    const accepted = parts.flatMap((cases) => {
      const verdicts = judge(stack, cases);
      return cases.filter((_values, i) => verdicts[i]?.length === 0).map((values) => JSON.stringify(values));
    });
    expect(accepted).toEqual([]);
  });

  // A number may have a million digits, and Terraform writes each of them out.
  test("shows no more of a number than the beginning", () => {
    const numbers = Object.keys(stack.variable).filter((name) => stack.variable[name]?.type === "number");
    const messages = judge(
      stack,
      numbers.map((name) => ({ [name]: "9".repeat(3000) })),
    );
    expect(messages.map((each) => each.length)).toEqual(numbers.map(() => 1));
    expect(messages.flat().filter((message) => message.length > 400)).toEqual([]);
  });

  test("has a value on each side for every variable that has a rule", () => {
    const named = (cases: readonly Values[]) => new Set(cases.flatMap((values) => Object.keys(values)));
    const [good, bad] = [
      named(rules.flatMap((group) => group.good)),
      named(rules.flatMap(({ bad }) => bad.map(([values]) => values))),
    ];
    const ruled = Object.keys(stack.variable)
      .filter(isConcerned)
      .filter((name) => (stack.variable[name]?.validation ?? []).length > 0);
    expect(ruled.filter((name) => !good.has(name) || !bad.has(name))).toEqual([]);
  });
});

function brief(values: Values): string {
  const text = JSON.stringify(values);
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}

function fail(): never {
  throw new Error("There is no stack redis-prod.");
}
