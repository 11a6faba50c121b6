/**
 * AWS on this machine: lab/README.md.
 *
 *     npm run lab -- npx cdktf deploy redis-dev --var-file=lab.tfvars    for one command, whose exit code is passed on
 *     npm run lab                                                        until Ctrl-C
 */
import { Refusal } from "../shared/aws-sdk";
import { command } from "../shared/command";
import { isOnPath, terraformBinary } from "../shared/terraform-binary";
import { environmentFor, settingsFor } from "./lab/environment";
import { interrupted, run } from "./lab/run";
import { Server } from "./lab/server";
import { valuesFile, writeValuesFile } from "./lab/values-file";

const usage = `Usage: npm run lab [-- COMMAND...]

With a command: starts AWS on this machine, runs the command against it, and stops.
Without one: stays up until Ctrl-C, and prints what to set in another terminal.

It starts with nothing but a network, whose values it writes to ${valuesFile}. Every AWS SDK, the aws CLI and Terraform
find it by environment variables; your own AWS settings are not used. More: lab/README.md`;

async function lab(args: readonly string[]): Promise<void> {
  if (args[0] === "--help" || args[0] === "-h") {
    console.log(usage);
    return;
  }
  if (!isOnPath(terraformBinary))
    throw new Refusal(
      `${terraformBinary} was not found on the PATH. Install Terraform 1.9 or newer, or set TERRAFORM_BINARY_NAME, for example to tofu for OpenTofu.`,
    );
  const server = await Server.start();
  await writeValuesFile(server.url);
  if (args.length === 0) {
    console.log(welcome(server));
    await interrupted();
    server.stop(false);
    process.exit(0);
  }
  const code = await run(args, environmentFor(server, process.env));
  server.stop(code !== 0);
  process.exitCode = code;
}

const welcome = (server: Server): string => `AWS is running on this machine at ${server.url}. Press Ctrl-C to stop it.

In another terminal:

${Object.entries(settingsFor(server))
  .map(([name, value]) => `  export ${name}=${value}`)
  .join("\n")}
  unset AWS_PROFILE AWS_SESSION_TOKEN

Then, for example:

  npx cdktf deploy redis-dev --var-file=${valuesFile}
  npm run lab:control -- --help          # what AWS does by itself: backups, failovers, faults

The log: ${server.log}`;

void command(() => lab(process.argv.slice(2)));
