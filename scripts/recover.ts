import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { awsIn } from "./recover/aws";
import { search, type Found, type Search } from "./recover/found";
import { add, attributesOf, idsOf, pull } from "./recover/state";
import { terraformIn, type Terraform } from "./recover/terraform";
import { recoverToken } from "./recover/token";

/**
 * `npm run recover -- <stack> [--yes] [--var=…] [--var-file=…]`: says what AWS has of the stack and its state lacks, because a
 * deploy was killed or the state was lost, and imports it after a yes. docs/recover.md tells the whole story.
 */
const root = resolve(__dirname, "..");
const group = "aws_elasticache_replication_group.redis";
const life = "random_id.redis_final_snapshot";

interface Options {
  readonly stack: string;
  readonly yes: boolean;
  readonly values: readonly string[];
}

/** @throws if they cannot be understood */
function options(): Options {
  const usage = "Write: npm run recover -- <stack> [--yes] [--var='name=value' …] [--var-file=<file> …].";
  try {
    const { positionals, values } = parseArgs({
      allowPositionals: true,
      options: {
        yes: { type: "boolean", default: false },
        var: { type: "string", multiple: true, default: [] },
        "var-file": { type: "string", multiple: true, default: [] },
      },
    });
    const [stack, ...more] = positionals;
    if (stack === undefined || more.length > 0) throw new Error("Name one stack.");
    const files = values["var-file"].map((file) => `-var-file=${resolve(file)}`);
    return { stack, yes: values.yes, values: [...values.var.map((value) => `-var=${value}`), ...files] };
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)} ${usage}`);
  }
}

/** @throws if there is no such stack */
function synthesized(stack: string): string {
  const { status, stdout, stderr } = spawnSync(join(root, "node_modules/.bin/cdktf"), ["synth"], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, CI: "1" },
  });
  if (status !== 0) throw new Error(`cdktf synth failed:\n${stdout}${stderr}`);
  const folder = join(root, "cdktf.out/stacks", stack);
  if (!existsSync(join(folder, "cdk.tf.json")))
    throw new Error(`There is no stack ${JSON.stringify(stack)}. Write one that cdktf list shows, e.g. redis-dev.`);
  return folder;
}

/** @throws with the way out if somebody holds the lock of the state */
function checkLock(terraform: Terraform, stack: string): void {
  const { text } = terraform(["plan", "-refresh=false", "-target=terraform_data.none"]);
  if (!text.includes("Error acquiring the state lock")) return;
  const of = (field: string): string => new RegExp(String.raw`\s${field}:\s+(\S.*)`).exec(text)?.[1] ?? "unknown";
  throw new Error(
    `The state of ${stack} is locked by ${of("Who")} since ${of("Created")} (${of("Operation")}). If that run is over because it was killed, end its lock and run this again:\n\n    terraform -chdir=cdktf.out/stacks/${stack} force-unlock ${of("ID")}\n\nIf it still runs, wait for it: two at once would damage the state.`,
  );
}

/** Waits for a cache that AWS is still creating or changing: only then is it known as it will be. @returns whether it had to */
function awaitCache({ found, region }: Search): boolean {
  const id = found.find(({ address }) => address === group)?.id;
  if (id === undefined) return false;
  const aws = awsIn(region);
  const { ReplicationGroups } = aws("elasticache", "describe-replication-groups", "--replication-group-id", id) as {
    ReplicationGroups: { Status: string }[];
  };
  if (ReplicationGroups.every(({ Status }) => Status === "available")) return false;
  console.log(`Waiting until ${id} is available, some minutes if AWS is still creating it…`);
  aws("elasticache", "wait", "replication-group-available", "--replication-group-id", id);
  return true;
}

/** @throws if the values are not those that the live cache was deployed with, since the next deploy would take them as given */
function checkEngine({ found, variables }: Search): void {
  const live = found.find(({ address }) => address === group)?.imported?.attributes;
  if (live === undefined) return;
  const [is, asked] = [
    `${String(live.engine)} ${String(live.engine_version)}`,
    `${String(variables.engine)} ${String(variables.redis_version)}`,
  ];
  if (is !== asked)
    throw new Error(
      `The live cache runs ${is}, and these values say ${asked}. Run this again with --var='engine=${String(live.engine)}' --var='redis_version=${String(live.engine_version)}', and deploy with the same.`,
    );
}

/** Whether the cache of the state has ended, its final snapshot taken: the next cache would give its own the same name. */
function lifeIsOver(terraform: Terraform, { found, region }: Search): boolean {
  const hex = attributesOf(pull(terraform), life)?.hex;
  if (typeof hex !== "string" || found.some(({ address }) => address === group)) return false;
  const aws = awsIn(region);
  const { Snapshots } = aws("elasticache", "describe-snapshots") as {
    Snapshots: { SnapshotName: string }[];
  };
  const final = Snapshots.find(({ SnapshotName }) => SnapshotName.endsWith(`-final-${hex}`));
  const id = attributesOf(pull(terraform), group)?.replication_group_id;
  const { ReplicationGroups } = aws("elasticache", "describe-replication-groups") as {
    ReplicationGroups: { ReplicationGroupId: string; Status: string }[];
  };
  const lives = ReplicationGroups.some(
    ({ ReplicationGroupId, Status }) => ReplicationGroupId === id && Status !== "deleting",
  );
  return final !== undefined && !lives;
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

function nextDeploy(terraform: Terraform): void {
  const run = terraform(["plan", "-json"]);
  const lines = run.stdout
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as { type: string; change?: { action: string; resource: { addr: string } } });
  const changes = lines.filter(({ type }) => type === "planned_change").map(({ change }) => change);
  console.log(changes.length === 0 && run.ok ? "The next deploy has nothing to change." : "The next deploy:");
  for (const change of changes) console.log(`  ${change?.action ?? ""} ${change?.resource.addr ?? ""}`);
  if (!run.ok) console.log(`  is refused:\n${terraform(["plan"]).text}`);
}

async function main(): Promise<boolean> {
  const { stack, yes, values } = options();
  const folder = synthesized(stack);
  const terraform = terraformIn(folder, values);
  const init = terraform(["init", "-input=false", "-no-color"]);
  if (!init.ok) throw new Error(`terraform init failed:\n${init.text}`);
  checkLock(terraform, stack);

  const look = (): Search => search(stack, folder, values, idsOf(pull(terraform)));
  const result = look();
  const { found, foreign } = result;
  if (foreign.length > 0)
    list(
      `These have names of ${stack}, but no tag Stack = ${stack}, so they are left alone; a deploy will fail on them:`,
      foreign,
    );
  const over = lifeIsOver(terraform, result);
  if (found.length > 0) list(`AWS has these of ${stack}, and the state lacks them:`, found);
  if (over)
    console.log(
      `The cache is gone, or about to be, and its final snapshot is taken. The next one needs another name for its own: ${life} ends with it.`,
    );
  if (found.length === 0 && !over) {
    console.log(`AWS has nothing of ${stack} that the state lacks.`);
    return foreign.length === 0;
  }
  checkEngine(result);
  const lost = found.filter(({ replaced }) => replaced);
  if (lost.length > 0)
    throw new Error(
      `With these values the next deploy would replace ${lost.map(({ address }) => address).join(", ")}. Run this with the values that it was deployed with.`,
    );
  if (!(await agreed(yes))) return false;

  const settled = awaitCache(result) ? look().found : found;
  add(
    terraform,
    settled.map(({ imported }) => imported).filter((imported) => imported !== null),
  );
  for (const { address, id } of settled.filter(({ imported }) => imported === null)) {
    const { ok, text } = terraform(["import", address, id]);
    if (!ok) throw new Error(text);
  }
  if (over) {
    const { ok, text } = terraform(["taint", life]);
    if (!ok) throw new Error(text);
  }
  const cacheIsBack = found.some(({ address }) => address === group);
  if (cacheIsBack && result.variables.enable_auth === true && !recoverToken(terraform)) {
    console.log(
      `\nThe AUTH token of the live cache is known to nobody any more. Give it a new one, and only then deploy as usual:\n\n    ROTATE_AUTH_STACK=${stack} npx cdktf deploy ${stack}\n`,
    );
    return true;
  }
  nextDeploy(terraform);
  return true;
}

main().then(
  (ok) => {
    process.exitCode = ok ? 0 : 1;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
