import { environments } from "../../stacks/environments";
import { entryFor } from "../../scripts/commands/adopt/entry";
import type { LiveCluster } from "../../scripts/commands/adopt/live";
import type { Planned } from "../../scripts/commands/adopt/plan";
import { loneNodeReport, report, type ReportProps } from "../../scripts/commands/adopt/report";
import { live } from "../support/live-cluster";

// What the report of a cluster tells its reader to do. What it says of changes: adopt-changes.test.ts.

const ofTheStack = { tagNames: new Set(["Name"]), parameterNames: new Set<string>() };
const planned: Planned = { refusals: [], before: {}, after: {}, taken: new Map() };

interface Given extends Partial<Omit<ReportProps, "live" | "environment">> {
  readonly differences?: Partial<LiveCluster>;
  readonly name?: string;
}

function reported({ differences = {}, name = "prod", ...props }: Given = {}): string {
  const cluster = { ...live, auth: "token" as const, ...differences };
  return report({
    live: cluster,
    environment: entryFor(cluster, environments.prod, name, ofTheStack),
    result: { values: {}, replaced: {}, blocking: {} },
    changes: [],
    planned,
    namePrefix: undefined,
    validated: true,
    value: (variable) => (variable === "maintenance_window" ? live.maintenanceWindow : "x"),
    folder: "adopt/orders",
    ...props,
  });
}

/** The lines of a section; undefined where the report does not have it. */
function section(title: string, given: Given = {}): string | undefined {
  const text = reported(given);
  const [, found] = new RegExp(`^## ${title}\n\n([^]*?)(?=\n\n## |$(?![^]))`, "m").exec(text) ?? [];
  return found;
}
const first = "Do this on the live cluster first";
const kept = "What stays, because only a new cluster or the clients can change it";
const unchecked = "What was not checked";
const how = "How to adopt it";

const summary = (given: Given): string => reported(given).split("\n\n")[1] ?? "";

test("the report begins with what the cluster is", () => {
  expect(reported().split("\n\n").slice(0, 2)).toEqual([
    "# Adopting orders (ap-northeast-1) as redis-prod",
    "redis 7.1.0 on 2 x cache.r6g.large, primary orders-001, backups kept 20 days. Nothing was changed.",
  ]);
  expect(summary({ differences: { retentionDays: 0 } })).toContain(", backups OFF. ");
  const [one, two] = live.nodes as [LiveCluster["nodes"][number], LiveCluster["nodes"][number]];
  const failedOver = [
    { ...one, role: "replica" as const },
    { ...two, role: "primary" as const },
  ];
  expect(summary({ differences: { nodes: failedOver } })).toContain(", primary orders-002, ");
  const replicas = [one, two].map((node) => ({ ...node, role: "replica" as const }));
  expect(summary({ differences: { nodes: replicas } })).toContain(", primary unknown, ");
});

test("of a cluster that is ready nothing has to be done first, and everything was checked", () => {
  expect(section(first)).toBe("Nothing.");
  expect(section("What the deploy will change in place")).toBe("Nothing.");
  expect(section("Live values that the environment does not accept")).toBe("Nothing.");
  expect(section(unchecked)).toBeUndefined();
});

test("changes and refused values are each a line, with what comes of them", () => {
  const changes = [
    { what: "A: 1 -> 2", effect: "It grows." },
    { what: "B: 2 -> 1", effect: "It shrinks." },
  ];
  expect(section("What the deploy will change in place", { changes })).toBe(
    "- A: 1 -> 2. It grows.\n- B: 2 -> 1. It shrinks.",
  );
  const result = { values: {}, replaced: { backup_window: "It is too short." }, blocking: {} };
  expect(section("Live values that the environment does not accept", { result })).toBe(
    "- It is too short. The environment's default of backup_window will be used instead.",
  );
});

const taken = new Map([["aws_sns_topic.redis_events", "prod-redis-events"]]);
const blocking = { values: {}, replaced: {}, blocking: { node_type: "It has data tiering." } };

