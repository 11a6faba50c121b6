import { jsonata } from "../../workflows/definition";
import { datum } from "../../workflows/metrics";
import { branch, forEach } from "../../workflows/states";
import type { Step } from "../../workflows/steps";
import { describeExecution, listExecutions, measured, publishMeasured } from "../check/last-runs";
import { isEnabled } from "../enabled-since";
import { vaultCopyMachine } from "./machine";

const metrics = [
  datum("VaultCopySuccessful", "None", "$succeeded"),
  datum("VaultCopyRunAgeHours", "None", "$ageHours"),
  datum(
    "VaultCopyAgeHours",
    "None",
    "($millis() - $max([$enabledSince, $exists($success) ? $toMillis($success.output.snapshotCreatedAt)])) / 3600000",
  ),
  datum("VaultCopyBytes", "Bytes", "$success.output.bytes"),
];

/**
 * Repeats the result of the last copy into the vault, so that its alarms hold until the next one, and publishes how long ago the last
 * successful one was and how old the backup is that it copied. Until there is one, both count from when copying was switched on.
 */
export const lastVaultCopy: Step = {
  name: "CheckVaultCopies",
  branch: branch("AreVaultCopiesEnabled", {
    AreVaultCopiesEnabled: {
      Type: "Choice",
      Choices: [{ Condition: jsonata(isEnabled("vault_copy")), Next: "ListVaultCopies" }],
      Default: "VaultCopiesChecked",
    },
    ListVaultCopies: { ...listExecutions("vault_copy", vaultCopyMachine), Next: "ReadVaultCopies" },
    ReadVaultCopies: {
      Type: "Map",
      Items: jsonata("[$states.input]"),
      MaxConcurrency: 5,
      ItemProcessor: forEach("DescribeVaultCopy", {
        DescribeVaultCopy: { ...describeExecution(vaultCopyMachine), End: true },
      }),
      Assign: { measured: jsonata(measured("$states.result", metrics)) },
      Output: {},
      Next: "PublishVaultCopy",
    },
    PublishVaultCopy: { ...publishMeasured, Next: "VaultCopiesChecked" },
    VaultCopiesChecked: { Type: "Succeed" },
  }),
};
