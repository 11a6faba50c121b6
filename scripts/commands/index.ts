import { Command } from "commander";
import { adoptCommand } from "./adopt";
import { deployCommand, destroyCommand, diffCommand } from "./deploy";
import { backupCommand, restoreTestCommand, vaultCopyCommand } from "./execution";
import { hclCommand } from "./hcl";
import { recoverCommand } from "./recover";
import { restoreCommand } from "./restore";

/** All commands that users run, except `npm run lab`, which passes on the arguments of another command. */
export function program(): Command {
  const all = new Command("npm run")
    .usage("<command> -- [arguments]")
    .description(
      "Exit codes: 0 success, 1 refused or failed, 130 interrupted.\n" +
        "Results go to stdout, progress and errors to stderr; --json prints the result for scripts.",
    )
    .addHelpText(
      "after",
      "\nnpm run lab -- --help describes AWS on this machine, for trying all of this without an account.",
    );
  for (const command of [
    deployCommand(),
    diffCommand(),
    destroyCommand(),
    backupCommand(),
    restoreTestCommand(),
    vaultCopyCommand(),
    restoreCommand(),
    adoptCommand(),
    recoverCommand(),
    hclCommand(),
  ])
    all.addCommand(command);
  return all;
}
