import childProcess from "node:child_process";
import { EventEmitter } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fromProject } from "../../stacks/terraform/provider-locks";
import type * as Module from "../../scripts/shared/terraform";

const folder = mkdtempSync(join(tmpdir(), "terraform-"));
const logs = {
  TF_LOG: "TRACE",
  TF_LOG_CORE: "TRACE",
  TF_LOG_PROVIDER: "DEBUG",
  TF_LOG_PROVIDER_AWS: "DEBUG",
  TF_LOG_SDK_PROTO: "TRACE",
  TF_LOG_PATH: join(folder, "log"),
  TF_LOG_PATH_MASK: join(folder, "%s.log"),
  TF_ACC_LOG: "TRACE",
};
/** What has such a name, and turns on none. */
const noLogs = { TF_VAR_TF_LOG: "a", TF_LOGS: "b" };
const outside = { ...process.env };
let terraformIn: typeof Module.terraformIn;
let runInTerminal: typeof Module.runInTerminal;

beforeAll(() => {
  // A Terraform that prints its arguments and its environment, and reads what it is given: whoever writes to a program that has ended gets EPIPE.
  // In the terminal it would wait for a person.
  const binary = join(folder, "terraform");
  const ends = 'case "$*" in *"=ends-with-1") exit 1 ;; *"=ends-with-2") exit 2 ;; *"=takes-long") sleep 0.5 ;; esac\n';
  writeFileSync(binary, `#!/bin/sh\ntest "$1" = apply || cat > /dev/null\necho "given: $*"\nenv\n${ends}`);
  chmodSync(binary, 0o755);
  process.env.TERRAFORM_BINARY_NAME = binary;
  // Which Terraform is run is decided when the module is loaded.
  ({ terraformIn, runInTerminal } = jest.requireActual<typeof Module>("../../scripts/shared/terraform"));
});

afterAll(() => {
  process.env = outside;
  rmSync(folder, { recursive: true });
});

/** The variables of logging that Terraform got. */
const logging = (...[args, options]: Parameters<Module.Terraform>): string[] =>
  terraformIn(folder, { env: { PATH: process.env.PATH, ...logs } })(args, options)
    .stdout.split("\n")
    .flatMap((line) => /^(TF_\w*LOG\w*)=./.exec(line)?.[1] ?? [])
    .sort();

test.each<[string, Parameters<Module.Terraform>]>([
  ["the import of a token", [["import", "random_password.redis_auth[0]", "token"], { secret: true }]],
  ["any import", [["import", "aws_secretsmanager_secret_version.redis_auth[0]", "arn"]]],
  ["reading the state", [["state", "pull"]]],
  ["writing the state", [["state", "push", "-"], { input: "{}" }]],
  ["what is asked of the values of variables", [["console"], { input: "var.vpc_id" }]],
  ["a secret of any command", [["taint", "token"], { secret: true }]],
])("%s is not logged, whatever turns on logs", (_what, call) => {
  expect(logging(...call)).toEqual([]);
});

test("what turns on no log reaches Terraform, also where nothing may be logged", () => {
  const { stdout } = terraformIn(folder, { env: { PATH: process.env.PATH, ...logs, ...noLogs } })(["state", "pull"]);
  expect(
    stdout
      .split("\n")
      .filter((line) => line.startsWith("TF_") && line.includes("LOG"))
      .sort(),
  ).toEqual(["TF_LOGS=b", "TF_VAR_TF_LOG=a"]);
});

test("what handles no secret may be logged", () => {
  expect(logging(["validate"])).toEqual(Object.keys(logs).sort());
});

test.each([
  [["providers", "lock", "-platform=linux_amd64"], "providers lock -no-color -platform=linux_amd64"],
  [["state", "pull"], "state pull -no-color"],
  [["validate"], "validate -no-color"],
])("%j: options follow the whole command, or Terraform refuses them", (words, given) => {
  expect(terraformIn(folder)(words).stdout).toContain(`given: ${given}\n`);
});

/** A variable of the environment that Terraform got; undefined if it is empty or was not given. */
const inEnvironment = (output: string, name: string): string | undefined =>
  new RegExp(`^${name}=(.+)$`, "m").exec(output)?.[1];

test.each([
  [["plan"], true],
  [["apply"], true],
  [["console"], true],
  [["import", "a.b", "id"], true],
  [["init"], false],
  [["validate"], false],
  [["output", "-json"], false],
  [["show", "-json", "plan"], false],
  [["state", "pull"], false],
  [["providers", "lock"], false],
])("values of variables go to the commands that take them, which others refuse: %j, %j", (words, takes) => {
  const { stdout } = terraformIn(folder, { values: ["--var=a=b"] })(words, { input: "" });
  expect(/^given: (.*)$/m.exec(stdout)?.[1]?.includes("--var=a=b")).toBe(takes);
});

test("Terraform asks for nothing, as nobody would see the question, and prints as much as it wants to", () => {
  expect(inEnvironment(terraformIn(folder)(["plan"]).stdout, "TF_INPUT")).toBe("0");
  const spawn = jest.spyOn(childProcess, "spawnSync").mockReturnValue({ status: 0, stdout: "", stderr: "" } as never);
  try {
    terraformIn(folder)(["show", "-json", "plan"]);
    // Of Node.js itself, one megabyte.
    expect(spawn.mock.calls[0]?.[2]?.maxBuffer).toBeGreaterThanOrEqual(256 * 1024 * 1024);
  } finally {
    spawn.mockRestore();
  }
});

