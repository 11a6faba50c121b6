import { DescribeReplicationGroupsCommand, ElastiCacheClient } from "@aws-sdk/client-elasticache";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { clientIn, isDenied, Refusal } from "../shared/aws-sdk";
import { command } from "../shared/command";
import { ailment, awaitCache, checkEngine, freeingCommands, group, life, withFinalSnapshot } from "./recover/cache";
import { search, type Found, type Search, type Synthesized } from "./recover/found";
import { options, type Options } from "./recover/options";
import { attributesOf, idsOf, pull, write, type State } from "./recover/state";
import { errorsOf, terraformIn, type Terraform } from "./recover/terraform";
import { lacksToken, recoverToken } from "./recover/token";

/**
 * `npm run recover -- <stack> [--yes] [--var=…] [--var-file=…]`: says what AWS has of the stack and its state lacks, because a
 * deploy was killed or the state was lost, and imports it after a yes. docs/recover.md tells the whole story.
 */
const root = resolve(__dirname, "../..");

/** @throws if there is no such stack */
function synthesized(stack: string): Synthesized {
  const { status, stdout, stderr } = spawnSync(join(root, "node_modules/.bin/cdktf"), ["synth"], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, CI: "1" },
  });
  if (status !== 0) throw new Refusal(`cdktf synth failed:\n${stdout}${stderr}`);
  const folder = join(root, "cdktf.out/stacks", stack);
  if (!existsSync(join(folder, "cdk.tf.json")))
    throw new Refusal(`There is no stack ${JSON.stringify(stack)}. Write one that cdktf list shows, e.g. redis-dev.`);
  const { provider } = JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8")) as {
    provider: { aws: [{ region: string }] };
  };
  return { folder, region: provider.aws[0].region };
}

/** @throws if AWS cannot be asked: Terraform would try for long, and not tell in words */
async function checkAccess(region: string): Promise<void> {
  try {
    await new ElastiCacheClient(clientIn(region)).send(new DescribeReplicationGroupsCommand({ MaxRecords: 20 }));
  } catch (error) {
    // Not every stack has a cache, so not everybody who deploys one may look at caches.
    if (!isDenied(error)) throw error;
  }
}

/** @throws with the way out if somebody holds the lock of the state */
function checkLock(terraform: Terraform, stack: string): void {
  // It takes the lock, and then has nothing to do.
  const { text } = terraform(["untaint", "-no-color", "-allow-missing", "terraform_data.none"]);
  if (!text.includes("Error acquiring the state lock")) return;
  const of = (field: string): string => new RegExp(String.raw`\s${field}:\s+(\S.*)`).exec(text)?.[1] ?? "unknown";
  throw new Refusal(
    `The state of ${stack} is locked by ${of("Who")} since ${of("Created")} (${of("Operation")}). If that run is over because it was killed, end its lock and run this again:\n\n    terraform -chdir=cdktf.out/stacks/${stack} force-unlock ${of("ID")}\n\nIf it still runs, wait for it: two at once would damage the state.`,
  );
}

function list(title: string, found: readonly Found[]): void {
  console.log(title);
  for (const { address, id } of found) console.log(`  ${address}\n    ${id}`);
}

async function agreed(yes: boolean): Promise<boolean> {
  if (yes) return true;
  if (!process.stdin.isTTY) {
    console.log("Nothing was changed. Run this again with --yes to go on.");
    return false;
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question("Write these into the state? Only yes is taken as a yes: ");
  terminal.close();
  return answer === "yes";
}

/** @returns whether the next deploy is not refused */
function nextDeploy(terraform: Terraform): boolean {
  const run = terraform(["plan", "-json"]);
  const lines = run.stdout
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as { type: string; change?: { action: string; resource: { addr: string } } });
  const changes = lines.filter(({ type }) => type === "planned_change").map(({ change }) => change);
  console.log(changes.length === 0 && run.ok ? "The next deploy has nothing to change." : "The next deploy:");
  for (const change of changes) console.log(`  ${change?.action ?? ""} ${change?.resource.addr ?? ""}`);
  for (const { summary, detail } of errorsOf(run)) console.log(`  is refused: ${summary}\n${detail}`);
  return run.ok;
}

