import { common, own, textsOver, together } from "./support/common";
import { environmentStacks, policyStack, vaultStack, type Synthesized } from "./support/stacks";

const environments = Object.entries(environmentStacks).map(([name, stack]): [string, Json] => [name, asJson(stack())]);
const shared = common(environments.map(([, stack]) => stack));

type Json = Readonly<Record<string, unknown>>;

// Does not prove that conditions, permissions, alarms or workflows are right, only that they have not changed: variables/, roles/,
// monitoring/, workflows/, backups/ and cache/ have their tests. Which addresses there are is proven by inventory.test.ts.
test("what all environments have is synthesized as before", () => {
  expect(shared).toMatchSnapshot();
});

// Does not prove that an environment has the right sizes and defaults: variables/defaults.test.ts compares them with the README, and
// variables/environments.test.ts shows that they are valid. Nor does it prove that Terraform accepts the stack.
test.each(environments)("what %s has beside that is synthesized as before", (_name, stack) => {
  const rest = own(stack, shared);
  expect(together(shared, rest)).toEqual(stack);
  expect(rest).toMatchSnapshot();
});

test("no long text is stored once for each environment", () => {
  const [first = [], ...others] = environments.map(([, stack]) => textsOver(200, own(stack, shared)));
  expect(others).toHaveLength(2);
  expect(first.filter((text) => others.every((texts) => texts.includes(text)))).toEqual([]);
});

// Does not prove that the check finds a cluster without backups, or that its role may make the calls: policy/check.test.ts runs the
// state machine, and roles/permissions.test.ts compares its calls with its permissions.
test("redis-backup-policy is synthesized as before", () => {
  expect(policyStack()).toMatchSnapshot();
});

// Does not prove that copies are locked, that only readers get them, or that deletions are reported: vault/buckets.test.ts,
// vault/readers.test.ts and vault/events.test.ts do.
test("redis-vault is synthesized as before", () => {
  expect(vaultStack()).toMatchSnapshot();
});

function asJson(stack: Synthesized): Json {
  return stack as unknown as Json;
}
