/**
 * `npm audit`, without what is bundled in cdktf and has a reason here: it fails for every other advisory of at least high severity.
 *
 *     npm run --silent audit
 */
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { Refusal } from "../shared/aws-sdk";
import { runProgram } from "../shared/command";
import { scriptCommand } from "../shared/options";
import { unexplained, type AuditReport } from "./audit/unexplained";

void runProgram(
  scriptCommand(
    "audit",
    "Fails for an advisory of high or critical severity on a dependency, unless it has a reason",
  ).action(() => {
    const { stdout, stderr } = spawnSync("npm", ["audit", "--json"], {
      cwd: resolve(__dirname, "../.."),
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
    });
    let report: Partial<AuditReport> = {};
    try {
      report = JSON.parse(stdout) as Partial<AuditReport>;
    } catch {
      // What npm printed is shown below.
    }
    const { vulnerabilities } = report;
    if (vulnerabilities === undefined)
      throw new Refusal(`npm audit gave no report, so nothing is known about advisories:\n\n${stderr}${stdout}`);
    const findings = unexplained({ vulnerabilities });
    for (const finding of findings) console.error(finding);
    if (findings.length > 0)
      throw new Refusal(
        "Update these packages, or override their version in package.json. If an advisory cannot affect this project, add the reason to scripts/maintain/audit/unexplained.ts.",
      );
    console.log("No advisory of high or critical severity, except those with a reason.");
  }),
);