/** Shows what was found that is not written into the state, but needs somebody. */
function tell({ foreign, leftBehind, region }: Search, stack: string): void {
  if (foreign.length > 0)
    list(
      `These have names of ${stack}, but no tag Stack = ${stack}, so they are left alone; a deploy will fail on them:`,
      foreign,
    );
  if (leftBehind.length === 0) return;
  console.log(`Deploys of ${stack} that died left these secrets, which nothing uses any more. To delete them:`);
  for (const arn of leftBehind) console.log(`  aws secretsmanager delete-secret --region ${region} --secret-id ${arn}`);
}

function demand({ ok, text }: { ok: boolean; text: string }): void {
  if (!ok) throw new Refusal(text);
}

/** @returns whether the next deploy can go on from here */
async function recover({ stack, yes, values }: Options): Promise<boolean> {
  const written = synthesized(stack);
  const { folder, region } = written;
  await checkAccess(region);
  const terraform = terraformIn(folder, values);
  const init = terraform(["init", "-input=false", "-no-color"]);
  if (!init.ok) throw new Refusal(`terraform init failed:\n${init.text}`);
  checkLock(terraform, stack);

  const state = pull(terraform);
  const result = await search(stack, written, values, idsOf(state));
  const { found, foreign, variables } = result;
  const ill = await ailment(state, result);
  const cacheIsFound = found.some(({ address }) => address === group);
  const tokenIsLacking = variables.enable_auth === true && (cacheIsFound || lacksToken(state));

  tell(result, stack);
  if (found.length > 0) list(`AWS has these of ${stack}, and the state lacks them:`, found);
  if (ill === "over")
    console.log(
      `The cache is gone, or about to be, and its final snapshot is taken. The next one needs another name for its own: ${life} ends with it.`,
    );
  if (ill === "unfinished")
    console.log(
      `${group} is in the state as tainted, because Terraform did not see its creation end well: the next deploy would replace it. AWS has it, so it is kept as it is.`,
    );
  if (ill === "without a name for its final snapshot")
    console.log(
      `A snapshot has the name that the final snapshot of the live cache will get, so the cache could not be destroyed. Free the name; the snapshot is kept under another:\n\n    ${freeingCommands(state, result)}\n`,
    );
  if (found.length === 0 && !tokenIsLacking && ill !== "over" && ill !== "unfinished") {
    console.log(`AWS has nothing of ${stack} that the state lacks.`);
    return foreign.length === 0 && ill === undefined;
  }

  checkEngine(result);
  const lost = found.filter(({ replaced }) => replaced);
  if (lost.length > 0)
    throw new Refusal(
      `With these values the next deploy would replace ${lost.map(({ address }) => address).join(", ")}. Run this with the values that it was deployed with.`,
    );
  if (!(await agreed(yes))) return false;

  await awaitCache(region, attributesOf(state, group)?.replication_group_id);
  take(terraform, state, result);
  if (ill === "over") demand(terraform(["taint", life]));
  if (ill === "unfinished") demand(terraform(["untaint", group]));
  if (tokenIsLacking && !recoverToken(terraform)) {
    console.log(
      `\nThe AUTH token of the live cache is known to nobody any more. Give it a new one, and only then deploy as usual, each time with the values of this command:\n\n    ROTATE_AUTH_STACK=${stack} npx cdktf deploy ${stack}\n`,
    );
    return true;
  }
  return nextDeploy(terraform);
}

/** Writes what was found into the state. */
function take(terraform: Terraform, state: State, result: Search): void {
  if (result.found.length === 0) return;
  const imported = withFinalSnapshot(result.found, state, result)
    .map((one) => one.imported)
    .filter((one) => one !== null);
  // Which secret is to be deleted, people decide.
  const superseded = result.found
    .map(({ address }) => address)
    .filter((address) => address.startsWith("aws_secretsmanager_"));
  write(terraform, state, imported, superseded);
  for (const { address, id } of result.found.filter(({ imported }) => imported === null))
    demand(terraform(["import", address, id]));
}

void command(async () => {
  process.exitCode = (await recover(options(process.argv.slice(2)))) ? 0 : 1;
});
