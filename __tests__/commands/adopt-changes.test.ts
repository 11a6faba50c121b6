import { environments, type Environment } from "../../stacks/environments";
import { changesInPlace, otherChanges, switchOnFirst, type Change } from "../../scripts/commands/adopt/changes";
import { entryFor } from "../../scripts/commands/adopt/entry";
import type { LiveCluster } from "../../scripts/commands/adopt/live";
import { live } from "../support/live-cluster";

// Every change that a deploy makes to a live cluster in place is in its report, and nothing that stays as it is.

const ofTheStack = { tagNames: new Set(["Name", "Stack"]), parameterNames: new Set<string>() };
const [primary, replica] = live.nodes as [LiveCluster["nodes"][number], LiveCluster["nodes"][number]];

/** What the deploy sets: what the cluster has. */
const same: Readonly<Record<string, unknown>> = {
  backup_retention_days: live.retentionDays,
  backup_window: live.backupWindow,
  maintenance_window: live.maintenanceWindow,
  num_cache_nodes: live.nodes.length,
  log_types: [],
};

interface Given {
  readonly differences?: Partial<LiveCluster>;
  readonly values?: Readonly<Record<string, unknown>>;
  readonly adopted?: Partial<Environment["adopted"]>;
}

function changesOf({ differences = {}, values = {}, adopted = {} }: Given): readonly Change[] {
  const cluster = { ...live, ...differences };
  const entry = entryFor(cluster, environments.prod, "prod", ofTheStack);
  const environment = { ...entry, adopted: { ...entry.adopted, ...adopted } } as Environment;
  const all = { ...same, ...values };
  return changesInPlace(cluster, environment, (variable) => all[variable], ofTheStack);
}

/** What every deploy changes, since the stack has one of its own. */
const own = ["Parameter group: ", "Security groups: ", "Notifications: ", "Tags: "];
const isOwn = ({ what }: Change): boolean => own.some((beginning) => what.startsWith(beginning));
const effectOf = (beginning: string, given: Given): string | undefined =>
  changesOf(given).find(({ what }) => what.startsWith(beginning))?.effect;

test("a cluster that is as the stack would have it only gets the stack's own groups, topic and tags", () => {
  expect(changesOf({}).map(({ what }) => what)).toEqual([
    "Parameter group: default.redis7 -> the stack's own",
    "Security groups: sg-0123456789abcdef0 -> the same, and the stack's own beside them",
    "Notifications: no topic -> the stack's topic",
    "Tags: the stack's are added (Name, Stack)",
  ]);
});

const shards: Partial<LiveCluster> = {
  shards: [
    { id: "0001", slots: 8192 },
    { id: "0002", slots: 8192 },
  ],
  nodes: ["0001", "0002"].map((shard) => ({ id: `orders-${shard}-001`, shard, role: null, zone: "ap-northeast-1a" })),
};
const slowLog = { destinationType: "cloudwatch-logs", destination: "/slow", format: "text" } as const;

