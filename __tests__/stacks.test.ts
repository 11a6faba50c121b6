import { common, own, together } from "./support/common";
import { environmentStacks, policyStack, vaultStack, type Synthesized } from "./support/stacks";

// These show that something has changed, and never that it is wrong: what must hold has a test of its own.

const environments = Object.entries(environmentStacks).map(([name, stack]): [string, Json] => [name, asJson(stack())]);
const shared = common(environments.map(([, stack]) => stack));

type Json = Readonly<Record<string, unknown>>;

test("what all environments have is synthesized as before", () => {
  expect(shared).toMatchSnapshot();
});

test.each(environments)("what %s has beside that is synthesized as before", (_name, stack) => {
  const rest = own(stack, shared);
  expect(together(shared, rest)).toEqual(stack);
  expect(rest).toMatchSnapshot();
});

test("redis-backup-policy is synthesized as before", () => {
  expect(policyStack()).toMatchSnapshot();
});

test("redis-vault is synthesized as before", () => {
  expect(vaultStack()).toMatchSnapshot();
});

function asJson(stack: Synthesized): Json {
  return stack as unknown as Json;
}
