import { aws, createNetwork, deleteNetwork, type Network } from "./support/aws";
import { destroyAll } from "./support/clean-up";
import { createKey, deleteKey } from "./support/kms";
import { defaultSecurityGroup } from "./support/network";
import { expectOk, Project } from "./support/project";
import { expectRefused } from "./support/refusing";

// What is refused before anything is made. Of a live cache: changes.
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
  deleteNetwork(other);
  destroyAll(project, network, {});
});

const ids = (...all: (string | undefined)[]): string => JSON.stringify(all);
const expectRefusedAtPlan = (values: NodeJS.ProcessEnv, ...words: string[]): void => {
  expectRefused(project.terraform(stack, ["plan", "-input=false"], values), ...words);
};

test("a VPC that does not exist is refused at plan", () => {
  expectRefusedAtPlan({ TF_VAR_vpc_id: "vpc-00000000000000000" }, "vpc_id vpc-00000000000000000 does not exist");
});

test("a CIDR block that the VPC does not have is refused at plan", () => {
  expectRefusedAtPlan(
    { TF_VAR_vpc_cidr: "10.99.0.0/16" },
    `vpc_cidr "10.99.0.0/16" is not a CIDR block of ${network.vpcId}. Use one of ${network.cidr}.`,
  );
});

test("a subnet that does not exist is refused at plan", () => {
  expectRefusedAtPlan(
    { TF_VAR_private_subnet_ids: ids(...network.subnetIds, "subnet-00000000000000000") },
    "private_subnet_ids contains subnet-00000000000000000, which do not exist",
  );
});

test("a subnet of another VPC is refused at plan", () => {
  expectRefusedAtPlan(
    { TF_VAR_private_subnet_ids: ids(network.subnetIds[0], other.subnetIds[1]) },
    `private_subnet_ids contains ${other.subnetIds[1] ?? ""} of ${other.vpcId}, outside of vpc_id`,
  );
});

test("a security group that does not exist is refused at plan", () => {
  expectRefusedAtPlan(
    { TF_VAR_allowed_security_group_ids: ids("sg-00000000000000000") },
    "allowed_security_group_ids contains sg-00000000000000000, which do not exist",
  );
});

test("subnets of one Availability Zone are refused at plan", () => {
  const zones = aws("ec2", "describeAvailabilityZones") as { AvailabilityZones: { ZoneName: string }[] };
  const zone = zones.AvailabilityZones[0]?.ZoneName ?? "";
  const { Subnet } = aws("ec2", "createSubnet", {
    VpcId: network.vpcId,
    CidrBlock: "10.77.9.0/24",
    AvailabilityZone: zone,
  }) as { Subnet: { SubnetId: string } };
  try {
    expectRefusedAtPlan(
      { TF_VAR_private_subnet_ids: ids(network.subnetIds[0], Subnet.SubnetId) },
      `private_subnet_ids are all in ${zone}`,
    );
  } finally {
    aws("ec2", "deleteSubnet", { SubnetId: Subnet.SubnetId });
  }
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

  test("that can encrypt is planned, and so are a network and a security group that AWS has", () => {
    const plan = project.terraform(stack, ["plan", "-input=false"], {
      TF_VAR_kms_key_id: newKey("SYMMETRIC_DEFAULT"),
      TF_VAR_allowed_security_group_ids: ids(defaultSecurityGroup(network.vpcId)),
    });
    expectOk(plan);
  });

  test("that is not symmetric is refused at plan", () => {
    const key = newKey("RSA_2048");
    expectRefusedAtPlan(
      { TF_VAR_kms_key_id: key },
      `kms_key_id ${key} has the key spec RSA_2048 and the state Enabled`,
    );
    expectRefusedAtPlan(
      { TF_VAR_alerts_kms_key_id: key },
      `alerts_kms_key_id ${key} has the key spec RSA_2048 and the state Enabled`,
    );
  });

  test("that does not exist is refused at plan", () => {
    const missing = (keys[0] ?? "").replace(/[^/]*$/, "00000000-0000-0000-0000-000000000000");
    expectRefusedAtPlan({ TF_VAR_kms_key_id: missing }, "data.aws_kms_key.redis", "NotFoundException");
  });
});
