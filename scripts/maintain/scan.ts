/**
 * Scans all stacks with checkov, as HCL and as JSON, and fails for a finding without a reason.
 *
 *     npm run scan
 */
import { Refusal } from "../shared/aws-sdk";
import { runProgram } from "../shared/command";
import { scriptCommand } from "../shared/options";
import { stacksOf } from "../shared/synthesize";
import { withFolder } from "../shared/terraform";
import { checkovBinary, scan, writeForm } from "./scan/checkov";

void runProgram(
  scriptCommand("scan", "Scans every stack with checkov, as HCL and as JSON").action(async () => {
    const binary = checkovBinary();
    if (binary === undefined)
      throw new Refusal("checkov was not found. Install it (pipx install checkov), or set CHECKOV to its executable.");
    const stacks = Object.values(stacksOf({}));
    for (const form of ["hcl", "json"] as const) {
      const report = await withFolder(async (folder) => {
        await writeForm(folder, form, stacks);
        return scan(binary, folder, form);
      });
      const { parsingErrors, passed, skipped, unexplained } = report;
      console.log(`${form}: ${passed.toString()} passed, ${skipped.toString()} skipped with a reason.`);
      if (parsingErrors.length > 0 || passed === 0)
        throw new Refusal(`checkov could not read the ${form}: ${parsingErrors.join(", ")}`);
      if (unexplained.length > 0)
        throw new Refusal(
          `Findings without a reason (accept() in stacks/terraform/annotation.ts records one):\n${unexplained.join("\n")}`,
        );
    }
  }),
);
