import { aws } from "./aws";

interface SecurityGroup {
  readonly GroupId: string;
  readonly VpcId: string;
}

const securityGroups = (name: string, value: string): readonly SecurityGroup[] =>
  (
    aws("ec2", "describeSecurityGroups", { Filters: [{ Name: name, Values: [value] }] }) as {
      SecurityGroups: readonly SecurityGroup[];
    }
  ).SecurityGroups;

export const vpcOf = (securityGroup: string): string =>
  securityGroups("group-id", securityGroup)[0]?.VpcId ?? "no such security group";

/** The one that each VPC comes with, and that goes with it: nothing is left of it in an account. */
export const defaultSecurityGroup = (vpcId: string): string =>
  securityGroups("group-name", "default").find((group) => group.VpcId === vpcId)?.GroupId ?? "no such security group";

/** Who may connect through a security group: CIDR blocks and security groups, in order. */
export function clientsOf(securityGroup: string): string[] {
  const { SecurityGroupRules } = aws("ec2", "describeSecurityGroupRules", {
    Filters: [{ Name: "group-id", Values: [securityGroup] }],
  }) as {
    SecurityGroupRules: { IsEgress: boolean; CidrIpv4?: string; ReferencedGroupInfo?: { GroupId: string } }[];
  };
  return SecurityGroupRules.filter(({ IsEgress }) => !IsEgress)
    .map(({ CidrIpv4, ReferencedGroupInfo }) => CidrIpv4 ?? ReferencedGroupInfo?.GroupId ?? "")
    .sort();
}
