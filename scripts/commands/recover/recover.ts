import { DescribeReplicationGroupsCommand, ElastiCacheClient } from "@aws-sdk/client-elasticache";
import { clientIn, isDenied, Refusal } from "../../shared/aws-sdk";
import { confirmed, isInteractive } from "../../shared/confirm";
import { refuseOtherEnvironment } from "../../shared/environment";
import { printResult, progress, tellerOf } from "../../shared/result";
import { writeStack } from "../../shared/synthesize";
import { assertOk, errorsOf, messagesOf, shellQuoted, terraformIn, type Terraform } from "../../shared/terraform";
import type { Options } from "../recover";
import { awaitCache, checkEngine, freeingCommands, group, incarnation, problemOf, withFinalSnapshot } from "./cache";
import { search, type Found, type Search } from "./found";
import { listed, messages } from "./messages";
import { attributesOf, idsOf, pull, write, type State } from "./state";
import { lacksToken, recoverToken } from "./token";

/** @throws if AWS cannot be asked: Terraform would retry for long, and not explain why. */
export async function checkAccess(region: string): Promise<void> {
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
  const { text } = terraform(["untaint", "-allow-missing", "terraform_data.none"]);
  if (!text.includes("Error acquiring the state lock")) return;
  const of = (field: string): string => new RegExp(String.raw`\s${field}:\s+(\S.*)`).exec(text)?.[1] ?? "unknown";
  throw new Refusal(
    `The state of ${stack} is locked by ${of("Who")} since ${of("Created")} (${of("Operation")}). If that run was killed, remove its lock and run the command again:\n\n    terraform -chdir=cdktf.out/stacks/${stack} force-unlock ${of("ID")}\n\nIf it is still running, wait for it: two at once would damage the state.`,
  );
}

type Tell = (text: string) => void;

async function isConfirmed(yes: boolean, tell: Tell): Promise<boolean> {
  if (yes || isInteractive()) return yes || (await confirmed("Write these into the state?"));
  tell("Nothing was changed. To import these, add --yes.");
  return false;
}

/** @returns whether the next deploy will not be refused. */
function nextDeploy(terraform: Terraform, tell: Tell): boolean {
  progress("Planning the next deploy");
  const run = terraform(["plan", "-json"]);
  const changes = messagesOf(run).flatMap(({ type, change }) =>
    type === "planned_change" && change !== undefined ? [change] : [],
  );
  tell(changes.length === 0 && run.ok ? messages.nothingToDeploy : messages.nextDeploy);
  for (const { action, resource } of changes) tell(`  ${action} ${resource.addr}`);
  for (const { summary, detail } of errorsOf(run)) tell(`  be refused: ${summary}\n${detail}`);
  return run.ok;
}

/** Shows what was found that is not imported, but needs a person. */
function report({ foreign, leftBehind, region }: Search, stack: string, tell: Tell): void {
  if (foreign.length > 0) tell(listed(messages.foreign(stack), foreign));
  if (leftBehind.length === 0) return;
  tell(messages.leftBehind(stack));
  for (const arn of leftBehind) tell(messages.deletesSecret(region, arn));
}

interface Recovery {
  /** Whether the next deploy can continue from here. */
  readonly recovered: boolean;
  readonly result: Search;
  /** What was written into the state. */
  readonly imported: readonly Found[];
}

async function isRecovered({ stack, yes = false, values }: Options, tell: Tell): Promise<Recovery> {
  const written = writeStack(stack);
  await refuseOtherEnvironment(written, values);
  const { region } = written.provider.aws[0];
  progress(`Reading the state of ${stack}`);
  const terraform = terraformIn(written.folder, { values });
  await checkAccess(region);
  assertOk(terraform(["init"]), "terraform init failed:");
  checkLock(terraform, stack);

  const state = pull(terraform);
  progress(`Searching AWS for what the state of ${stack} lacks`);
  const result = await search(written, region, values, idsOf(state));
  const { found, foreign, variables } = result;
  const problem = await problemOf(state, result);
  const cacheIsFound = found.some(({ address }) => address === group);
  const tokenIsLacking = variables.enable_auth === true && (cacheIsFound || lacksToken(state));

  report(result, stack, tell);
  if (found.length > 0) tell(listed(messages.found(stack), found));
  if (problem === "ended") tell(messages.ended);
  if (problem === "unfinished") tell(messages.tainted);
  if (problem === "without a name for its final snapshot")
    tell(`${messages.nameTaken}\n\n    ${freeingCommands(state, result)}\n`);
  if (found.length === 0 && !tokenIsLacking && problem !== "ended" && problem !== "unfinished") {
    tell(messages.nothingFound(stack));
    return { recovered: foreign.length === 0 && problem === undefined, result, imported: [] };
  }

  checkEngine(result);
  const lost = found.filter(({ replaced }) => replaced);
  if (lost.length > 0)
    throw new Refusal(
      `With these values the next deploy would replace ${lost.map(({ address }) => address).join(", ")}. Run the command with the values of the last deploy.`,
    );
  if (!(await isConfirmed(yes, tell))) return { recovered: false, result, imported: [] };

  await awaitCache(region, attributesOf(state, group)?.replication_group_id);
  importAll(terraform, state, result);
  if (problem === "ended") assertOk(terraform(["taint", incarnation]), "The state cannot be changed:");
  if (problem === "unfinished") assertOk(terraform(["untaint", group]), "The state cannot be changed:");
  const given = [stack, ...values.map(shellQuoted)].join(" ");
  if (tokenIsLacking && !recoverToken(terraform)) {
    tell(
      `\nThe AUTH token of the live cache is lost. Set a new one first, and deploy as usual after that, with the values of this command:\n\n    ROTATE_AUTH_STACK=${stack} npm run deploy -- ${given}\n    npm run deploy -- ${given}\n`,
    );
    return { recovered: true, result, imported: found };
  }
  return { recovered: nextDeploy(terraform, tell), result, imported: found };
}

/** Writes what was found into the state. */
function importAll(terraform: Terraform, state: State, result: Search): void {
  if (result.found.length === 0) return;
  const imported = withFinalSnapshot(result.found, state, result)
    .map((one) => one.imported)
    .filter((one) => one !== null);
  // People decide which secret is deleted.
  const superseded = result.found
    .map(({ address }) => address)
    .filter((address) => address.startsWith("aws_secretsmanager_"));
  write(terraform, state, imported, superseded);
  for (const { address, id } of result.found.filter(({ imported }) => imported === null))
    assertOk(terraform(["import", address, id]), `${address} cannot be imported:`);
}

/** Says what AWS has of the stack and its state lacks, and imports it after a confirmation. */
export async function recover(options: Options): Promise<void> {
  const { recovered, result, imported } = await isRecovered(options, tellerOf(options));
  const shown = ({ address, id }: Found) => ({ address, id });
  printResult(options, {
    stack: options.stack,
    recovered,
    found: result.found.map(shown),
    imported: imported.map(shown),
    foreign: result.foreign.map(shown),
    leftBehind: result.leftBehind,
  });
  process.exitCode = recovered ? 0 : 1;
}
