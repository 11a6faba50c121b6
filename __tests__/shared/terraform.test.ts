import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
const outside = { ...process.env };
let terraformIn: typeof Module.terraformIn;
let runInTerminal: typeof Module.runInTerminal;

beforeAll(() => {
  // A Terraform that prints its arguments and its environment, and reads what it is given: whoever writes to a program that has ended gets EPIPE.
  // In the terminal it would wait for a person.
  const binary = join(folder, "terraform");
  writeFileSync(binary, '#!/bin/sh\ntest "$1" = apply || cat > /dev/null\necho "given: $*"\nenv\n');
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
])("%s is not logged, whatever turns on logs", (_what, call) => {
  expect(logging(...call)).toEqual([]);
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
