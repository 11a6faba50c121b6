import {
  argumentOf,
  cacheStacks,
  evaluatedArguments,
  promised,
  type Given,
  type Promised,
} from "../support/expressions";
import { describeTerraform } from "../support/terraform";

// Who may connect to the cache, as the descriptions of vpc_cidr, allowed_security_group_ids and allowed_cidr_blocks promise it. Whether AWS
// lets them in: __tests__/e2e/network.test.ts.

const vpc = { "var.vpc_cidr": "10.0.0.0/16" };
const groups = { "var.allowed_security_group_ids": ["sg-1", "222222222222/sg-9"] };
const blocks = { "var.allowed_cidr_blocks": ["10.0.1.0/24", "10.0.2.0/24"] };
const byBlock = "aws_vpc_security_group_ingress_rule.redis_cidr";
const byGroup = "aws_vpc_security_group_ingress_rule.redis_security_group";

const letIn = (address: string, promise: string, is: readonly string[], given: Given): Promised => ({
  address,
  argument: "for_each",
  promise,
  given: { ...vpc, ...given },
  is,
});
const group = { "aws_security_group.redis": { id: "sg-cache" } };

describeTerraform("clients of the cache", () => {
  test.each(
    promised(cacheStacks, [
      letIn(byBlock, "are the whole VPC when nobody is named", ["10.0.0.0/16"], {}),
      letIn(byBlock, "are no blocks, the rest of the VPC included, when security groups are named", [], groups),
      letIn(
        byBlock,
        "are the blocks that are named, and not the rest of the VPC",
        ["10.0.1.0/24", "10.0.2.0/24"],
        blocks,
      ),
      letIn(byBlock, "are both when both are named, and not the rest of the VPC", ["10.0.1.0/24", "10.0.2.0/24"], {
        ...groups,
        ...blocks,
      }),
      letIn(byGroup, "are no security group unless one is named", [], blocks),
      letIn(
        byGroup,
        "are the security groups that are named, those of a peered VPC included",
        ["222222222222/sg-9", "sg-1"],
        groups,
      ),
      {
        address: "data.aws_security_groups.allowed",
        argument: "count",
        promise: "are looked up where AWS can show them: not those of other accounts",
        given: { "var.allowed_security_group_ids": ["222222222222/sg-9"] },
        is: 0,
      },
      {
        address: "data.aws_security_groups.allowed",
        argument: "count",
        promise: "are looked up at plan, before the rules that they use are replaced",
        given: groups,
        is: 1,
      },
      {
        address: "data.aws_security_groups.allowed",
        argument: "filter",
        promise: "are looked up by their IDs",
        given: groups,
        is: [{ name: "group-id", values: ["sg-1"] }],
      },
      {
        address: byBlock,
        argument: "cidr_ipv4",
        promise: "are each let in by a rule of their block",
        given: { "each.value": "10.0.1.0/24" },
        is: "10.0.1.0/24",
      },
      {
        address: byGroup,
        argument: "referenced_security_group_id",
        promise: "are each let in by a rule of their security group",
        given: { "each.value": "sg-1" },
        is: "sg-1",
      },
    ]),
  )("%s", (_promise, expectKept) => {
    expectKept();
  });

  test("reach one port of one security group over TCP, and nothing else of the stack", () => {
    const rules = Object.values(cacheStacks).flatMap((synthesize) => {
      const stack = synthesize();
      const all = Object.keys(stack.resource.aws_vpc_security_group_ingress_rule ?? {});
      return all.map((name) => ({ stack, address: `aws_vpc_security_group_ingress_rule.${name}` }));
    });
    expect(new Set(rules.map(({ address }) => address))).toEqual(new Set([byBlock, byGroup]));
    const found = evaluatedArguments(
      rules.map(({ stack, address }) => ({
        stack,
        given: group,
        argument: ["security_group_id", "ip_protocol", "from_port", "to_port"].map((argument) =>
          argumentOf(stack, address, argument),
        ),
      })),
    );
    expect(found).toEqual(rules.map(() => ["sg-cache", "tcp", 6379, 6379]));
  });

  test("reach no cache that a restore test creates: its security group has no rules of Terraform", () => {
    for (const synthesize of Object.values(cacheStacks)) {
      const { resource } = synthesize();
      expect(resource.aws_security_group?.restore_test).not.toHaveProperty("ingress");
      expect(JSON.stringify(resource.aws_vpc_security_group_ingress_rule)).not.toContain("restore_test");
      expect(resource).not.toHaveProperty("aws_security_group_rule");
    }
  });
});
