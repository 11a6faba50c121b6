import { replicas } from "../../stacks/cache/topology";
import { restoreTest } from "../../stacks/backups/restore-test/definition";
import { created as createdByStack, type Origin } from "../../stacks/backups/snapshots";
import { groupArn } from "./account";
import { reshaped } from "./forms";
import { ExecutionError, filledIn, run, type Clock, type Machine, type Meter } from "./machine";
import { metricsOf, type Holding } from "./node-metrics";
import { accountOf, began, cache, hour, own, restoredNode, testId, type Account } from "./restore-test-account";

export { began, cache, hour, own, ownerArn, restoredNode, testId, type Account } from "./restore-test-account";

const settings = {
  "local.replication_group_id": cache,
  "local.name": "dev-redis",
  "local.partition": "aws",
  "local.region": "ap-northeast-1",
  "local.account_id": "123456789012",
  "local.workflow_tags": String.raw`[{\"Key\":\"Team\",\"Value\":\"orders\"}]`,
  "local.port": "6379",
  "local.cache_key": "",
  "local.backup_fresh_minutes": String(29 * 60),
  "local.restore_test_validator": "",
  "local.restore_test_validator_client": "",
  "var.restore_test_min_keys_ratio": "0.95",
  "var.allow_empty_cache": "false",
  "local.restore_test_validator_name": "validator",
  "aws_security_group.restore_test.id": "sg-test",
  "local.vault_bucket": "",
  "local.vault_landing_bucket": "landing",
  "local.vault_key_prefix": "a123456789012-apne1-dev-",
};
const machines = new Map<string, Machine>();

/** The machine with other values of some variables, and of an adopted cache. */
function machineWith(
  changed: Readonly<Record<string, string>>,
  origin: Origin = createdByStack,
  topology = replicas,
): Machine {
  const key = JSON.stringify([changed, origin, topology.clusterMode]);
  const known = machines.get(key) ?? filledIn(restoreTest(topology, origin), { ...settings, ...changed });
  machines.set(key, known);
  return known;
}
/** What the cache had around the backup, and what the restored one has. */
export const holding =
  (source: ReturnType<Holding>, restored: ReturnType<Holding>): Holding =>
  (node) =>
    node === restoredNode ? restored : source;

/** The changes of a test without a validator. */
export const deleted = ["createReplicationGroup", "deleteReplicationGroup"];
/** One execution: how it ended, what it returned, and the calls that it made which change something. */
export async function executed(given: Account) {
  const clock: Clock = { now: began };
  let rulesWhileValidating: readonly string[] = [];
  const aws = accountOf({
    ...given,
    validating: (now) => {
      rulesWhileValidating = now.rules();
    },
  });
  let output: unknown;
  const ended = await run(
    machineWith(given.values ?? {}, given.origin, given.topology),
    reshaped(aws.answer, given.reshape ?? ((value) => value)),
    given.input,
    clock,
  ).then(
    (result) => {
      output = result;
      return "SUCCEEDED";
    },
    (error: unknown) => {
      if (error instanceof ExecutionError) return error.message;
      throw error;
    },
  );
  const [created] = aws.argumentsOf("createReplicationGroup").slice(-1);
  const left = aws.group(testId) as { readonly Status?: string } | undefined;
  return {
    ended,
    output,
    aws,
    /** What the validator was started with, and the rules at that time. */
    validated: { ...(aws.argumentsOf("startExecution")[0]?.Input as object | undefined), rules: rulesWhileValidating },
    rules: aws.rules(),
    changes: aws.changes().map(({ action }) => action),
    calls: aws.calls.map(({ action }) => action),
    /** The arguments of each call of an action. */
    argumentsOf: aws.argumentsOf,
    /** The arguments of each call of DescribeSnapshots. */
    asked: aws.argumentsOf("describeSnapshots"),
    published: Object.fromEntries(Object.entries(aws.published).map(([name, values]) => [name, values.at(-1)])),
    /** The snapshot that was restored. */
    restored: created?.SnapshotName ?? null,
    tags: aws.tags(groupArn(testId)),
    /** The status of the group of the test's name; nothing while there is none. */
    left: left?.Status,
    hours: (clock.now - began) / hour,
  };
}

interface ComparedOptions {
  readonly hours?: number;
  /** The ends of their ids. */
  readonly nodesOfShard?: readonly string[];
  readonly meter?: Meter;
}

/**
 * What the comparison comes to, for a backup of several shards, `hours` old: what each reports, and each of the restored cache, at all
 * times.
 */
export async function compared(
  source: readonly ReturnType<Holding>[],
  restored: readonly ReturnType<Holding>[],
  { hours = 5, nodesOfShard = ["001", "002"], meter }: ComparedOptions = {},
): Promise<unknown> {
  const machine = machineWith({});
  const nodes = (name: string, { length }: { readonly length: number }) =>
    Array.from({ length }, (_one, i) => ({
      nodes: nodesOfShard.map((node) => `${name}-${String(i + 1).padStart(4, "0")}-${node}`),
    }));
  const holding: Holding = (node) => {
    const i = Number(node.slice(-8, -4)) - 1;
    return node.startsWith(testId) ? restored[i] : source[i];
  };
  return run(
    {
      StartAt: "Given",
      States: {
        ...machine.States,
        Given: {
          Type: "Pass",
          Assign: {
            chosen: { name: own("newest"), node: "", own: true, shards: source.length, created: began - hours * hour },
            shards: nodes(cache, source),
            restoredShards: nodes(testId, restored),
            began,
          },
          Next: "BeginComparison",
        },
        AreKeysMissing: { Type: "Succeed", Output: "{% $data %}" },
      },
    },
    (_action, args) => metricsOf(args, holding),
    {},
    { now: began },
    meter,
  );
}
