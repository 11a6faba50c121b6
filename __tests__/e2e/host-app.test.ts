import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { aws, awsByCli, inventoryOfAccount } from "./support/aws";
import { HostApp } from "./support/host-app";
import { clientsOf } from "./support/network";
import { expectOk } from "./support/project";
import { expectRefused } from "./support/refusing";

/** The example of another cdktf app, with the packed package: its own network, two caches of one environment, and what reads them. */
const caches = ["orders-cache", "sessions-cache"] as const;
const stacks = ["network", ...caches, "servers"];
let app: HostApp;
let before: object;

beforeAll(() => {
  app = new HostApp();
  before = inventoryOfAccount();
});

// The data of a cache is protected unless its props say otherwise.
const destroy = () => app.cdktf("destroy", stacks, { UNPROTECT_STACK: "orders-cache" });
let destroyed = false;

afterAll(() => {
  if (!destroyed) expectOk(destroy());
  app.remove();
});

test("one command deploys the network, both caches and what reads them, and the second plan finds nothing to change", () => {
  expectOk(app.cdktf("deploy", stacks));
  for (const stack of stacks) {
    const plan = app.terraform(stack, "plan", "-detailed-exitcode");
    expect(plan.ok && plan.text.includes("No changes.") ? "" : plan.output).toBe("");
  }
});

test("the names of the two caches do not collide", () => {
  const { ReplicationGroups } = aws("elasticache", "describeReplicationGroups") as {
    ReplicationGroups: { ReplicationGroupId: string }[];
  };
  expect(ReplicationGroups.map(({ ReplicationGroupId }) => ReplicationGroupId).sort()).toEqual([
    "prod-orders-cluster",
    "prod-sessions-cluster",
  ]);
});

test.each(caches)("%s is in the app's subnets, and lets in the app's servers alone", (stack) => {
  const { CacheSubnetGroups } = aws("elasticache", "describeCacheSubnetGroups", {
    CacheSubnetGroupName: `prod-${stack.replace("-cache", "")}-subnet-group`,
  }) as { CacheSubnetGroups: { VpcId: string; Subnets: { SubnetIdentifier: string }[] }[] };
  const { vpc, subnets, servers } = app.network();
  expect(CacheSubnetGroups[0]).toMatchObject({ VpcId: vpc });
  expect(CacheSubnetGroups[0]?.Subnets.map(({ SubnetIdentifier }) => SubnetIdentifier).sort()).toEqual(subnets);
  expect(clientsOf(String(app.outputs(stack).redis_security_group_id?.value))).toEqual([servers]);
});

test.each(caches)("the alarms of %s act on the app's pager", (stack) => {
  const { MetricAlarms } = aws("cloudwatch", "describeAlarms", {
    AlarmNames: [`prod-${stack.replace("-cache", "")}-backup-failed`],
  }) as { MetricAlarms: { AlarmActions: string[] }[] };
  expect(MetricAlarms[0]?.AlarmActions).toContain(app.network().pager);
});

test("another stack of the app reads where each cache is", () => {
  for (const stack of caches) {
    const outputs = app.outputs(stack);
    const { Parameter } = awsByCli("ssm", "get-parameter", "--name", `/shop/caches/${stack.replace("-cache", "")}`) as {
      Parameter: { Value: string };
    };
    expect(Parameter.Value).toBe(
      `${String(outputs.redis_endpoint?.value)}:6379 ${String(outputs.redis_auth_secret_arn?.value)} ${String(outputs.redis_security_group_id?.value)}`,
    );
  }
});

test("a reference that breaks a rule of the variable it replaces is refused at plan", () => {
  const main = join(app.folder, "main.ts");
  const text = readFileSync(main, "utf8");
  writeFileSync(main, text.replace("network.subnets.map((subnet) => subnet.id)", "[network.subnets[0].id]"));
  try {
    execFileSync(process.execPath, ["--import", "tsx", "main.ts"], { cwd: app.folder, env: process.env });
    expectRefused(app.terraform("sessions-cache", "plan"), "fewer than the two subnets that a failover needs");
  } finally {
    writeFileSync(main, text);
  }
});

test("one command destroys them, and leaves nothing but backups", () => {
  expectOk(destroy());
  destroyed = true;
  expect(inventoryOfAccount()).toEqual(before);
});
