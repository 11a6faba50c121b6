import { DescribeExecutionCommand, StartExecutionCommand, type SFNClient } from "@aws-sdk/client-sfn";
import { setTimeout } from "node:timers/promises";
import { Refusal } from "../../shared/aws-sdk";
import { progress } from "../../shared/result";

/** What an execution returned. */
export type Output = Readonly<Record<string, unknown>>;

export interface Run {
  /** ARN of the state machine. */
  readonly arn: string;
  readonly input: object;
  /** ARN of a state machine that is run before, without input. @default - none */
  readonly first?: string;
}

/**
 * Starts a state machine, waits until the execution has ended, and returns its output.
 *
 * @throws Refusal with its error and cause, if it fails; if the first one fails, the other is not started.
 */
export async function outputOf(client: Pick<SFNClient, "send">, { arn, input, first }: Run): Promise<Output> {
  if (first !== undefined) await outputOf(client, { arn: first, input: {} });
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

/** @throws Refusal if a restore test restored the backup, but did not verify its data. */
export function assertVerified({ dataVerified, data, reason }: Output): void {
  if (dataVerified === false)
    throw new Refusal(
      `The backup was restored, but its data was not verified (${String(data)}). ${String(reason)} See docs/runbook.md#restore-test-data.`,
    );
}
