import { aws, createNetwork, deleteNetwork, type Network } from "./support/aws";
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

test("subnets of one Availability Zone are refused at plan", () => {
  const zones = aws("ec2", "describe-availability-zones") as { AvailabilityZones: { ZoneName: string }[] };
  const zone = zones.AvailabilityZones[0]?.ZoneName ?? "";
  const { Subnet } = aws(
    ...["ec2", "create-subnet", "--vpc-id", network.vpcId, "--cidr-block", "10.77.9.0/24", "--availability-zone", zone],
  ) as { Subnet: { SubnetId: string } };
  const text = refusal({ TF_VAR_private_subnet_ids: ids(network.subnetIds[0], Subnet.SubnetId) });
  aws("ec2", "delete-subnet", "--subnet-id", Subnet.SubnetId);
  expect(text).toContain(`private_subnet_ids are all in ${zone}`);
});
