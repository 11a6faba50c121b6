import { environments, type Environment } from "../../stacks/environments";
import { RedisStack } from "../../stacks/redis-stack";
import { adoptedProd } from "../support/adopted";
import { synthesize } from "../support/synthesize";

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