test.each([
  ["the-token", "the-token"],
  ["the token's $HOME", String.raw`'the token'\''s $HOME'`],
])("a secret goes to Terraform by the environment and never by its arguments: %s", (token, quoted) => {
  const importing = ["import", "random_password.redis_auth[0]", token];
  const terraform = terraformIn(folder, { values: ["--var=a=b"], env: { PATH: process.env.PATH } });
  const { stdout } = terraform(importing, { secret: true });
  // Every user of the machine can read arguments.
  expect(/^given: (.*)$/m.exec(stdout)?.[1]).toBe("import");
  expect(inEnvironment(stdout, "TF_CLI_ARGS_import")).toBe(
    `-no-color --var=a=b 'random_password.redis_auth[0]' ${quoted}`,
  );
  expect(terraform(importing.slice(0, 2)).stdout).toContain(
    "given: import -no-color --var=a=b random_password.redis_auth[0]\n",
  );
});

test("what is written by the input is neither among the arguments nor in the environment", () => {
  const { stdout } = terraformIn(folder, { env: { PATH: process.env.PATH } })(["state", "push", "-"], {
    input: '{"auth_token": "the-token"}',
  });
  expect(stdout).toContain("given: state push -no-color -\n");
  expect(stdout).not.toContain("the-token");
});

test.each([
  ["succeeds", "-x=a", { ok: true, status: 0 }],
  ["fails", "-x=ends-with-1", { ok: false, status: 1 }],
  ["has changes", "-x=ends-with-2", { ok: false, status: 2 }],
])("a run that %s is known by its exit code", (_how, option, expected) => {
  expect(terraformIn(folder)(["plan", option])).toMatchObject(expected);
});

test("a Terraform that cannot be run is refused with the reason", () => {
  expect(() => terraformIn(join(folder, "missing"))(["validate"])).toThrow(
    /terraform failed to run: spawnSync .*ENOENT\.$/,
  );
});

describe("versions of providers", () => {
  const lockedBy = (text?: string): string => {
    const copy = mkdtempSync(join(folder, "locked-"));
    if (text !== undefined) writeFileSync(join(copy, ".terraform.lock.hcl"), text);
    return copy;
  };
  const lock = `${fromProject}\nprovider "x" {}\n`;

  test.each<[string, string | undefined, string, boolean]>([
    ["that the project has locked are those that init installs", lock, "init", true],
    ["are locked by init itself where nothing has", undefined, "init", false],
    ["that somebody else has locked may be added to", 'provider "x" {}\n', "init", false],
    ["are no matter of any other command", lock, "validate", false],
  ])("%s", (_what, text, command, readonly) => {
    expect(terraformIn(lockedBy(text))([command]).stdout.includes("-lockfile=readonly")).toBe(readonly);
  });
});

describe("in the terminal", () => {
  const codes = "-detailed-exitcode";
  const outcomeOf = (...args: readonly string[]): Promise<Module.Outcome> =>
    runInTerminal(folder, ["apply", ...args], { env: { PATH: process.env.PATH }, stdout: () => undefined });

  test.each<[readonly string[], Module.Outcome]>([
    [["-x=a"], "succeeded"],
    [[codes, "-x=a"], "succeeded"],
    [["-x=ends-with-1"], "failed"],
    [[codes, "-x=ends-with-1"], "failed"],
    [["-x=ends-with-2"], "failed"],
    [[codes, "-x=ends-with-2"], "changes"],
  ])("%j ended as it %s", async (args, outcome) => {
    await expect(outcomeOf(...args)).resolves.toBe(outcome);
  });

  test("Ctrl-C is not taken for a failure, and does not end this process before Terraform", async () => {
    const running = outcomeOf("-x=takes-long");
    await setTimeout(50);
    expect(process.listenerCount("SIGINT")).toBe(1);
    process.emit("SIGINT", "SIGINT");
    await expect(running).resolves.toBe("interrupted");
    expect(process.listenerCount("SIGINT")).toBe(0);
  });

  test.each<[Module.TerminalOptions["stdout"], unknown]>([
    [undefined, "inherit"],
    ["inherit", "inherit"],
    ["stderr", 2],
  ])("what it prints goes, with %j, to %j", async (stdout, expected) => {
    const spawn = jest.spyOn(childProcess, "spawn").mockImplementation(() => {
      const child = new EventEmitter();
      setImmediate(() => child.emit("close", 0));
      return child as never;
    });
    try {
      await runInTerminal(folder, ["apply"], stdout === undefined ? {} : { stdout });
      expect(spawn.mock.calls[0]?.[2]).toMatchObject({ stdio: ["inherit", expected, "inherit"] });
    } finally {
      spawn.mockRestore();
    }
  });
});

test("Terraform does not advise to apply the file of a plan, which is gone when its command has ended", async () => {
  let output = "";
  await runInTerminal(folder, ["apply"], { env: { PATH: process.env.PATH }, stdout: (text) => (output += text) });
  expect(inEnvironment(output, "TF_IN_AUTOMATION")).toBe("1");
});

describe("options that the caller's environment has for apply, such as -replace, do not count for the runs of a command", () => {
  const env = {
    PATH: process.env.PATH,
    TF_CLI_ARGS_apply: "-replace=random_password.redis_auth[0]",
    TF_DATA_DIR: "data",
  };
  const outputs: readonly [string, (args: readonly string[]) => string | Promise<string>][] = [
    ["that it reads", (args) => terraformIn(folder, { env })(args).stdout],
    [
      "in the terminal",
      async (args) => {
        let output = "";
        await runInTerminal(folder, args, { env, stdout: (text) => (output += text) });
        return output;
      },
    ],
  ];

  test.each(outputs)("%s", async (_where, outputOf) => {
    const output = await outputOf(["apply", "-input=false", "plan"]);
    expect(inEnvironment(output, "TF_CLI_ARGS_apply")).toBeUndefined();
    // The rest of the environment does.
    expect(inEnvironment(output, "TF_DATA_DIR")).toBe("data");
  });
});
