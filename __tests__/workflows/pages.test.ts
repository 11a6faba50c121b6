import { mostBytes, type Machine } from "../support/machine";
import { everyStack } from "../support/stacks";
import { statesOf } from "../support/states";
import { apis } from "./shapes/api";

interface Task {
  readonly state: string;
  readonly service: string;
  readonly action: string;
  readonly arguments: unknown;
}

const tasksOf = (machine: Machine): readonly Task[] =>
  statesOf(machine).flatMap(([state, { Resource = "", Arguments }]) => {
    const [, service = "", action = ""] = /:aws-sdk:(\w+):(\w+)$/.exec(Resource) ?? [];
    return action === "" ? [] : [{ state, service, action, arguments: Arguments }];
  });

const tasks = ["redis-dev", "redis-sharded", "redis-backup-policy"].flatMap((stack) =>
  Object.entries(everyStack[stack]?.().resource.aws_sfn_state_machine ?? {}).flatMap(([name, { definition }]) =>
    tasksOf(JSON.parse(String(definition)) as Machine).map((task) => ({ ...task, machine: `${stack} ${name}` })),
  ),
);

/** Whether AWS answers in pages. */
const isPaged = ({ service, action }: Task): boolean => {
  const { operations = {}, shapes = {} } = apis[service] ?? {};
  const found = Object.entries(operations).find(([name]) => name.toLowerCase() === action.toLowerCase())?.[1];
  return Object.keys(shapes[found?.output ?? ""]?.members ?? {}).some((name) => /^(Next|next|Marker)/.test(name));
};

/** Asks for one thing by its id. */
const isOfOne = ({ action, arguments: args }: Task): boolean => {
  const id = {
    describeSnapshots: "SnapshotName",
    describeReplicationGroups: "ReplicationGroupId",
    describeCacheClusters: "CacheClusterId",
  }[action];
  return id !== undefined && typeof args === "object" && args !== null && id in args;
};

/** The most entries that a call asks for; undefined where it does not say. */
const boundOf = ({ arguments: args }: Task): number | undefined => {
  const found = /"?'?\bMax(?:Keys|Records|Results)'?"?: ?(\d+)/.exec(JSON.stringify(args))?.[1];
  return found === undefined ? undefined : Number(found);
};

/**
 * The bytes of an entry at most.
 *
 * - Objects: the key of a copy for a restore test has up to 150 bytes (the name of an execution has 80), the rest 250; a version has 120 more.
 * - Executions: five ARNs of up to 256 characters.
 * - Events: a text, of which AWS documents no length.
 * - Nodes: without CacheNodeInfo, two dozen members and a few security groups.
 */
const bytes: Readonly<Record<string, number>> = {
  listObjectsV2: 400,
  listObjectVersions: 520,
  listExecutions: 1500,
  describeEvents: 1500,
  describeCacheClusters: 3000,
};

/** Snapshots list each shard: the size of their pages is in page-size.test.ts and machines.test.ts. */
const isOfSnapshots = ({ action }: Task): boolean => action === "describeSnapshots";

/**
 * A security group has at most 60 rules each way, of 500 bytes, and 1,000 at most in all network interfaces' groups with a raised quota.
 * Metrics are asked for by four queries for each node of a shard, six at most, and a few minutes to hours.
 */
const boundedByAws = ["describeSecurityGroupRules", "getMetricData"];

const listing = tasks.filter(
  (task) => isPaged(task) && !isOfOne(task) && !isOfSnapshots(task) && !boundedByAws.includes(task.action),
);

test.each(listing.map((task) => [`${task.state} of ${task.machine}`, task] as const))(
  "%s asks for no more at once than Step Functions accepts",
  (_what, task) => {
    const page = (boundOf(task) ?? Infinity) * (bytes[task.action] ?? Infinity);
    expect(page).toBeLessThan(mostBytes);
  },
);

/** The newest executions are described one by one, so there are few. */
const isOfNewest = ({ action, arguments: args }: Task): boolean =>
  action === "listExecutions" && !JSON.stringify(args).includes("RUNNING");

test.each(
  listing.filter((task) => !isOfNewest(task)).map((task) => [`${task.state} of ${task.machine}`, task] as const),
)("%s asks for a quarter of that at least, so that a long list takes few calls", (_what, task) => {
  expect((boundOf(task) ?? 0) * (bytes[task.action] ?? 0)).toBeGreaterThan(mostBytes / 4);
});

test("objects, executions, events and nodes are what is listed", () => {
  expect(new Set(listing.map(({ action }) => action))).toEqual(new Set(Object.keys(bytes)));
});
