import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { setTimeout } from "node:timers/promises";
import { clientIn, Refusal } from "../../shared/aws-sdk";
import { hasCache, writeStack } from "../../shared/synthesize";
import { assertOk, terraformIn } from "../../shared/terraform";
import type { Execution } from "../execution";
import { attributesOf, pull } from "../recover/state";

/**
 * Starts a state machine of a deployed stack, waits until the execution has ended and prints its output.
 *
 * @throws Refusal with its error and cause, if it fails.
 */
export async function execute({ stack, machine, input }: Execution): Promise<void> {
  const { folder, provider } = writeStack(stack, process.env, hasCache);
  const terraform = terraformIn(folder);
  assertOk(terraform(["init"]), "terraform init failed:");
  const arn = attributesOf(pull(terraform), `aws_sfn_state_machine.${machine}`)?.arn;
  if (typeof arn !== "string")
    throw new Refusal(
      `${stack} is not deployed: its state has no state machine ${machine}. Deploy it first: npm run deploy -- ${stack}`,
    );
  const client = new SFNClient(clientIn(provider.aws[0].region));
  const { executionArn } = await client.send(
    new StartExecutionCommand({ stateMachineArn: arn, input: JSON.stringify(input) }),
  );
  console.error(`Started ${String(executionArn)}. Waiting until it ends, which takes minutes ...`);
  for (;;) {
    const { status, output, error, cause } = await client.send(new DescribeExecutionCommand({ executionArn }));
    if (status === "SUCCEEDED") {
      console.log(JSON.stringify(JSON.parse(output ?? "{}"), null, 2));
      return;
    }
    if (status !== "RUNNING")
      throw new Refusal(`The execution is ${status ?? ""}: ${error ?? ""} ${cause ?? ""}`.trim());
    await setTimeout(5000);
  }
}
