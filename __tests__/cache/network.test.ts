import { environments, type Environment } from "../../stacks/environments";
import { RedisStack } from "../../stacks/redis-stack";
import { adoptedProd } from "../support/adopted";
import { synthesize } from "../support/synthesize";

test.each<[string, Environment, number]>([
  ["a cache of its own", environments.prod, 2],
  ["an adopted cluster whose nodes are in one zone", adoptedProd, 1],
  [
    "an adopted cluster with Multi-AZ",
    { ...adoptedProd, adopted: adoptedProd.adopted && { ...adoptedProd.adopted, multiAz: true } },
    2,
  ],
])("the subnets of %s are in as many zones as it needs", (_case, environment, zones) => {
  const stack = synthesize((app) => new RedisStack(app, "redis-prod", environment));
  expect(JSON.stringify(stack.variable.private_subnet_ids)).toContain(`length(var.private_subnet_ids) >= ${zones}`);
  expect(JSON.stringify([stack.resource, stack.data]).includes("so no failover is possible")).toBe(zones === 2);
});

test.each<[string, Environment, boolean]>([
  ["a cache of its own", environments.prod, true],
  ["an adopted cluster", adoptedProd, false],
])("for %s, the variables of clients say whether the rest of the VPC can connect", (_case, environment, letIn) => {
  const { variable } = synthesize((app) => new RedisStack(app, "redis-prod", environment));
  for (const name of ["allowed_security_group_ids", "allowed_cidr_blocks"]) {
    const description = variable[name]?.description ?? "";
    expect([name, description.includes("the rest of the VPC cannot connect")]).toEqual([name, letIn]);
    expect([name, description.includes("security groups allow can connect as before")]).toEqual([name, !letIn]);
  }
});

test.each<[string, Environment, boolean]>([
  ["a cache of its own", environments.prod, true],
  ["an adopted cluster", adoptedProd, false],
])("for %s, vpc_cidr says whether the VPC is let in", (_case, environment, letIn) => {
  const { variable, resource } = synthesize((app) => new RedisStack(app, "redis-prod", environment));
  const rule = JSON.stringify(resource.aws_vpc_security_group_ingress_rule?.redis_cidr);
  expect(rule.includes("var.vpc_cidr")).toBe(letIn);
  expect(JSON.stringify(variable.vpc_cidr).includes("All of it can connect")).toBe(letIn);
  expect(JSON.stringify(variable.vpc_cidr).includes("does not grant access")).toBe(!letIn);
});
