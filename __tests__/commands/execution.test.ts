import { DescribeExecutionCommand, StartExecutionCommand, type SFNClient } from "@aws-sdk/client-sfn";
import { assertVerified, outputOf } from "../../scripts/commands/execution/run";

const [restoreTest, backup] = ["arn:restore-test", "arn:manual-backup"];

/** An account where executions of these state machines end so; what was started is in `started`, in order. */
function account(ended: Readonly<Record<string, object>>) {
  const started: (readonly [arn: string, input: string])[] = [];
  const send = (command: unknown): Promise<object> => {
    if (command instanceof StartExecutionCommand) {
      const { stateMachineArn = "", input = "" } = command.input;
      started.push([stateMachineArn, input]);
      return Promise.resolve({ executionArn: stateMachineArn });
    }
    if (command instanceof DescribeExecutionCommand)
      return Promise.resolve(ended[command.input.executionArn ?? ""] ?? {});
    throw new Error("The command calls something else.");
  };
  return { client: { send } as unknown as SFNClient, started };
}

beforeEach(() => {
  jest.spyOn(console, "error").mockImplementation(() => undefined);
});

const succeeded = (output: object): object => ({ status: "SUCCEEDED", output: JSON.stringify(output) });

test("what an execution returned is returned", async () => {
  const { client, started } = account({ [restoreTest]: succeeded({ data: "verified" }) });
  await expect(outputOf(client, { arn: restoreTest, input: { keepGroup: true } })).resolves.toEqual({
    data: "verified",
  });
  expect(started).toEqual([[restoreTest, '{"keepGroup":true}']]);
});

test("an execution that failed is refused with its error and cause", async () => {
  const { client } = account({
    [restoreTest]: { status: "FAILED", error: "RestoreTest.KeysMissing", cause: "900 keys." },
  });
  await expect(outputOf(client, { arn: restoreTest, input: {} })).rejects.toThrow(
    "The execution ended as FAILED: RestoreTest.KeysMissing. 900 keys.",
  );
});

describe("with a backup first", () => {
  const run = { arn: restoreTest, input: {}, first: backup };

  // A requested snapshot would not count for the alarms.
  test("the restore test begins when the backup has ended, and tests the newest one", async () => {
    const { client, started } = account({
      [backup]: succeeded({ snapshotName: "dev-redis-manual-20260131120000" }),
      [restoreTest]: succeeded({ data: "verified" }),
    });
    await expect(outputOf(client, run)).resolves.toEqual({ data: "verified" });
    expect(started).toEqual([
      [backup, "{}"],
      [restoreTest, "{}"],
    ]);
  });

  test("nothing is restored when the backup fails", async () => {
    const { client, started } = account({ [backup]: { status: "TIMED_OUT" } });
    await expect(outputOf(client, run)).rejects.toThrow("The execution ended as TIMED_OUT.");
    expect(started).toEqual([[backup, "{}"]]);
  });
});

test("a restore test that did not verify the data is refused with its reason, so that the command fails", () => {
  expect(() => {
    assertVerified({ dataVerified: false, data: "empty", reason: "The cache had no keys." });
  }).toThrow(
    "The backup was restored, but its data was not verified (empty). The cache had no keys. See docs/runbook.md#restore-test-data.",
  );
});

test.each([
  ["a restore test that verified the data", { dataVerified: true, data: "verified" }],
  ["a manual backup, which says nothing of it", { snapshotName: "a", takenFrom: "b" }],
])("%s is a success", (_which, output) => {
  expect(() => {
    assertVerified(output);
  }).not.toThrow();
});
