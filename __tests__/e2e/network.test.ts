import { aws, createNetwork, deleteNetwork, type Network } from "./support/aws";
import { createKey, deleteKey } from "./support/kms";
import { expectOk, Project } from "./support/project";

const stack = "redis-dev";
let network: Network;
let other: Network;
let project: Project;

beforeAll(() => {
  network = createNetwork();
  other = createNetwork();
  project = new Project(network);
  expectOk(project.synth());
  expectOk(project.terraform(stack, ["init", "-input=false"]));
});

afterAll(() => {
  deleteNetwork(network);
  deleteNetwork(other);
  project.remove();
});

const ids = (...subnets: (string | undefined)[]): string => JSON.stringify(subnets);
const refusal = (values: NodeJS.ProcessEnv): string => {
  const plan = project.terraform(stack, ["plan", "-input=false"], values);
  expect(plan.ok).toBe(false);
  return plan.text;
};

test("a network that AWS has is planned", () => {
  expectOk(project.terraform(stack, ["plan", "-input=false"]));
});

test("a VPC that does not exist is refused at plan", () => {
  expect(refusal({ TF_VAR_vpc_id: "vpc-00000000000000000" })).toContain("vpc_id vpc-00000000000000000 does not exist");
});

test("a CIDR block that the VPC does not have is refused at plan", () => {
  expect(refusal({ TF_VAR_vpc_cidr: "10.99.0.0/16" })).toContain(
    `vpc_cidr "10.99.0.0/16" is not a CIDR block of ${network.vpcId}. Write one of ${network.cidr}.`,
  );
});

test("a subnet that does not exist is refused at plan", () => {
  const text = refusal({ TF_VAR_private_subnet_ids: ids(...network.subnetIds, "subnet-00000000000000000") });
  expect(text).toContain("private_subnet_ids names subnet-00000000000000000, which do not exist");
});

test("a subnet of another VPC is refused at plan", () => {
  const text = refusal({ TF_VAR_private_subnet_ids: ids(network.subnetIds[0], other.subnetIds[1]) });
  expect(text).toContain(`private_subnet_ids names ${other.subnetIds[1] ?? ""} of ${other.vpcId}, outside of vpc_id`);
});

test("a security group that does not exist is refused at plan", () => {
  const text = refusal({ TF_VAR_allowed_security_group_ids: ids("sg-00000000000000000") });
  expect(text).toContain("allowed_security_group_ids names sg-00000000000000000, which do not exist");
});

test("a security group that exists is planned", () => {
  const { GroupId } = aws("ec2", "createSecurityGroup", {
    GroupName: "clients",
    Description: "Clients",
    VpcId: network.vpcId,
  }) as { GroupId: string };
  const plan = project.terraform(stack, ["plan", "-input=false"], { TF_VAR_allowed_security_group_ids: ids(GroupId) });
  aws("ec2", "deleteSecurityGroup", { GroupId });
  expectOk(plan);
});

describe("a KMS key", () => {
  const keys: string[] = [];
  const newKey = (spec: string): string => {
    const key = createKey(spec);
    keys.push(key);
    return key;
  };

  afterAll(() => {
    keys.forEach(deleteKey);
  });

  test("that can encrypt is planned", () => {
    expectOk(project.terraform(stack, ["plan", "-input=false"], { TF_VAR_kms_key_id: newKey("SYMMETRIC_DEFAULT") }));
  });

  test("that is not symmetric is refused at plan", () => {
    const key = newKey("RSA_2048");
    expect(refusal({ TF_VAR_kms_key_id: key })).toContain(`kms_key_id ${key} is a key of RSA_2048 and Enabled`);
  });

  test("that does not exist is refused at plan", () => {
    const missing = (keys[0] ?? "").replace(/[^/]*$/, "00000000-0000-0000-0000-000000000000");
    const text = refusal({ TF_VAR_kms_key_id: missing });
    expect(text).toContain("data.aws_kms_key.redis");
    expect(text).toContain("NotFoundException");
  });
});

test("subnets of one Availability Zone are refused at plan", () => {
  const zones = aws("ec2", "describeAvailabilityZones") as { AvailabilityZones: { ZoneName: string }[] };
  const zone = zones.AvailabilityZones[0]?.ZoneName ?? "";
  const { Subnet } = aws("ec2", "createSubnet", {
    VpcId: network.vpcId,
    CidrBlock: "10.77.9.0/24",
    AvailabilityZone: zone,
  }) as { Subnet: { SubnetId: string } };
  const text = refusal({ TF_VAR_private_subnet_ids: ids(network.subnetIds[0], Subnet.SubnetId) });
  aws("ec2", "deleteSubnet", { SubnetId: Subnet.SubnetId });
  expect(text).toContain(`private_subnet_ids are all in ${zone}`);
});

describe("a live cache", () => {
  const nothingLeft = { TF_VAR_create_final_snapshot: "false" };

  beforeAll(() => {
    expectOk(project.deploy(stack, nothingLeft));
  });

  afterAll(() => {
    expectOk(project.destroy(stack, nothingLeft));
  });

  test("stays in its VPC: the values of another environment are refused before its security group is touched", () => {
    const text = refusal({
      ...nothingLeft,
      TF_VAR_vpc_id: other.vpcId,
      TF_VAR_private_subnet_ids: ids(...other.subnetIds),
    });
    expect(text).toContain(
      `vpc_id is ${other.vpcId}, but the live cache is in ${network.vpcId}, and a cache cannot move.`,
    );
  });

  test("is reached by security groups instead of the VPC, and by the VPC again", () => {
    const { GroupId } = aws("ec2", "createSecurityGroup", {
      GroupName: "clients",
      Description: "Clients",
      VpcId: network.vpcId,
    }) as { GroupId: string };
    expectOk(project.deploy(stack, { ...nothingLeft, TF_VAR_allowed_security_group_ids: ids(GroupId) }));
    expect(clients()).toEqual([GroupId]);
    expectOk(project.deploy(stack, nothingLeft));
    expect(clients()).toEqual([network.cidr]);
    aws("ec2", "deleteSecurityGroup", { GroupId });
  });

  /** Who may connect: CIDR blocks and security groups. */
  const clients = (): string[] => {
    const group = project.outputs(stack).redis_security_group_id?.value as string;
    const { SecurityGroupRules } = aws("ec2", "describeSecurityGroupRules", {
      Filters: [{ Name: "group-id", Values: [group] }],
    }) as {
      SecurityGroupRules: { IsEgress: boolean; CidrIpv4?: string; ReferencedGroupInfo?: { GroupId: string } }[];
    };
    return SecurityGroupRules.filter(({ IsEgress }) => !IsEgress).map(
      ({ CidrIpv4, ReferencedGroupInfo }) => CidrIpv4 ?? ReferencedGroupInfo?.GroupId ?? "",
    );
  };
});
