import { SFNClient } from "@aws-sdk/client-sfn";
import { clientIn, Refusal } from "../../shared/aws-sdk";
import { printResult, progress } from "../../shared/result";
import { hasCache, writeStack } from "../../shared/synthesize";
import { assertOk, terraformIn } from "../../shared/terraform";
import type { Execution } from "../execution";
import { attributesOf, pull } from "../recover/state";
import { assertVerified, outputOf } from "./run";
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
    const address = `aws_sfn_state_machine.${name}`;
    // One that a variable enables has an index.
    const arn = (attributesOf(state, address) ?? attributesOf(state, `${address}[0]`))?.arn;
    if (typeof arn === "string") return arn;
    throw new Refusal(
      `${stack} is not deployed${name === "vault_copy" ? " with vault_bucket_arn" : ""}: its state has no state machine ${name}. Deploy it first: npm run deploy -- ${stack} --var-file=<file of its values>`,
    );
  };
  const client = new SFNClient(clientIn(provider.aws[0].region));
  const first = backupFirst ? { first: arnOf("manual_backup") } : {};
  const result = await outputOf(client, { arn: arnOf(machine), input, ...first });
  printResult(options, result, textOf(result));
  assertVerified(result);
}
