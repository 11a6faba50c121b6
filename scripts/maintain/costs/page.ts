import { markdown } from "../tables";
import type { Stack } from "../../shared/synthesized";
import { billed, free, parts } from "./parts";
import { assumptions, prices } from "./prices";

/**
 * docs/costs.md, of every synthesized stack.
 *
 * @throws if a stack has a resource of a type of which nobody has said what it costs.
 */
export function costsPage(stacks: Readonly<Record<string, Stack>>): string {
  const types = new Set(Object.values(stacks).flatMap(({ resource }) => Object.keys(resource)));
  for (const type of types)
    if (!billed.includes(type) && !(type in free))
      throw new Error(
        `Nobody has said what ${type} costs. Write it into scripts/maintain/costs/parts.ts: a part, or the reason why it is free.`,
      );

  const columns = Object.entries(stacks);
  const usd = (amount: number): string => {
    if (!Number.isFinite(amount))
      throw new Error("A cost is not a number: a variable that it is made of has no default.");
    return amount === 0 ? "–" : amount < 0.005 ? "< 0.01" : amount.toFixed(2);
  };
  const total = (stack: Stack): number => parts.reduce((sum, { cost }) => sum + cost(stack), 0);
  return `# What it costs

USD a month, with the default values of the variables. \`npm run docs\` makes this page from the synthesized stacks; a test fails when it is stale. The prices were written down from memory of AWS's lists for ap-northeast-1, and **nobody has checked them**: replace them in [scripts/maintain/costs/prices.ts](../scripts/maintain/costs/prices.ts), with the assumptions, before you rely on a number. The nodes are most of it, and watching the backups is small change.

${markdown(
  ["", ...columns.map(([name]) => name), "How it is counted"],
  [
    ...parts.map(({ name, how, cost }) => [name, ...columns.map(([, stack]) => usd(cost(stack))), how]),
    ["**Together**", ...columns.map(([, stack]) => `**${usd(total(stack))}**`), ""],
  ],
)}

Not in the table, because it depends on you:

- **A KMS key of your own** (\`kms_key_id\`): about 1 USD a month and its requests. The key that AWS owns is free.
- **Traffic** between clients and nodes in different Availability Zones. Replication between the nodes of a cache is free.
- **Final backups**, one for each cache that was destroyed or replaced, until somebody deletes them, at the price of backups.
- **The bucket of the state**: cents.

## Prices

${markdown(["Price", "USD"], flat(prices))}

A price list to check them against, by CLI: \`aws pricing get-products --region us-east-1 --service-code AmazonElastiCache --filters Type=TERM_MATCH,Field=regionCode,Value=ap-northeast-1 Type=TERM_MATCH,Field=instanceType,Value=cache.r7g.large\`.

## Assumptions

${markdown(["Assumption", "Value"], flat(assumptions))}

## What is free

${markdown(
  ["Resource", "Why"],
  Object.entries(free)
    .filter(([type]) => types.has(type))
    .map(([type, why]) => [`\`${type}\``, why]),
)}
`;
}

const flat = (figures: Readonly<Record<string, number | Readonly<Record<string, number>>>>): string[][] =>
  Object.entries(figures).flatMap(([name, figure]) =>
    typeof figure === "number"
      ? [[`\`${name}\``, Number(figure.toPrecision(6)).toString()]]
      : Object.entries(figure).map(([key, value]) => [`\`${name}\` of ${key}`, value.toString()]),
  );