test.each<[string, Given, readonly string[]]>([
  [
    "backups that are off, whatever AWS says of their window",
    { differences: { retentionDays: 0, backupWindow: "01:00-02:00" }, values: { backup_retention_days: 14 } },
    ["Backups: off -> kept 14 days, taken daily in 18:00-20:00 UTC"],
  ],
  ["backups that are kept for another time", { differences: { retentionDays: 3 } }, ["Backups kept: 3 -> 20 days"]],
  [
    "another backup window",
    { differences: { backupWindow: "01:00-02:00" } },
    ["Backup window: 01:00-02:00 -> 18:00-20:00 UTC"],
  ],
  [
    "another maintenance window",
    { values: { maintenance_window: "sun:20:00-sun:22:00" } },
    ["Maintenance window: sat:20:00-sat:22:00 -> sun:20:00-sun:22:00 UTC"],
  ],
  ["a node alone", { differences: { nodes: [primary] } }, ["Nodes: 1 -> 2"]],
  ["shards with as many replicas", { differences: shards, values: { replicas_per_node_group: 0 } }, []],
  [
    "shards that get replicas",
    { differences: shards, values: { replicas_per_node_group: 2 } },
    ["Nodes: 2 -> 6, 3 in each shard"],
  ],
  ["no failover", { differences: { failover: false } }, ["Automatic failover: off -> on"]],
  ["no Multi-AZ", { differences: { multiAz: false } }, ["Multi-AZ: off -> on"]],
  [
    "no Multi-AZ, which the entry leaves off",
    { differences: { multiAz: false, nodes: [primary, { ...replica, zone: primary.zone }] } },
    [],
  ],
  ["logs that start", { values: { log_types: ["slow-log"] } }, ["Logs: none -> slow-log to the stack's log group"]],
  [
    "logs that stay where they are",
    { differences: { logs: { "slow-log": slowLog } }, values: { log_types: ["slow-log"] } },
    [],
  ],
  [
    "logs that stay and others that start",
    { differences: { logs: { "slow-log": slowLog } }, values: { log_types: ["slow-log", "engine-log"] } },
    ["Logs: slow-log to /slow -> engine-log to the stack's log group, slow-log to /slow"],
  ],
  ...["slow-log", "engine-log"].map((first): [string, Given, readonly string[]] => {
    const types = [first, first === "slow-log" ? "engine-log" : "slow-log"];
    const logs = Object.fromEntries([...types].reverse().map((type) => [type, slowLog]));
    return [
      `the same logs in another order, ${first} first`,
      { differences: { logs }, values: { log_types: types } },
      [],
    ];
  }),
  [
    "logs of which one ends",
    {
      differences: { logs: { "engine-log": slowLog, "slow-log": slowLog } },
      values: { log_types: ["engine-log"] },
    },
    ["Logs: engine-log to /slow, slow-log to /slow -> engine-log to /slow"],
  ],
  ["logs that end", { differences: { logs: { "slow-log": slowLog } } }, ["Logs: slow-log to /slow -> none"]],
  ["a version that has no logs", { values: { log_types: undefined } }, []],
  [
    "minor versions by hand",
    { differences: { autoMinorVersionUpgrade: false } },
    ["Minor versions: by hand -> automatic"],
  ],
])("of %s, the report has this and no other change", (_what, given, expected) => {
  const others = changesOf(given).filter((change) => !isOwn(change));
  expect(others.map(({ what }) => what)).toEqual(expected);
});

const off = { retentionDays: 0 };
const effects: readonly (readonly [string, string, Given, RegExp])[] = [
  [
    "backups that only the primary could be named for",
    "Backups: ",
    { differences: off },
    /^The first one is taken in the next window\. The deploy would take them from the primary \(orders-001\), .*: first run the command below\.$/,
  ],
  [
    "backups whose source the deploy names rightly",
    "Backups: ",
    {
      differences: {
        ...off,
        nodes: [
          { ...replica, role: "primary" },
          { ...primary, role: "replica" },
        ],
      },
    },
    / They are taken from orders-001, a replica\.$/,
  ],
  [
    "backups of a node alone",
    "Backups: ",
    { differences: { ...off, nodes: [primary] } },
    / They are taken from orders-001, the only node there is now\.$/,
  ],
  [
    "backups whose source would not exist",
    "Backups: ",
    { differences: { ...off, nodes: [{ ...primary, id: "orders-004" }, replica] } },
    / The deploy would name orders-001 as their source, which does not exist, .*: first run the command below\.$/,
  ],
  [
    "backups of shards",
    "Backups: ",
    { differences: { ...off, ...shards }, values: { replicas_per_node_group: 0 } },
    / ElastiCache takes them from a replica of each shard\. .*: first run the command below\.$/,
  ],
  [
    "new nodes",
    "Nodes: ",
    { differences: { nodes: [primary] } },
    /^The new replicas copy the data from their primary, .* each costs .* The endpoints stay\.$/,
  ],
  ["parameters that nobody changed", "Parameter group: ", {}, /^It has the same values, so nothing needs a reboot\.$/],
  [
    "parameters that somebody changed",
    "Parameter group: ",
    { differences: { parameters: { timeout: "300", databases: "4" } } },
    /^It has the same values, timeout, databases among them, so nothing needs a reboot\.$/,
  ],
  [
    "a parameter that waits for a reboot",
    "Parameter group: ",
    { differences: { rebootPending: true } },
    /, so nothing needs a reboot\. A change made earlier still waits for a reboot of the nodes \(ParameterApplyStatus pending-reboot\)\.$/,
  ],
  [
    "four security groups, beside which there is room for one",
    "Security groups: ",
    { differences: { securityGroupIds: ["sg-1", "sg-2", "sg-3", "sg-4"] } },
    /^The stack's own allows no clients until /,
  ],
  [
    "five security groups, which are as many as AWS accepts",
    "Security groups: ",
    { differences: { securityGroupIds: ["sg-1", "sg-2", "sg-3", "sg-4", "sg-5"] } },
    /^AWS accepts 5 security groups per network interface .*: remove one from securityGroupIds in the entry, or request a higher quota\.$/,
  ],
  [
    "no topic",
    "Notifications: no topic -> the stack's topic",
    {},
    /^ElastiCache publishes the events of the cluster to it\.$/,
  ],
  [
    "a topic, whose subscribers would receive nothing any more",
    "Notifications: arn:aws:sns:topic -> the stack's topic",
    { differences: { topicArn: "arn:aws:sns:topic" } },
    /^Subscribers of the old topic no longer receive events of this cluster: subscribe them to .* redis_events_topic_arn\.$/,
  ],
  ["tags of others", "Tags: ", { differences: { tags: { Team: "orders" } } }, /^Its own tags stay\.$/],
  [
    "tags that the stack sets too",
    "Tags: ",
    { differences: { tags: { Team: "orders", Name: "x", Stack: "" } } },
    /^Its own stay but for Name = x, Stack = , which the stack sets\.$/,
  ],
];

