import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { aws, createNetwork, deleteNetwork, inventoryOfAccount, type Network } from "./support/aws";
import { expectNoChanges, expectOk, Project } from "./support/project";

/** The same environment in two Regions of one account: a second stack of the same name of environment. */
const here = "redis-dev";
const there = "redis-dev-ireland";
const otherRegion = "eu-west-1";

let network: Network;
let otherNetwork: Network;
let otherValues: Record<string, string>;
let project: Project;
let before: object;

/** The aws CLI and what calls it, in the other Region. */
function inOtherRegion<Answer>(act: () => Answer): Answer {
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  Object.assign(process.env, { AWS_REGION: otherRegion, AWS_DEFAULT_REGION: otherRegion });
  try {
    return act();
  } finally {
    Object.assign(process.env, { AWS_REGION, AWS_DEFAULT_REGION });
  }
}

beforeAll(() => {
  network = createNetwork();
  otherNetwork = inOtherRegion(createNetwork);
  otherValues = {
    TF_VAR_vpc_id: otherNetwork.vpcId,
    TF_VAR_vpc_cidr: otherNetwork.cidr,
    TF_VAR_private_subnet_ids: JSON.stringify(otherNetwork.subnetIds),
  };
  project = new Project(network);
  appendFileSync(
    join(project.folder, "main.ts"),
    `new RedisStack(app, "${there}", { ...environments.dev, region: "${otherRegion}" });\napp.synth();\n`,
  );
  before = inventoryOfAccount();
});

afterAll(() => {
  project.destroy(here);
  project.destroy(there, otherValues);
  deleteNetwork(network);
  inOtherRegion(() => {
    deleteNetwork(otherNetwork);
  });
  project.remove();
});

const groups = (): string[] =>
  (
    aws("elasticache", "describe-replication-groups") as { ReplicationGroups: { ReplicationGroupId: string }[] }
  ).ReplicationGroups.map(({ ReplicationGroupId }) => ReplicationGroupId);

test("nothing of one collides with the other, and both are as they were deployed", () => {
  expectOk(project.deploy(here));
  expectOk(project.deploy(there, otherValues));
  expectNoChanges(project, here);
  expectNoChanges(project, there, otherValues);
  expect(groups()).toEqual(["dev-redis-cluster"]);
  expect(inOtherRegion(groups)).toEqual(["dev-redis-cluster"]);
});

test("destroying one leaves the other whole", () => {
  expectOk(project.destroy(there, otherValues));
  expectNoChanges(project, here);
  expectOk(project.destroy(here));
  expect(inventoryOfAccount()).toEqual(before);
});
