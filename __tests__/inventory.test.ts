import { core } from "./inventory/core";
import { proof } from "./inventory/proof";
import { tampering } from "./inventory/tampering";
import { watch } from "./inventory/watch";
import { vault, vaultCopy } from "./inventory/vault";
import { policy } from "./inventory/policy";
import { sharded } from "./inventory/sharded";
import { environmentStacks, policyStack, shardedStack, vaultStack, type Synthesized } from "./support/stacks";

/**
 * Addresses, variable names and outputs are a contract with live infrastructure: a changed address destroys what it named and creates it anew.
 * A new one is written down with its reason; a removed or renamed one needs a `moved` block and a line in the changelog.
 */
const inventory: Readonly<Record<string, string>> = { ...core, ...watch, ...proof, ...tampering, ...vaultCopy };

test.each(Object.entries(environmentStacks))("%s has exactly the addresses of the inventory", (_name, synthesize) => {
  expect(addresses(synthesize())).toEqual(Object.keys(inventory).sort());
});

test("an environment with shards has exactly the addresses of its own", () => {
  expect(addresses(shardedStack())).toEqual(Object.keys(sharded).sort());
});

test("redis-backup-policy has exactly the addresses of its own", () => {
  expect(addresses(policyStack())).toEqual(Object.keys(policy).sort());
});

test("redis-vault has exactly the addresses of its own", () => {
  expect(addresses(vaultStack())).toEqual(Object.keys(vault).sort());
});

function addresses({ resource, data, variable, output, check }: Synthesized): string[] {
  const named = (prefix: string, blocks: object): string[] => Object.keys(blocks).map((name) => prefix + name);
  return [
    ...Object.entries(resource).flatMap(([type, blocks]) => named(`${type}.`, blocks)),
    ...Object.entries(data).flatMap(([type, blocks]) => named(`data.${type}.`, blocks)),
    ...named("var.", variable),
    ...named("output.", output),
    ...named("check.", check),
  ].sort();
}