test.each(effects)("the report says what comes of %s", (_what, beginning, given, effect) => {
  expect(effectOf(beginning, given)).toMatch(effect);
});

/** Attributes of the replication group in Terraform that the report has a line about, and what makes the deploy change them. */
const reported: Readonly<Record<string, readonly [beginning: string, given: Given]>> = {
  auto_minor_version_upgrade: ["Minor versions: ", { differences: { autoMinorVersionUpgrade: false } }],
  automatic_failover_enabled: ["Automatic failover: ", { differences: { failover: false } }],
  log_delivery_configuration: ["Logs: ", { values: { log_types: ["slow-log"] } }],
  maintenance_window: ["Maintenance window: ", { values: { maintenance_window: "sun:20:00-sun:22:00" } }],
  member_clusters: ["Nodes: ", { differences: { nodes: [primary] } }],
  multi_az_enabled: ["Multi-AZ: ", { differences: { multiAz: false } }],
  notification_topic_arn: ["Notifications: ", {}],
  num_cache_clusters: ["Nodes: ", { differences: { nodes: [primary] } }],
  parameter_group_name: ["Parameter group: ", {}],
  replicas_per_node_group: ["Nodes: ", { differences: shards, values: { replicas_per_node_group: 2 } }],
  security_group_ids: ["Security groups: ", {}],
  snapshot_retention_limit: ["Backups kept: ", { differences: { retentionDays: 3 } }],
  snapshot_window: ["Backup window: ", { differences: { backupWindow: "01:00-02:00" } }],
  tags: ["Tags: ", {}],
  tags_all: ["Tags: ", {}],
};
/** Arguments of Terraform that AWS does not return: each plan after an import sets them, and the cluster stays as it is. */
const notReturned = [
  ...["apply_immediately", "auth_token", "auth_token_update_strategy", "final_snapshot_identifier", "snapshot_name"],
];
const planned = (attribute: string): string[] =>
  otherChanges({ before: { [attribute]: "before" }, after: { [attribute]: "after" } }).map(({ what }) => what);

test.each(Object.entries(reported))(
  "a change of %s is in the report once, in words",
  (attribute, [beginning, given]) => {
    const lines = changesOf(given).filter(({ what }) => what.startsWith(beginning));
    expect([lines.length, planned(attribute)]).toEqual([1, []]);
  },
);

test.each(notReturned)("a plan that sets %s is no change of the cluster", (attribute) => {
  expect(planned(attribute)).toEqual([]);
});

test("backups are switched on in the windows of the deploy, with a maintenance window only if it changes", () => {
  const command = (maintenance: string): string | undefined =>
    switchOnFirst({ ...live, ...off }, (variable) =>
      variable === "maintenance_window" ? maintenance : same[variable],
    );
  expect(command(live.maintenanceWindow)).toBe(
    "aws elasticache modify-replication-group --region ap-northeast-1 --replication-group-id orders --snapshot-retention-limit 20 --snapshot-window 18:00-20:00 --snapshotting-cluster-id orders-002 --apply-immediately",
  );
  expect(command("sun:20:00-sun:22:00")).toContain(
    " --snapshot-window 18:00-20:00 --preferred-maintenance-window sun:20:00-sun:22:00 --snapshotting-cluster-id ",
  );
});
