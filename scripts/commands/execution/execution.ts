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
 * @throws Refusal with its error and cause, if it fails.
 */
export async function execute({ stack, machine, input, ...options }: Execution): Promise<void> {
  const { folder, provider } = writeStack(stack, process.env, hasCache);
  const terraform = terraformIn(folder);
  progress(`Reading the state of ${stack}`);
  assertOk(terraform(["init"]), "terraform init failed:");
  const state = pull(terraform);
  const address = `aws_sfn_state_machine.${machine}`;
  // One that a variable enables has an index.
  const arn = (attributesOf(state, address) ?? attributesOf(state, `${address}[0]`))?.arn;
  if (typeof arn !== "string")
    throw new Refusal(
      `${stack} is not deployed${machine === "vault_copy" ? " with vault_bucket_arn" : ""}: its state has no state machine ${machine}. Deploy it first: npm run deploy -- ${stack} --var-file=<file of its values>`,
    );
  const client = new SFNClient(clientIn(provider.aws[0].region));
  const { executionArn } = await client.send(
    new StartExecutionCommand({ stateMachineArn: arn, input: JSON.stringify(input) }),
  );
  progress(`Started ${String(executionArn)}. Waiting until it ends, which takes minutes`);
  for (let waited = 0; ; waited += 5) {
    const { status, output, error, cause } = await client.send(new DescribeExecutionCommand({ executionArn }));
    if (status === "SUCCEEDED") {
      const result = JSON.parse(output ?? "{}") as Readonly<Record<string, unknown>>;
      printResult(options, result, textOf(result));
      return;
    }
    if (status !== "RUNNING") throw new Refusal(failure(status, error, cause));
    if (waited > 0 && waited % 60 === 0) progress(`Still running after ${waited / 60} min`);
    await setTimeout(5000);
  }
}

const failure = (status = "unknown", error = "", cause = ""): string =>
  `The execution ended as ${status}${error === "" ? "" : `: ${error}`}. ${cause}`.trim();
