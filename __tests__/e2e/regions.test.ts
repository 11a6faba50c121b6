import { join } from "node:path";
import { aws, createNetwork, deleteNetwork, inventoryOfAccount, snapshotNames, type Network } from "./support/aws";
import { edit } from "./support/adoption";
import { destroyStacks } from "./support/clean-up";
import { onLab } from "./support/lab";
import { expectNoChanges, expectOk, Project } from "./support/project";
import { expectRefused } from "./support/refusing";

/** One account: two environments in one Region, and one of them in another Region too, which is a stack of its own. */
const here = ["redis-dev", "redis-staging"];
const there = "redis-dev-ireland";
const otherRegion = "eu-west-1";

// Chat configurations are global in an account, and a channel has one. AWS takes one only for a workspace that somebody let in by hand.
const slack = (channel: string): Readonly<Record<string, string>> =>
  onLab ? { TF_VAR_slack_team_id: "T0123456789", TF_VAR_slack_channel_id: channel } : {};
const channels: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "redis-dev": slack("C0123456781"),
  "redis-staging": slack("C0123456782"),
};

let network: Network;
let otherNetwork: Network;
let otherValues: Readonly<Record<string, string>>;
let project: Project;
let before: object;
let otherSnapshots: readonly string[];

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

const inventory = (): object => ({ here: inventoryOfAccount(), there: inOtherRegion(inventoryOfAccount) });

beforeAll(() => {
  network = createNetwork();
  otherNetwork = inOtherRegion(createNetwork);
  otherValues = {
    ...slack("C0123456783"),
    TF_VAR_vpc_id: otherNetwork.vpcId,
    TF_VAR_vpc_cidr: otherNetwork.cidr,
    TF_VAR_private_subnet_ids: JSON.stringify(otherNetwork.subnetIds),
  };
  project = new Project(network);
  edit(
    join(project.folder, "app.ts"),
    "  overrides.refuseUnknownStacks()",
    `  redis("${there}", { ...environments.dev, region: "${otherRegion}" });\n  overrides.refuseUnknownStacks()`,
  );
  before = inventory();
  otherSnapshots = inOtherRegion(snapshotNames);
});

afterAll(() => {
  destroyStacks(project, { ...channels, [there]: otherValues });
  deleteNetwork(network);
  inOtherRegion(() => {
    deleteNetwork(otherNetwork);
    for (const name of snapshotNames().filter((one) => !otherSnapshots.includes(one)))
      aws("elasticache", "deleteSnapshot", { SnapshotName: name });
  });
  project.remove();
});

const groups = (): string[] =>
  (
    aws("elasticache", "describeReplicationGroups") as { ReplicationGroups: { ReplicationGroupId: string }[] }
  ).ReplicationGroups.map(({ ReplicationGroupId }) => ReplicationGroupId).sort();

test("nothing of one stack collides with another's, and all are as they were deployed", () => {
  for (const stack of here) expectOk(project.apply(stack, channels[stack]));
  expectOk(project.apply(there, otherValues));
  for (const stack of here) expectNoChanges(project, stack, channels[stack]);
  expectNoChanges(project, there, otherValues);
  expect(groups()).toEqual(["dev-redis-cluster", "staging-redis-cluster"]);
  expect(inOtherRegion(groups)).toEqual(["dev-redis-cluster"]);
});

test("each has a dashboard of its own, although dashboards are global in an account", () => {
  const dashboards = [...here, there].map((stack) =>
    String(project.outputs(stack).redis_dashboard_url?.value).replace(/.*#dashboards\/dashboard\//, ""),
  );
  expect(dashboards).toEqual(["dev-redis-ap-northeast-1", "staging-redis-ap-northeast-1", "dev-redis-eu-west-1"]);
});

test("a refusal names the stack that it is about, not the other one of the same environment", () => {
  const plan = project.terraform(there, ["plan"], { ...otherValues, TF_VAR_redis_version: "7.0" });
  expectRefused(plan, "UPGRADE_STACK=redis-dev-ireland npx cdktf deploy redis-dev-ireland");
});

test("destroying one leaves the others whole", () => {
  expectOk(project.takeDown(there, otherValues));
  for (const stack of here) expectNoChanges(project, stack, channels[stack]);
  for (const stack of here) expectOk(project.takeDown(stack, channels[stack]));
  expect(inventory()).toEqual(before);
});
