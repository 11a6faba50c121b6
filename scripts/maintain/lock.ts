/**
 * Writes the checksums of the providers for all platforms into providers.lock.hcl. It needs Terraform, and registry.terraform.io.
 *
 *     npm run lock
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  projectLock,
  terraformLock,
  withoutRegistry,
  type RequiredProviders,
} from "../../stacks/terraform/provider-locks";
import { Refusal } from "../shared/aws-sdk";
import { runProgram } from "../shared/command";
import { scriptCommand } from "../shared/options";
import { progress } from "../shared/result";
import { jsonOf, root, stacksOf } from "../shared/synthesize";
import { assertOk, terraformIn, withConfiguration } from "../shared/terraform";

const platforms = ["darwin_amd64", "darwin_arm64", "linux_amd64", "linux_arm64", "windows_amd64"];

void runProgram(
  scriptCommand(
    "lock",
    "Writes the checksums of the Terraform providers for every platform into providers.lock.hcl",
  ).action(async () => {
    const required = Object.values(stacksOf({}))
      .map((stack) => (jsonOf(stack).terraform as { required_providers: RequiredProviders }).required_providers)
      .reduce((all, one) => ({ ...all, ...one }), {});
    progress(
      `Reading the checksums of ${Object.keys(required).join(" and ")} for ${platforms.length.toString()} platforms`,
    );
    await withConfiguration({ terraform: { required_providers: required } }, (folder) => {
      assertOk(
        terraformIn(folder)(["providers", "lock", ...platforms.map((platform) => `-platform=${platform}`)]),
        "terraform providers lock failed. It asks registry.terraform.io for every platform:",
      );
      const lock = readFileSync(join(folder, terraformLock), "utf8");
      const unsigned = withoutRegistry(lock);
      if (unsigned.length > 0)
        throw new Refusal(
          `The checksums of ${unsigned.join(" and ")} do not come from the registry, but from a mirror, so they may be of another binary. Unset TF_CLI_CONFIG_FILE and TF_CLI_ARGS_providers_lock, and run the command where registry.terraform.io can be reached.`,
        );
      writeFileSync(join(root, projectLock), lock);
    });
    console.log(`Wrote ${projectLock}. Review and commit it: every synth copies it to where Terraform runs.`);
  }),
);