test.each<[string, Given, RegExp]>([
  ["what only the cluster can change", { result: blocking, planned: undefined }, /^- It has data tiering\.$/],
  ["what AWS would refuse", { planned: { ...planned, refusals: ["No.", "Never."] } }, /^- No\.\n- Never\.$/],
  [
    "names that AWS has already",
    { planned: { ...planned, taken } },
    /prod-redis-events\n\nIf an interrupted deploy of redis-prod left them, [^]* npm run adopt -- orders --region ap-northeast-1 --environment prod --name-prefix prod-cache\n$/,
  ],
  [
    "names that AWS has already under the prefix that would be proposed",
    { planned: { ...planned, taken }, namePrefix: "prod-cache" },
    / --name-prefix prod-store\n$/,
  ],
  [
    "names that AWS has already under another prefix",
    { planned: { ...planned, taken }, namePrefix: "prod-store" },
    / --name-prefix prod-cache\n$/,
  ],
  [
    "names that AWS has already under a prefix that begins with the one that would be proposed",
    { planned: { ...planned, taken }, namePrefix: "prod-cache-eu" },
    / --name-prefix prod-cache\n$/,
  ],
  [
    "a CloudFormation stack that manages the cluster",
    { differences: { formation: "shop" } },
    /^- The CloudFormation stack shop manages this cluster\. Set DeletionPolicy: Retain there and remove it from the template\.$/,
  ],
])("has to be done first: %s", (_what, given, lines) => {
  expect(section(first, given)).toMatch(lines);
});

test.each<[string, Given, string]>([
  [
    "without Terraform: anything",
    { validated: false, planned: undefined },
    "- Terraform is not on the PATH, so neither the values nor the deploy were checked. The plan will check them.",
  ],
  [
    "while something has to be done first: the deploy",
    { result: blocking, planned: undefined },
    "- The deploy itself: run this command again when the above is done.",
  ],
  [
    "that cannot be planned: the deploy",
    { planned: { failure: "terraform init failed: no registry" } },
    "- The deploy itself: Terraform could not plan it. terraform init failed: no registry",
  ],
  [
    "of CloudFormation, without the permission to ask it",
    { differences: { formation: undefined } },
    "- Whether CloudFormation manages the cluster: that requires the permission cloudformation:DescribeStackResources.",
  ],
])("was not checked %s", (_what, given, lines) => {
  expect(section(unchecked, given)).toBe(lines);
});

test("nothing has to be done about a cluster of which CloudFormation cannot be asked, or which it does not manage", () => {
  for (const formation of [null, undefined]) expect(section(first, { differences: { formation } })).toBe("Nothing.");
  expect(section(unchecked, { differences: { formation: null } })).toBeUndefined();
});

test.each<[string, Partial<LiveCluster>, readonly string[]]>([
  ["a cluster that follows every rule but its token", {}, ["Authentication"]],
  ["no encryption at rest", { encryptedAtRest: false }, ["Encryption at rest", "Authentication"]],
  ["no TLS", { inTransit: "disabled" }, ["Encryption in transit", "Authentication"]],
  [
    "one zone",
    { multiAz: false, nodes: live.nodes.map((node) => ({ ...node, zone: "ap-northeast-1a" })) },
    ["Authentication", "Multi-AZ"],
  ],
])("stays: %s", (_what, differences, optOuts) => {
  const lines = section(kept, { differences })?.split("\n") ?? [];
  expect(lines[0]).toBe(
    "- Its id, description, endpoints, port 6379, subnet group orders-subnets and security groups.",
  );
  expect(lines.slice(1).map((line) => /^- (.*): not as the environment requires\. \S/.exec(line)?.[1])).toEqual(
    optOuts,
  );
});

