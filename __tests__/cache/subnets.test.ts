import { cacheStacks, promised, type Promised } from "../support/expressions";
import { describeTerraform } from "../support/terraform";

// Where the cache is, and what is looked at before anything is created: the messages about it are in __tests__/conditions.test.ts.

const given = {
  "var.vpc_id": "vpc-1",
  "var.private_subnet_ids": ["subnet-1", "subnet-2"],
  "data.aws_subnets.redis": { ids: ["subnet-1", "subnet-2"] },
  "data.aws_vpcs.redis": { ids: ["vpc-1"] },
  "each.value": "one",
};
const row = (address: string, argument: string, promise: string, is: unknown): Promised => ({
  address,
  argument,
  promise,
  given,
  is,
});

describeTerraform("the cache", () => {
  test.each(
    promised(cacheStacks, [
      row("aws_elasticache_subnet_group.redis", "subnet_ids", "is in the subnets of private_subnet_ids", [
        "subnet-1",
        "subnet-2",
      ]),
      row("aws_security_group.redis", "vpc_id", "has its security group in the VPC of vpc_id", "vpc-1"),
      row("aws_security_group.restore_test", "vpc_id", "has restored copies in the same VPC", "vpc-1"),
      row("data.aws_subnets.redis", "filter", "is planned after a look at each of its subnets", [
        { name: "subnet-id", values: ["subnet-1", "subnet-2"] },
      ]),
      row("data.aws_subnet.redis", "for_each", "is planned after a look at the zone of each subnet that exists", [
        "subnet-1",
        "subnet-2",
      ]),
      row("data.aws_subnet.redis", "id", "is planned after a look at the subnet itself", "one"),
      row("data.aws_vpcs.redis", "filter", "is planned after a look at its VPC", [
        { name: "vpc-id", values: ["vpc-1"] },
      ]),
      row("data.aws_vpc.redis", "for_each", "is planned after a look at the CIDR blocks of a VPC that exists", [
        "vpc-1",
      ]),
      row("data.aws_vpc.redis", "id", "is planned after a look at the VPC itself", "one"),
      ...["key", null].map((key): Promised => ({
        address: "data.aws_kms_key.redis",
        argument: "for_each",
        promise: `is planned after a look at ${key === null ? "no key" : "its key"} when kms_key_id is ${key ?? "null"}`,
        given: { "var.kms_key_id": key },
        is: key === null ? [] : [key],
      })),
    ]),
  )("%s", (_promise, expectKept) => {
    expectKept();
  });
});
