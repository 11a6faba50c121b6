import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { valuesFile } from "../commands/lab/values-file";
import { Refusal } from "../shared/aws-sdk";
import { runProgram } from "../shared/command";
import { scriptCommand } from "../shared/options";
import { root } from "../shared/synthesize";
import { assertOk, exitCodes, terraformIn, withFolder, type Terraform } from "../shared/terraform";

/**
 * What an upgrade of this project does to deployed stacks: deploys each as an earlier commit writes it, and plans it as it is written
 * now. Fails if that plan replaces or destroys anything, or if a second plan still has something to change.
 */
const code = ["main.ts", "app.ts", "stacks", "cdktf.json", "tsconfig.json", "package.json"];

interface Plan {
  readonly resource_changes?: readonly { readonly address: string; readonly change: { readonly actions: string[] } }[];
}

/** Changes by action, such as `update`; a replacement is `delete, create`. */
type Changes = ReadonlyMap<string, readonly string[]>;

function synthesize(folder: string): void {
  execFileSync(process.execPath, ["--import", "tsx", "main.ts"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
  });
}

/** @throws Refusal if there is no such commit. */
function checkOut(commit: string, folder: string): void {
  try {
    const archive = execFileSync("git", ["archive", commit], { cwd: root, maxBuffer: 256 * 1024 * 1024 });
    execFileSync("tar", ["-x", "-C", folder], { input: archive });
  } catch {
    throw new Refusal(
      `Invalid commit ${JSON.stringify(commit)}: git has no such commit here. Fetch it, or choose another one.`,
    );
  }
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
}

function useCurrentCode(folder: string): void {
  for (const part of code) {
    rmSync(join(folder, part), { recursive: true, force: true });
    cpSync(join(root, part), join(folder, part), { recursive: true });
  }
}

function changesOf(terraform: Terraform, folder: string): Changes {
  const file = join(folder, "upgrade.plan");
  assertOk(terraform(["plan", `-out=${file}`]), "The plan of the upgrade failed.");
  const { resource_changes: all = [] } = JSON.parse(
    assertOk(terraform(["show", "-json", file]), "The plan could not be read.").stdout,
  ) as Plan;
  const changes = new Map<string, string[]>();
  for (const { address, change } of all) {
    const action = change.actions.join(", ");
    if (action !== "no-op" && action !== "read") changes.set(action, [...(changes.get(action) ?? []), address]);
  }
  return changes;
}

function report(stack: string, changes: Changes): void {
  const counts = [...changes].map(([action, addresses]) => `${addresses.length} to ${action}`);
  console.log(`\n${stack}: ${counts.length === 0 ? "no changes" : counts.join("; ")}`);
  for (const [action, addresses] of changes) for (const address of addresses) console.log(`  ${action}  ${address}`);
}

async function main(commit: string, named: readonly string[]): Promise<void> {
  if (process.env.LAB_URL === undefined)
    throw new Refusal(
      "Missing lab: this test deploys stacks and leaves them behind. Run it on a lab of its own: npm run lab -- npm run test:upgrade -- <commit>",
    );
  const values = [`-var-file=${resolve(root, valuesFile)}`];
  await withFolder((folder) => {
    const project = join(folder, "project");
    mkdirSync(project);
    checkOut(commit, project);
    synthesize(project);
    const written = join(project, "cdktf.out/stacks");
    const stacks = named.length > 0 ? named : readdirSync(written);
    const terraformOf = (stack: string): Terraform => terraformIn(join(written, stack), { values });
    for (const stack of stacks) {
      assertOk(terraformOf(stack)(["init"]), `terraform init of ${stack} failed.`);
      assertOk(terraformOf(stack)(["apply", "-auto-approve"]), `The deploy of ${stack} at ${commit} failed.`);
      console.log(`${stack} is deployed as of ${commit}.`);
    }
    useCurrentCode(project);
    synthesize(project);
    const failures = stacks.flatMap((stack) => {
      const terraform = terraformOf(stack);
      assertOk(terraform(["init"]), `terraform init of ${stack} failed.`);
      const changes = changesOf(terraform, folder);
      report(stack, changes);
      if ([...changes.keys()].some((action) => action.includes("delete"))) return [`${stack} loses something.`];
      assertOk(terraform(["apply", "-auto-approve"]), `The upgrade of ${stack} failed.`);
      return terraform(["plan", exitCodes]).status === 0 ? [] : [`The second plan of ${stack} has changes.`];
    });
    if (failures.length > 0) throw new Refusal(failures.join("\n"));
    console.log("\nNothing is replaced or destroyed, and the second plan of each stack has no changes.");
  });
}

void runProgram(
  scriptCommand("test:upgrade", "Tests on the lab what an upgrade from an earlier commit does to deployed stacks")
    .usage("-- <commit> [stack...]")
    .argument("<commit>", "the commit that the stacks are deployed from first")
    .argument("[stack...]", "names of stacks; all without one")
    .action(main),
);
