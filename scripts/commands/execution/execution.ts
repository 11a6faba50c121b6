import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { setTimeout } from "node:timers/promises";
import { clientIn, Refusal } from "../../shared/aws-sdk";
import { printResult, progress } from "../../shared/result";
import { hasCache, writeStack } from "../../shared/synthesize";
import { assertOk, terraformIn } from "../../shared/terraform";
import type { Execution } from "../execution";
import { attributesOf, pull } from "../recover/state";
import { textOf } from "./text";

/**
 * Starts a state machine of a deployed stack, waits until the execution has ended and prints its output.
 *
 * @throws Refusal with its error and cause, if it fails, or with the reason if a restore test did not verify the data.
 */
export async function execute({ stack, machine, input, backupFirst = false, ...options }: Execution): Promise<void> {
  const { folder, provider } = writeStack(stack, process.env, hasCache);
  const terraform = terraformIn(folder);
  progress(`Reading the state of ${stack}`);
  assertOk(terraform(["init"]), "terraform init failed:");
  const state = pull(terraform);
  const arnOf = (name: Execution["machine"]): string => {
    const arn = attributesOf(state, `aws_sfn_state_machine.${name}`)?.arn;
    if (typeof arn === "string") return arn;
    throw new Refusal(
      `${stack} is not deployed: its state has no state machine ${name}. Deploy it first: npm run deploy -- ${stack} --var-file=<file of its values>`,
    );
  };
  const [client, arn] = [new SFNClient(clientIn(provider.aws[0].region)), arnOf(machine)];
  const backup = backupFirst ? await outputOf(client, arnOf("manual_backup"), {}) : {};
  const result = await outputOf(client, arn, { ...input, ...snapshotOf(backup) });
  printResult(options, result, textOf(result));
  // Restored, but not verified: no success, though the state machine did what it could.
  if (result.dataVerified === false)
    throw new Refusal(
      `The backup was restored, but its data was not verified (${String(result.data)}). ${String(result.reason)} See docs/runbook.md#restore-test-data.`,
    );
}

type Output = Readonly<Record<string, unknown>>;

const snapshotOf = ({ snapshotName }: Output): object => (snapshotName === undefined ? {} : { snapshotName });

/** Runs one execution, and returns its output. */
async function outputOf(client: SFNClient, arn: string, input: object): Promise<Output> {
  const { executionArn } = await client.send(
    new StartExecutionCommand({ stateMachineArn: arn, input: JSON.stringify(input) }),
  );
  progress(`Started ${String(executionArn)}. Waiting until it ends, which takes minutes`);
  for (let waited = 0; ; waited += 5) {
    const { status, output, error, cause } = await client.send(new DescribeExecutionCommand({ executionArn }));
    if (status === "SUCCEEDED") return JSON.parse(output ?? "{}") as Output;
    if (status !== "RUNNING") throw new Refusal(failure(status, error, cause));
    if (waited > 0 && waited % 60 === 0) progress(`Still running after ${waited / 60} min`);
    await setTimeout(5000);
  }
}

const failure = (status = "unknown", error = "", cause = ""): string =>
  `The execution ended as ${status}${error === "" ? "" : `: ${error}`}. ${cause}`.trim();
