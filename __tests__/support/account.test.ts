import { operation } from "../workflows/shapes/api";
import { account, snapshotArn, type Given } from "./account";
import { ExecutionError } from "./machine";

const may = [
  "createSnapshot",
  "deleteSnapshot",
  "describeCacheClusters",
  "describeEvents",
  "describeExecution",
  "describeReplicationGroups",
  "describeSnapshots",
  "listExecutions",
  "listTagsForResource",
  "putMetricData",
];
const withSnapshots = (count: number, more: Partial<Given> = {}) =>
  account({
    may,
    snapshots: Array.from({ length: count }, (_one, i) => ({
      SnapshotName: `s${String(i)}`,
      SnapshotStatus: "available",
    })),
    ...more,
  });

/** The names of all pages, and the arguments of each call. */
function everyPage(aws: ReturnType<typeof account>, action: string, list: string, marker: string, args: object = {}) {
  const found: unknown[] = [];
  let next: unknown;
  do {
    const page = aws.answer(action, { ...args, ...(next !== undefined && { [marker]: next }) }) as Record<
      string,
      unknown
    >;
    found.push(...(page[list] as unknown[]));
    next = page[marker];
  } while (next !== undefined);
  return found;
}

test("lists come in pages of the size that was asked for, and all of them together are everything once", () => {
  const aws = withSnapshots(65);
  expect(everyPage(aws, "describeSnapshots", "Snapshots", "Marker", { MaxRecords: 20 })).toHaveLength(65);
  expect(aws.calls).toHaveLength(4);
  const executions = Array.from({ length: 5 }, (_one, i) => ({ ExecutionArn: String(i) }));
  const args = { StateMachineArn: "arn", MaxResults: 2 };
  const running = account({ may, executions });
  expect(everyPage(running, "listExecutions", "Executions", "NextToken", args)).toHaveLength(5);
  expect(running.calls).toHaveLength(3);
  const events = { cache: Array.from({ length: 101 }, (_one, i) => ({ Message: String(i) })) };
  const said = account({ may, events });
  expect(everyPage(said, "describeEvents", "Events", "Marker", { SourceIdentifier: "cache" })).toHaveLength(101);
  expect(said.calls).toHaveLength(2);
});

test("executions are filtered by their status before they are paged", () => {
  const aws = account({ may, executions: [{ ExecutionArn: "a", Status: "ABORTED" }, { ExecutionArn: "b" }] });
  expect(aws.answer("listExecutions", { StateMachineArn: "arn", StatusFilter: "RUNNING" })).toEqual({
    Executions: [{ ExecutionArn: "b", Status: "RUNNING" }],
  });
});

test("a snapshot that is taken is there with its tags, and gone when it is deleted", () => {
  const aws = withSnapshots(0);
  aws.answer("createSnapshot", { SnapshotName: "new", CacheClusterId: "one", Tags: [{ Key: "a", Value: "b" }] });
  expect(aws.answer("listTagsForResource", { ResourceName: snapshotArn("new") })).toEqual({
    TagList: [{ Key: "a", Value: "b" }],
  });
  expect(aws.snapshots()).toEqual(["new"]);
  aws.answer("deleteSnapshot", { SnapshotName: "new" });
  expect(aws.snapshots()).toEqual([]);
  expect(aws.changes().map(({ action }) => action)).toEqual(["createSnapshot", "deleteSnapshot"]);
});

const refusals: readonly (readonly [action: string, args: object, error: string])[] = [
  ["describeSnapshots", { SnapshotName: "none" }, "ElastiCache.SnapshotNotFoundException"],
  ["describeSnapshots", { MaxRecords: 19 }, "ElastiCache.InvalidParameterValueException"],
  ["describeSnapshots", { MaxRecords: 51 }, "ElastiCache.InvalidParameterValueException"],
  ["describeEvents", { Marker: "x" }, "ElastiCache.InvalidParameterValueException"],
  ["deleteSnapshot", { SnapshotName: "none" }, "ElastiCache.SnapshotNotFoundException"],
  ["deleteSnapshot", { SnapshotName: "busy" }, "ElastiCache.InvalidSnapshotStateException"],
  ["createSnapshot", { SnapshotName: "busy" }, "ElastiCache.SnapshotAlreadyExistsException"],
  ["listTagsForResource", { ResourceName: snapshotArn("none") }, "ElastiCache.SnapshotNotFoundException"],
  ["describeReplicationGroups", { ReplicationGroupId: "none" }, "ElastiCache.ReplicationGroupNotFoundException"],
  ["describeCacheClusters", { CacheClusterId: "none" }, "ElastiCache.CacheClusterNotFoundException"],
  ["describeExecution", { ExecutionArn: "none" }, "Sfn.ExecutionDoesNotExistException"],
];

test.each(refusals)("%s with %j is refused with %s, which AWS's model has", (action, args, error) => {
  const aws = account({ may, snapshots: [{ SnapshotName: "busy", SnapshotStatus: "copying" }] });
  let thrown: unknown;
  try {
    aws.answer(action, { ...args });
  } catch (caught) {
    thrown = caught;
  }
  expect(thrown).toBeInstanceOf(ExecutionError);
  expect((thrown as ExecutionError).error).toBe(error);
  const service = error.startsWith("Sfn") ? "sfn" : "elasticache";
  expect(operation(service, action)?.errors).toContain(error);
});

test.each<[string, string, object, RegExp]>([
  ["a call that the state machine may not make", "copySnapshot", {}, /calls copySnapshot, which it should not/],
  ["an argument that the API does not have", "deleteSnapshot", { Name: "x" }, /lacks SnapshotName/],
  ["an argument of another name", "describeSnapshots", { SnapshotNames: [] }, /has no member SnapshotNames/],
  [
    "a value that it does not have",
    "listExecutions",
    { StateMachineArn: "a", StatusFilter: "DONE" },
    /not one of RUNNING/,
  ],
])("%s is a mistake of the state machine, not an error of AWS", (_what, action, args, message) => {
  expect(() => withSnapshots(0).answer(action, { ...args })).toThrow(message);
});

test("what is told to fail fails, in turn, and changes nothing", () => {
  const aws = withSnapshots(1, { errors: { deleteSnapshot: ["ElastiCache.InvalidSnapshotStateException", null] } });
  expect(() => aws.answer("deleteSnapshot", { SnapshotName: "s0" })).toThrow(ExecutionError);
  expect([aws.snapshots(), aws.changes()]).toEqual([["s0"], []]);
  aws.answer("deleteSnapshot", { SnapshotName: "s0" });
  expect(aws.snapshots()).toEqual([]);
});

test("metrics are kept by name, in order, and are no change", () => {
  const aws = withSnapshots(0);
  for (const Value of [1, 2]) aws.answer("putMetricData", { Namespace: "n", MetricData: [{ MetricName: "m", Value }] });
  expect(aws.published).toEqual({ m: [1, 2] });
  expect(aws.changes()).toEqual([]);
});
