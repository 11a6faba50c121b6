import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Command } from "commander";
import { adoptCommand } from "../../scripts/commands/adopt";
import { deployCommand, destroyCommand, diffCommand } from "../../scripts/commands/deploy";
import { backupCommand, restoreTestCommand, vaultCopyCommand } from "../../scripts/commands/execution";
import { hclCommand } from "../../scripts/commands/hcl";
import { program } from "../../scripts/commands";
import { recoverCommand } from "../../scripts/commands/recover";
import { restoreCommand } from "../../scripts/commands/restore";
import { scriptCommand, wholeNumber } from "../../scripts/shared/options";
import packageJson from "../../package.json";

const folder = mkdtempSync(join(tmpdir(), "options-"));
const file = join(folder, "dev.tfvars");

beforeAll(() => {
  writeFileSync(file, "");
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const parse = (command: Command, args: readonly string[]): Promise<Command> =>
  command
    .exitOverride()
    .configureOutput({ writeErr: () => undefined, writeOut: () => undefined })
    .parseAsync(args, { from: "user" });

test("values are read as Terraform's, in the order in which they are given", async () => {
  const act = jest.fn();
  await parse(recoverCommand(act), ["redis-dev", "--yes", "--var-file", file, "--var=a=b", "--var", "c=d"]);
  const values = [`--var-file=${file}`, "--var=a=b", "--var=c=d"];
  expect(act).toHaveBeenCalledWith({ stack: "redis-dev", yes: true, values });
});

test.each(["INIT_CWD", "none"])(
  "a values file is relative to where npm was called, or else to where this runs: %s",
  async (from) => {
    const { INIT_CWD: outside } = process.env;
    const directory = process.cwd();
    const act = jest.fn<Promise<void>, [object]>();
    try {
      if (from === "none") {
        delete process.env.INIT_CWD;
        process.chdir(folder);
      } else process.env.INIT_CWD = folder;
      await parse(recoverCommand(act), ["redis-dev", "--var-file=dev.tfvars"]);
    } finally {
      process.chdir(directory);
      if (outside === undefined) delete process.env.INIT_CWD;
      else process.env.INIT_CWD = outside;
    }
    expect(act.mock.lastCall?.[0]).toMatchObject({ values: [expect.stringMatching(/^--var-file=\/.*\/dev\.tfvars$/)] });
  },
);

describe("a command", () => {
  const waiting: readonly (readonly [command: (act: () => Promise<void>) => Command, args: readonly string[]])[] = [
    ...[deployCommand, diffCommand, destroyCommand, recoverCommand].map((one) => [one, ["redis-dev"]] as const),
    ...[backupCommand, restoreTestCommand, vaultCopyCommand, hclCommand].map((one) => [one, ["redis-dev"]] as const),
    [restoreCommand, ["redis-dev", "--snapshot=s"]],
    [adoptCommand, ["my-cache"]],
  ];

  test("is in the list of this test", () => {
    const names = waiting.map(([command]) => command(() => Promise.resolve()).name());
    expect(names.sort()).toEqual(
      program()
        .commands.map((command) => command.name())
        .sort(),
    );
  });

  test.each(waiting.map(([command, args]) => [command(() => Promise.resolve()).name(), command, args] as const))(
    "%s waits for what it does, and fails when that fails",
    async (_name, command, args) => {
      const act = async (): Promise<void> => {
        await setTimeout(10);
        throw new Error("refused at the end");
      };
      await expect(parse(command(act), args)).rejects.toThrow("refused at the end");
    },
  );
});

test("the other options are those of the command", async () => {
  const [restore, adopt, hcl, deploy, execute] = [jest.fn(), jest.fn(), jest.fn(), jest.fn(), jest.fn()];
  await parse(restoreCommand(restore), ["redis-dev", "--snapshot", "s", "--in-place"]);
  expect(restore).toHaveBeenCalledWith({ stack: "redis-dev", snapshot: "s", inPlace: true, values: [] });
  await parse(adoptCommand(adopt), ["my-cache", "--region=ap-northeast-1"]);
  expect(adopt).toHaveBeenCalledWith({ id: "my-cache", region: "ap-northeast-1", environment: "prod" });
  await parse(deployCommand(deploy), ["redis-dev", "--replace", "a.b", "--replace=c.d", "--auto-approve"]);
  const asked = { stack: "redis-dev", replace: ["a.b", "c.d"], autoApprove: true, values: [] };
  expect(deploy).toHaveBeenCalledWith(asked, "deploy");
  await parse(restoreTestCommand(execute), ["redis-dev", "--snapshot", "s", "--keep"]);
  const input = { snapshotName: "s", keepGroup: true };
  expect(execute).toHaveBeenCalledWith({ stack: "redis-dev", machine: "restore_test", input });
  await parse(restoreTestCommand(execute), ["redis-dev", "--from-vault"]);
  const ofVault = { stack: "redis-dev", machine: "restore_test", input: { fromVault: true } };
  expect(execute).toHaveBeenLastCalledWith(ofVault);
  await parse(restoreTestCommand(execute), ["redis-dev", "--backup-first"]);
  const withBackup = { stack: "redis-dev", machine: "restore_test", input: {}, backupFirst: true };
  expect(execute).toHaveBeenLastCalledWith(withBackup);
  await parse(backupCommand(execute), ["redis-dev", "--json"]);
  expect(execute).toHaveBeenLastCalledWith({ stack: "redis-dev", machine: "manual_backup", input: {}, json: true });
  await parse(vaultCopyCommand(execute), ["redis-dev"]);
  expect(execute).toHaveBeenLastCalledWith({ stack: "redis-dev", machine: "vault_copy", input: {} });
  await parse(hclCommand(hcl), ["redis-dev", "redis-prod"]);
  expect(hcl.mock.calls).toEqual([expect.arrayContaining([["redis-dev", "redis-prod"]])]);
});

test.each<[string, (act: jest.Mock) => Command, readonly string[], object]>([
  [
    "restore",
    restoreCommand,
    ["--snapshot=s", "--auto-approve", "--json"],
    { snapshot: "s", autoApprove: true, json: true },
  ],
  [
    "restore",
    restoreCommand,
    ["--from-vault=latest", "--vault=v", "--copy-to=b"],
    { fromVault: "latest", vault: "v", copyTo: "b" },
  ],
  [
    "adopt",
    adoptCommand,
    ["--environment=qa", "--name-prefix=p", "--json"],
    { environment: "qa", namePrefix: "p", json: true },
  ],
  ["deploy", deployCommand, ["--replace=a.b", "--json"], { replace: ["a.b"], json: true }],
  ["recover", recoverCommand, ["--yes", "--json"], { yes: true, json: true }],
])("options of %s are passed on: %#", async (_name, command, args, expected) => {
  const act = jest.fn<unknown, [object]>();
  await parse(command(act), ["redis-dev", ...args]);
  expect(act.mock.lastCall?.[0]).toMatchObject(expected);
});

test.each([
  ["0", 0],
  ["20", 20],
  ["999999999", 999_999_999],
])("%s is a whole number", (text, number) => {
  expect(wholeNumber(text)).toBe(number);
});

test.each(["", "-1", "1.5", "1e3", "ten", "9999999999"])("%j is refused where a whole number is asked for", (text) => {
  expect(() => wholeNumber(text)).toThrow("It must be a whole number.");
});

test.each<[string, () => Command, readonly string[], RegExp]>([
  ["no stack", recoverCommand, [], /missing required argument 'stack'/],
  ["a value without a name", recoverCommand, ["redis-dev", "--var=vpc-1"], /It must be a name, = and a value/],
  [
    "a value whose name has a space",
    recoverCommand,
    ["redis-dev", "--var=my vpc=1"],
    /It must be a name, = and a value/,
  ],
  ["a value whose name is empty", recoverCommand, ["redis-dev", "--var==vpc=1"], /It must be a name, = and a value/],
  ["two stacks", recoverCommand, ["redis-dev", "redis-prod"], /too many arguments/],
  [
    "a misspelled option",
    recoverCommand,
    ["redis-dev", "--varfile=x"],
    /unknown option '--varfile=x'\n\(Did you mean --var-file/,
  ],
  [
    "a snapshot beside the vault",
    restoreTestCommand,
    ["redis-dev", "--from-vault", "--snapshot=s"],
    /'--from-vault' cannot be used with option '--snapshot <name>'/,
  ],
  [
    "a backup that is taken first beside one that is there",
    restoreTestCommand,
    ["redis-dev", "--backup-first", "--snapshot=s"],
    /option '--backup-first' cannot be used with option '--snapshot <name>'/,
  ],
  [
    "a values file that does not exist",
    recoverCommand,
    ["redis-dev", "--var-file=typo.tfvars"],
    /Invalid --var-file "typo\.tfvars": there is no file .*\. Correct the path\./,
  ],
  ["an id with other characters", adoptCommand, ["a/b"], /It must be letters, digits and hyphens/],
  ["what is no Region", adoptCommand, ["a", "--region=tokyo"], /It must be a Region/],
])("%s is refused", async (_case, command, args, why) => {
  await expect(parse(command(), args)).rejects.toThrow(why);
});

test.each<[string, string, (value: string) => unknown]>([
  ["an id", "my-cache", (id) => parse(adoptCommand(jest.fn()), [id])],
  ["a Region", "ap-northeast-1", (region) => parse(adoptCommand(jest.fn()), ["a", "--region", region])],
  ["a whole number", "20", (number) => Promise.resolve(number).then(wholeNumber)],
])("%s with something before or after it is refused", async (_what, value, given) => {
  await expect(given(value)).resolves.toBeDefined();
  for (const more of [`/${value}`, `${value}/`, ` ${value}`, `${value}\n`])
    await expect(given(more)).rejects.toThrow(/It must be /);
});

test("every command is a script of package.json, has a summary, and prints JSON for scripts", () => {
  const scripts: Readonly<Record<string, string>> = packageJson.scripts;
  for (const command of program().commands) {
    expect(scripts[command.name()]).toBe(`node --import tsx scripts/cli.ts ${command.name()}`);
    expect(command.summary()).not.toBe("");
    expect(command.helpInformation()).toMatch(new RegExp(`^Usage: npm run ${command.name()} -- [<[]`));
    // npm keeps the options before it to itself.
    const names = command.registeredArguments.map((argument) => argument.name());
    expect(`${command.name()} ${command.usage()}`).toMatch(new RegExp(`^\\S+ -- .*${names.join(".*")}`));
    expect(command.options.map(({ long }) => long)).toContain("--json");
  }
});

test("a script that says nothing else takes options, behind the -- of npm", () => {
  expect(scriptCommand("bench", "Measures").helpInformation()).toMatch(/^Usage: bench -- \[options\]\n\nMeasures\.\n/);
});

test("every script of package.json that is a command of the program is one, and its help shows how it is used", () => {
  const scripts: Readonly<Record<string, string>> = packageJson.scripts;
  // help is Commander's own.
  const commands = Object.values(scripts).flatMap(
    (script) => / scripts\/cli\.ts (?!help)(\S+)$/.exec(script)?.[1] ?? [],
  );
  expect(
    program()
      .commands.map((command) => command.name())
      .sort(),
  ).toEqual(commands.sort());
  let help = "";
  program()
    .configureOutput({ writeOut: (text) => (help += text) })
    .outputHelp();
  expect(help).toMatch(/^Usage: npm run <command> -- \[arguments\]\n/);
  expect(help.replace(/\s+/g, " ")).toContain(
    "Exit codes: 0 success, 1 refused or failed, 130 interrupted. Results go to stdout, progress and errors to stderr",
  );
  expect(help).toContain("\nnpm run lab -- --help ");
});

const cli = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  spawnSync("node", ["--import", "tsx", resolve(__dirname, "../../scripts/cli.ts"), ...args], {
    encoding: "utf8",
    env: { ...process.env, ...env },
  });

test.each<[string, readonly string[], NodeJS.ProcessEnv, RegExp]>([
  ["nobody can confirm without a terminal", [], {}, /^Missing --auto-approve: .*, or add --auto-approve\.\n$/],
  [
    "Terraform is missing",
    ["--auto-approve"],
    { TERRAFORM_BINARY_NAME: "no-terraform" },
    /^no-terraform was not found on the PATH\. Install .*\n$/,
  ],
])("one sentence says that %s", (_case, args, environment, sentence) => {
  const { status, stdout, stderr } = cli(["deploy", "redis-dev", ...args], environment);
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toMatch(sentence);
});

test("--help succeeds, also behind the -- that other package managers pass on", () => {
  const { status, stdout } = cli(["restore", "--", "--help"]);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^Usage: npm run restore -- <stack> \[options\]\n/);
});