test("the steps name the entry, the values and the stack", () => {
  const steps = section(how) ?? "";
  expect(steps).toMatch(
    /^- Put adopt\/orders\/entry\.ts into stacks\/environments\.ts, as the column prod .* `redis\("redis-prod", environments\.prod\);` in app\.ts\. /,
  );
  expect(steps).toContain("- Copy adopt/orders/prod.tfvars to prod.tfvars, and set notification_email.");
  expect(steps).toContain(
    "`npm run diff -- redis-prod --var-file=prod.tfvars`. It must say 1 to import and 0 to destroy.",
  );
  expect(steps).toContain("- Deploy: `npm run deploy -- redis-prod --var-file=prod.tfvars`.");
  expect(steps).not.toContain("Switch backups on");
  expect(section(how, { namePrefix: "shop-cache" })).toContain(
    '`redis("redis-prod", environments.prod, { namePrefix: "shop-cache" });`',
  );
  expect(section(how, { name: "prod-eu" })).toMatch(
    /as the column "prod-eu" .* `redis\("redis-prod-eu", environments\["prod-eu"\]\);`/,
  );
});

test("the first step switches backups on, from a replica where there are no shards", () => {
  const differences = { retentionDays: 0 };
  expect(section(how, { differences })).toMatch(
    /^- Switch backups on from a replica:\n\n {2}aws elasticache modify-replication-group .* --snapshotting-cluster-id orders-002 --apply-immediately\n\n- Put /,
  );
  const shards = [{ id: "0001", slots: 16_384 }];
  expect(section(how, { differences: { ...differences, shards } })).toMatch(
    /^- Switch backups on, so that the deploy has nothing to change there:\n\n {2}aws elasticache /,
  );
});

test("a node alone is reported with the commands that make a group of it, whose id has at most 40 characters", () => {
  for (const id of ["flags", "f".repeat(50)]) {
    const text = loneNodeReport({ id, region: "eu-west-1", tags: {} });
    expect(text.split("\n")[0]).toBe(`# ${id} (eu-west-1) is a node without a replication group`);
    const [, group = ""] = / --replication-group-id (\S+) --replication-group-description /.exec(text) ?? [];
    expect(group).toMatch(/^f[a-z]*-rg$/);
    expect(group.length).toBeLessThanOrEqual(40);
    const [, snapshot = ""] = new RegExp(` --cache-cluster-id ${id} --snapshot-name (\\S+) --region`).exec(text) ?? [];
    expect(snapshot).toMatch(/^f[a-z]*-move$/);
    expect(snapshot.length).toBeLessThanOrEqual(40);
    expect(text).toContain(` --var='restore_from_snapshot=${snapshot}'`);
    expect(text).toContain(`--primary-cluster-id ${id} --region eu-west-1\n`);
    expect(text).toContain(`\n  npm run adopt -- ${group} --region eu-west-1`);
  }
});

test("of the commands that make a group of a node alone, each one waits for the one before", () => {
  const commands = loneNodeReport({ id: "flags", region: "eu-west-1", tags: {} })
    .split("\n")
    .flatMap((line) => /^ {2}(?:aws elasticache|npm run) (.*)$/.exec(line)?.[1] ?? []);
  const wait = "wait replication-group-available --replication-group-id flags-rg --region eu-west-1";
  expect(commands).toEqual([
    'create-replication-group --replication-group-id flags-rg --replication-group-description "made of flags" --primary-cluster-id flags --region eu-west-1',
    wait,
    "increase-replica-count --replication-group-id flags-rg --new-replica-count 1 --apply-immediately --region eu-west-1",
    wait,
    "modify-replication-group --replication-group-id flags-rg --automatic-failover-enabled --multi-az-enabled --apply-immediately --region eu-west-1",
    "adopt -- flags-rg --region eu-west-1",
    "create-snapshot --cache-cluster-id flags --snapshot-name flags-move --region eu-west-1",
    "deploy -- redis-<environment> --var-file=<environment>.tfvars --var='restore_from_snapshot=flags-move'",
  ]);
});
