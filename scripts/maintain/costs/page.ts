import { markdown } from "../tables";
import type { Stack } from "../../shared/synthesize";
import { billed, free, parts } from "./parts";
import { vaultCosts } from "./vault";

/**
 * docs/costs.md, of every synthesized stack.
 *
 * @throws if a stack has a resource of a type that is neither billed nor free in parts.ts.
 */
export function costsPage(stacks: Readonly<Record<string, Stack>>): string {
  const types = new Set(Object.values(stacks).flatMap(({ resource }) => Object.keys(resource)));
  for (const type of types)
    if (!billed.includes(type) && !(type in free))
      throw new Error(
        `${type} is not in scripts/maintain/costs/parts.ts: every resource type must be billed or free there. Add a part that counts it, or the reason why it is free.`,
      );

  const columns = Object.entries(stacks);
  const shown = (quantity: number | string): string => {
    if (typeof quantity === "string") return quantity;
    if (!Number.isFinite(quantity))
      throw new Error("A quantity is not a number: a variable that it is computed from has no default. Add one.");
    return quantity === 0 ? "–" : Number(quantity.toPrecision(4)).toLocaleString("en-US");
  };
  const { "redis-vault": vault } = stacks;
  const copiesInVault =
    vault === undefined
      ? ""
      : `## Copies in a vault

What \`vault_bucket_arn\` adds to an environment. \`redis-vault\` above is the [vault](vault.md) itself, which is billed once for all of them. The numbers assume the defaults of \`vault_copy_schedule\` (one copy a day), \`vault_lock_days\` and \`vault_keep_days\`. S3 deletes an object a day after it has expired.

${vaultCosts(stacks, vault, shown)}

S3 also bills the requests, and for replication those in the vault: for each copy one file for each shard and a manifest. A test of the copies (\`npm run restore-test -- <stack> --from-vault\`) transfers one full copy back into the Region of the cache, and stores it while the test runs.

`;
  return `# What AWS bills

The quantities that AWS bills, with the default values of the variables. \`npm run docs\` generates this page from the synthesized stacks, and a test fails when it is out of date. Multiply them by the prices of your Region and your discounts: [ElastiCache](https://aws.amazon.com/elasticache/pricing/), [CloudWatch](https://aws.amazon.com/cloudwatch/pricing/), [Step Functions](https://aws.amazon.com/step-functions/pricing/), [Secrets Manager](https://aws.amazon.com/secrets-manager/pricing/), [AWS Config](https://aws.amazon.com/config/pricing/). The nodes are usually the largest part by far.

${markdown(
  ["", ...columns.map(([name]) => name), "Quantity"],
  parts.map(({ name, unit, quantity }) => [name, ...columns.map(([, stack]) => shown(quantity(stack))), unit]),
)}

The table leaves out what depends on how you use the cache:

- **The executions that evaluate clusters for the policy check**, one for every 50 clusters: [Growing accounts](scaling.md#the-policy-check) has their number.
- **Executions and restores that you start yourself**, and caches that restore tests keep on request.
- **A customer managed KMS key** (\`kms_key_id\`) and its requests. The key that AWS owns is free.
- **Traffic** between clients and nodes in different Availability Zones. Replication between the nodes of a cache is free.
- **Final backups**: one for each cache that was destroyed or replaced, until somebody deletes it.
- **The bucket of the state.**
- **Copies in a vault**, until \`vault_bucket_arn\` is set: see below.

The price of a node, from the command line: \`aws pricing get-products --region us-east-1 --service-code AmazonElastiCache --filters Type=TERM_MATCH,Field=regionCode,Value=ap-northeast-1 Type=TERM_MATCH,Field=instanceType,Value=cache.r7g.large\`.

${copiesInVault}## What is not billed

${markdown(
  ["Resource", "Why"],
  Object.entries(free)
    .filter(([type]) => types.has(type))
    .map(([type, why]) => [`\`${type}\``, why]),
)}
`;
}
