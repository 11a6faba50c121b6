import { DescribeExecutionCommand, StartExecutionCommand, SFNClient } from "@aws-sdk/client-sfn";
import { setTimeout } from "node:timers/promises";
import { execute } from "../../scripts/commands/execution/execution";
import { assertVerified, outputOf } from "../../scripts/commands/execution/run";
import * as shared from "../../scripts/shared/terraform";
import type { Execution } from "../../scripts/commands/execution";
import { afterInit } from "../support/after-init";
import { but, executionStatuses } from "../support/aws-values";

jest.mock("node:timers/promises");
jest.mock("../../scripts/shared/synthesize", () => ({
  hasCache: () => true,
  writeStack: (name: string) => ({ name, folder: "folder", provider: { aws: [{ region: "ap-northeast-1" }] } }),
}));
jest.mock("../../scripts/shared/terraform", () => ({
  ...jest.requireActual<typeof shared>("../../scripts/shared/terraform"),
  terraformIn: jest.fn(),
}));

const [restoreTest, backup] = ["arn:restore-test", "arn:manual-backup"];

/**
 * An account where executions of these state machines end so, after they were looked at as often; what was started is in `started`, in
 * order.
 */
function account(ended: Readonly<Record<string, object>>, looks = 0) {
  let looked = 0;
  const started: (readonly [arn: string, input: string])[] = [];
  const send = (command: unknown): Promise<object> => {
    if (command instanceof StartExecutionCommand) {
      const { stateMachineArn = "", input = "" } = command.input;
      started.push([stateMachineArn, input]);
      return Promise.resolve({ executionArn: stateMachineArn });
    }
    if (command instanceof DescribeExecutionCommand && looked < looks) {
      looked += 1;
      return Promise.resolve({ status: "RUNNING" });
    }
    if (command instanceof DescribeExecutionCommand)
      return Promise.resolve(ended[command.input.executionArn ?? ""] ?? {});
    throw new Error("The command calls something else.");
  };
  return { client: { send } as unknown as SFNClient, started };
}

let shown: string[];

beforeEach(() => {
  shown = [];
  jest.spyOn(console, "error").mockImplementation((line) => shown.push(String(line)));
  jest.mocked(setTimeout).mockReset();
  jest.mocked(setTimeout).mockImplementation(() => {
    if (jest.mocked(setTimeout).mock.calls.length > 100) throw new Error("The command waits forever.");
    return Promise.resolve(undefined as never);
  });
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

test.each(but(executionStatuses, "RUNNING", "SUCCEEDED"))(
  "an execution that is %s is not awaited any longer",
  async (status) => {
    const { client } = account({ [restoreTest]: { status } });
    await expect(outputOf(client, { arn: restoreTest, input: {} })).rejects.toThrow(`ended as ${status}`);
  },
);

test("an execution that returned nothing has succeeded all the same", async () => {
  const { client } = account({ [restoreTest]: { status: "SUCCEEDED" } });
  await expect(outputOf(client, { arn: restoreTest, input: {} })).resolves.toEqual({});
});

test("an execution of which AWS gives no status is not awaited either", async () => {
  const { client } = account({});
  await expect(outputOf(client, { arn: restoreTest, input: {} })).rejects.toThrow("The execution ended as unknown.");
});

test("an execution that takes minutes is awaited, and each minute is shown", async () => {
  const { client } = account({ [restoreTest]: succeeded({ data: "verified" }) }, 30);
  await expect(outputOf(client, { arn: restoreTest, input: {} })).resolves.toEqual({ data: "verified" });
  // Every five seconds.
  expect(jest.mocked(setTimeout).mock.calls).toEqual(Array.from({ length: 30 }, () => [5000]));
  expect(shown).toEqual([
    "Started arn:restore-test. Waiting until it ends, which takes minutes ...",
    "Still running after 1 min ...",
    "Still running after 2 min ...",
  ]);
});

describe("the state machine of a stack", () => {
  const machine = (name: string, index?: number) => ({
    ...{ mode: "managed", type: "aws_sfn_state_machine", name, provider: "" },
    instances: [
      { ...(index !== undefined && { index_key: index }), schema_version: 0, attributes: { arn: `arn:${name}` } },
    ],
  });
  const run = async (execution: Pick<Execution, "machine"> & Partial<Execution>) => {
    const { client, started } = account({
      "arn:manual_backup": succeeded({ snapshotName: "dev-redis-manual-1", takenFrom: "dev-redis-cluster-002" }),
      "arn:restore_test": succeeded({ data: "verified", dataVerified: true }),
      "arn:vault_copy": succeeded({ copied: 1 }),
    });
    jest.spyOn(SFNClient.prototype, "send").mockImplementation(((command: never) => client.send(command)) as never);
    const terraform: shared.Terraform = (args) => {
      // One that a variable enables has an index.
      const resources = [machine("manual_backup"), machine("restore_test", 0)];
      const stdout = args.join(" ") === "state pull" ? JSON.stringify({ version: 4, resources }) : "";
      return { ok: true, status: 0, stdout, text: stdout };
    };
    jest.mocked(shared.terraformIn).mockImplementation(() => afterInit(terraform));
    const printed: unknown[] = [];
    jest.spyOn(console, "log").mockImplementation((text) => printed.push(text));
    await execute({ stack: "redis-dev", input: {}, ...execution });
    return { started, printed };
  };

  test.each<[Execution["machine"], string]>([
    ["manual_backup", "dev-redis-manual-1"],
    ["restore_test", "Data: verified\nData verified: true"],
  ])("is found in its state and started, and what it returned is printed: %s", async (name, text) => {
    const { started, printed } = await run({ machine: name, input: { a: 1 } });
    expect(started).toEqual([[`arn:${name}`, '{"a":1}']]);
    expect(printed).toEqual([text]);
  });

  test("that takes a backup is started first where one is asked for", async () => {
    const { started } = await run({ machine: "restore_test", backupFirst: true });
    expect(started.map(([arn]) => arn)).toEqual(["arn:manual_backup", "arn:restore_test"]);
  });

  test.each<[Execution["machine"], string]>([
    ["vault_copy", "redis-dev is not deployed with vault_bucket_arn: its state has no state machine vault_copy."],
    ["restore_test", "redis-dev is not deployed: its state has no state machine restore_test."],
  ])("that is not deployed is refused, with what deploys it: %s", async (name, message) => {
    jest.spyOn(SFNClient.prototype, "send").mockImplementation(() => {
      throw new Error("Nothing is started.");
    });
    jest.mocked(shared.terraformIn).mockReturnValue(() => ({ ok: true, status: 0, stdout: "", text: "" }));
    await expect(execute({ stack: "redis-dev", machine: name, input: {} })).rejects.toThrow(
      `${message} Deploy it first: npm run deploy -- redis-dev --var-file=<file of its values>`,
    );
  });
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
