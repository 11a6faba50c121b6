import {
  isLetIn,
  resourcePoliciesOf,
  type Asked,
  type Cases,
  type ResourcePolicy,
  type Statement,
} from "../support/resource-policies";
import { everyStack } from "../support/stacks";
import { describeTerraform } from "../support/terraform";
import { buckets } from "./buckets";
import { secret } from "./secret";
import { topics } from "./topics";
import { trust } from "./trusted";

// Who may do what with a resource that has a policy of its own, by an evaluator that knows nothing of this project. What each policy has to
// allow is from the documentation of AWS; what it must not allow is in the tables too.

const tables: Readonly<Record<string, Cases>> = { ...buckets, ...secret, ...topics, ...trust };

/** Each once: the environments have mostly the same. */
const policies = new Map<string, readonly [title: string, policy: ResourcePolicy]>();
for (const [stack, synthesize] of Object.entries(everyStack))
  for (const policy of resourcePoliciesOf(synthesize())) {
    const { id, document } = policy;
    const key = JSON.stringify([id, document]);
    if (!policies.has(key)) policies.set(key, [`${id} of ${stack}`, policy]);
  }

describeTerraform("policies of resources", () => {
  test("there are cases for every one, and for no other", () => {
    expect([...new Set([...policies.values()].map(([, { id }]) => id))].sort()).toEqual(Object.keys(tables).sort());
  });

  describe.each([...policies.values()])("%s", (_title, { id, arn, statements }) => {
    const { allowed, denied } = tables[id] ?? { allowed: [], denied: [] };
    const cases = [
      ...allowed.map(([what, asked]) => ({ what, asked, expected: true })),
      ...denied.map(([what, asked]) => ({ what, asked, expected: false })),
    ];

    test.each([
      ["allows what is needed", true],
      ["does not allow what must be impossible", false],
    ])("%s", async (_what, wanted) => {
      const wrong: string[] = [];
      for (const { what, asked, expected } of cases.filter((one) => one.expected === wanted))
        if ((await isLetIn({ arn, statements: statements() }, asked)) !== expected)
          wrong.push(`${what}: ${asked.action}`);
      expect(wrong).toEqual([]);
    });

    test("is about what has it", () => {
      const others = statements().flatMap(({ resources = [] }) =>
        resources.filter((one) => one !== arn && !one.startsWith(`${arn}/`)),
      );
      expect(others).toEqual([]);
    });

    test("has no part without which the cases are the same", async () => {
      const same: string[] = [];
      for (const { change, actions, statements: sabotaged } of sabotagesOf(arn, statements())) {
        const concerned = cases.filter(({ asked: { action } }) => actions.includes(action) || actions.includes("s3:*"));
        if (!(await isNoticed({ arn, statements: sabotaged }, concerned))) same.push(change);
      }
      expect(same).toEqual([]);
    });
  });
});

async function isNoticed(
  policy: Parameters<typeof isLetIn>[0],
  cases: readonly { readonly asked: Asked; readonly expected: boolean }[],
): Promise<boolean> {
  for (const { asked, expected } of cases) if ((await isLetIn(policy, asked)) !== expected) return true;
  return false;
}

interface Sabotage {
  readonly change: string;
  /** What it is about. */
  readonly actions: readonly string[];
  readonly statements: readonly Statement[];
}

/** The policy with one part less each, or with one that is wider. */
function sabotagesOf(arn: string, statements: readonly Statement[]): readonly Sabotage[] {
  return statements.flatMap((statement, i) => {
    const { effect, actions, condition, resources } = statement;
    const becomes = (change: string, ...instead: readonly Statement[]): Sabotage => ({
      change: `${change}: ${effect} ${actions.join(", ")}`,
      actions,
      statements: [...statements.slice(0, i), ...instead, ...statements.slice(i + 1)],
    });
    return [
      becomes("statement is gone"),
      ...(actions.length === 1 ? [] : actions).map((action) =>
        becomes(`action ${action} is gone`, { ...statement, actions: actions.filter((one) => one !== action) }),
      ),
      ...condition.map((one) =>
        becomes(`condition on ${one.variable} is gone`, {
          ...statement,
          condition: condition.filter((other) => other !== one),
        }),
      ),
      ...condition.flatMap((one) =>
        oneValueWider(one.values).map((wider) =>
          becomes(`condition on ${one.variable} has the wider ${wider.join(", ")}`, {
            ...statement,
            condition: condition.map((other) => (other === one ? { ...one, values: wider } : other)),
          }),
        ),
      ),
      ...(resources?.some((one) => one.startsWith(`${arn}/`) && one !== `${arn}/*`) === true
        ? [becomes("any object", { ...statement, resources: [`${arn}/*`] })]
        : []),
      ...(effect === "Allow" && statement.principals.every(({ identifiers }) => !identifiers.includes("*"))
        ? [becomes("everybody", { ...statement, principals: [{ type: "*", identifiers: ["*"] }] })]
        : []),
    ];
  });
}

/**
 * Values with a wildcard that takes in more of a name in one of them: for `*-vault-copy-*`, `*-vault-*-*`, `*-*-copy-*`, `*vault-copy-*` and
 * `*-vault-copy*`.
 */
const oneValueWider = (values: readonly string[]): readonly (readonly string[])[] =>
  values.flatMap((value, i) =>
    value.includes("*")
      ? [...value.matchAll(/(?<=[-/:])[a-z]+(?=-[^:]*$)|-\*$|(?<=[/:])\*-/g)].map(({ index, 0: { length } }) => [
          ...values.slice(0, i),
          `${value.slice(0, index)}*${value.slice(index + length)}`,
          ...values.slice(i + 1),
        ])
      : [],
  );
