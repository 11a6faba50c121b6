/**
 * AWS on this machine: lab/README.md.
 *
 *     npm run lab -- npm run test:e2e    for one command, whose exit code is passed on
 *     npm run lab                        until Ctrl-C
 */
import { argumentsOf, command } from "../shared/command";
import { requireTerraform } from "../shared/terraform-binary";
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
  requireTerraform();
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

  npm run deploy -- redis-dev --var-file=${valuesFile} --var=environment=dev
  npm run lab:control -- --help          # what AWS does by itself: backups, failovers, faults

The log: ${server.log}`;

void command(() => lab(argumentsOf(process.argv)));
