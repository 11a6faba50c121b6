import { join } from "node:path";
import { confirmed, requireApproval } from "../../shared/confirm";
import { writeStack } from "../../shared/synthesize";
import { assertOk, exitCodeOf, exitCodes, runInTerminal, terraformIn, withFolder } from "../../shared/terraform";
import type { Kind, Options } from "../deploy";

/**
 * Plans a stack and applies just that plan after a confirmation.
 *
 * Terraform is run directly: `cdktf deploy` waits for ever for a value that is missing, ignores options that it does not know, and
 * `cdktf diff` leaves its plan, with the AUTH token in it, where others can read it.
 */
export async function deploy(options: Options, kind: Kind): Promise<void> {
  const { stack, values, autoApprove = false, replace = [] } = options;
  if (kind !== "diff") requireApproval(options, kind);
  const { folder } = writeStack(stack);
  console.error(`Preparing ${stack} ...`);
  assertOk(terraformIn(folder)(["init"]), "terraform init failed:");
  await withFolder(async (scratch) => {
    const plan = join(scratch, "plan");
    const how = [
      ...(kind === "diff" ? [] : [`-out=${plan}`]),
      ...(kind === "destroy" ? ["-destroy"] : []),
      ...replace.map((address) => `-replace=${address}`),
    ];
    const planned = await runInTerminal(folder, ["plan", "-input=false", exitCodes, ...how, ...values]);
    if (planned === "failed" || planned === "interrupted") process.exitCode = exitCodeOf(planned);
    if (planned !== "changes" || kind === "diff") return;
    if (!autoApprove && !(await confirmed(`Do you want to ${kind} ${stack} as planned?`))) {
      console.log("Nothing was changed.");
      process.exitCode = 1;
      return;
    }
    const applied = await runInTerminal(folder, ["apply", "-input=false", plan]);
    if (applied !== "succeeded") process.exitCode = exitCodeOf(applied);
  });
}
