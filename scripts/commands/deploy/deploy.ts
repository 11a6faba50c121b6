import { join } from "node:path";
import { Refusal } from "../../shared/aws-sdk";
import { confirmed, requireApproval } from "../../shared/confirm";
import { refuseOtherEnvironment } from "../../shared/environment";
import { printResult, progress, tellerOf } from "../../shared/result";
import { hasCache, writeStack, type WrittenStack } from "../../shared/synthesize";
import {
  assertOk,
  exitCodeOf,
  exitCodes,
  runInTerminal,
  terraformIn,
  withFolder,
  type Terraform,
} from "../../shared/terraform";
import { requireTerraform } from "../../shared/terraform-binary";
import type { Kind, Options } from "../deploy";
import type { Plan } from "../recover/plan";
import { explainTaken, isFirstDeploy, takenNames } from "../recover/taken";
import { nextSteps } from "./next-steps";
import { changesOf, countsOf, isFirst, testCachesOrphaned, vaultsDestroyed, type Change } from "./plan";
import { emailsOf, summaryOf } from "./summary";

/**
 * Plans a stack and applies just that plan after a confirmation.
 *
 * Terraform is run directly: `cdktf deploy` waits forever for a missing value, ignores options that it does not know, and
 * `cdktf diff` leaves its plan, with the AUTH token in it, where others can read it.
 */
export async function deploy(options: Options, kind: Kind): Promise<void> {
  const { stack, values, autoApprove = false, replace = [] } = options;
  const tell = tellerOf(options);
  requireTerraform();
  refuseOptionsOfPlan();
  const written = writeStack(stack);
  if (kind !== "diff") requireApproval(options, kind);
  await refuseOtherEnvironment(written, values);
  const { folder } = written;
  progress(`Preparing ${stack}`);
  const terraform = terraformIn(folder);
  assertOk(terraform(["init"]), "terraform init failed:");
  await withFolder(async (scratch) => {
    const file = join(scratch, "plan");
    const how = [
      `-out=${file}`,
      ...(kind === "destroy" ? ["-destroy"] : []),
      ...replace.map((address) => `-replace=${address}`),
    ];
    progress(`Planning ${stack}`);
    let text = "";
    const planned = await runInTerminal(folder, ["plan", "-input=false", exitCodes, ...how, ...values], {
      stdout: (piece) => (text += piece),
    });
    if (planned === "failed" || planned === "interrupted") {
      process.exitCode = exitCodeOf(planned);
      return;
    }
    const plan = planOf(terraform, file);
    const changes = changesOf(plan);
    const isChange = planned === "changes";
    if (changes.length > 0) tell(`\n${summaryOf(stack, plan, changes)}\n`);
    tell(text);
    if (!isChange || kind === "diff") {
      printResult(options, { stack, changes: changes.map(shown) });
      return;
    }
    if (kind === "deploy") await refuseTakenNames(written, plan, values);
    if (kind === "destroy") await refuseLeftovers(plan, { stack, region: written.provider.aws[0].region });
    const counts = changes.length > 0 ? countsOf(changes) : "outputs only";
    if (!autoApprove && !(await confirmed(`Do you want to ${kind} ${stack} as planned (${counts})?`))) {
      tell("Nothing was changed.");
      process.exitCode = 1;
      return;
    }
    const applied = await runInTerminal(folder, ["apply", "-input=false", file], {
      stdout: options.json === true ? "stderr" : "inherit",
    });
    if (applied !== "succeeded") {
      process.exitCode = exitCodeOf(applied);
      return;
    }
    const outputs = kind === "deploy" ? outputsOf(terraform) : {};
    if (kind === "deploy" && isFirst(plan))
      tell(`\n${nextSteps(stack, hasCache(written), emailsOf(plan, changes), Object.keys(outputs))}`);
    printResult(options, { stack, changes: changes.map(shown), ...(kind === "deploy" && { outputs }) });
  });
}

/** @throws Refusal if the environment has options for `apply` that only a plan takes: here, apply gets the plan that was shown. */
function refuseOptionsOfPlan(): void {
  const { TF_CLI_ARGS_apply: given = "" } = process.env;
  const [, option] = /(?:^|\s)--?(replace|target|destroy|refresh-only|var-file|var)\b/.exec(given) ?? [];
  if (option === undefined) return;
  const instead = option === "replace" ? "Unset it, and use --replace=<address>." : "Unset it.";
  throw new Refusal(
    `Invalid TF_CLI_ARGS_apply: -${option} changes the plan, and this command applies only the plan that it shows. ${instead}`,
  );
}

/** @throws Refusal if AWS would keep something of the stack because of what is in it, after the rest has been destroyed. */
async function refuseLeftovers(plan: Plan, of: { readonly stack: string; readonly region: string }): Promise<void> {
  // The AWS SDK is loaded by those who need it.
  if (vaultsDestroyed(plan).length > 0) await (await import("./full-vault.js")).refuseFullVault(plan, of);
  if (testCachesOrphaned(plan).length > 0) await (await import("./test-cache.js")).refuseTestCache(plan, of);
}

const planOf = (terraform: Terraform, file: string): Plan =>
  JSON.parse(assertOk(terraform(["show", "-json", file]), "The plan cannot be read:").stdout) as Plan;

const shown = ({ action, address }: Change) => ({ action, address });

/** What the outputs are, without those that are secret. */
function outputsOf(terraform: Terraform): Readonly<Record<string, unknown>> {
  const { stdout } = assertOk(terraform(["output", "-json"]), "The outputs cannot be read:");
  const outputs = JSON.parse(stdout) as Record<string, { readonly value: unknown; readonly sensitive: boolean }>;
  return Object.fromEntries(
    Object.entries(outputs)
      .filter(([, { sensitive }]) => !sensitive)
      .map(([name, { value }]) => [name, value]),
  );
}

/** @throws Refusal if AWS already has names that a first deploy would use. */
async function refuseTakenNames(written: WrittenStack, plan: Plan, values: readonly string[]): Promise<void> {
  if (!isFirstDeploy(plan.resource_changes)) return;
  progress(`Checking that the names of ${written.name} are free`);
  const taken = await takenNames(written, plan, values);
  if (taken.size > 0)
    throw new Refusal(
      explainTaken(
        taken,
        written.name,
        `rename or delete them, or choose another prefix for the names of ${written.name} in app.ts, e.g. { namePrefix: "orders-cache" } as the last argument of its line. Nothing was changed.`,
      ),
    );
}
