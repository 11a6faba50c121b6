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

beforeAll(() => {
  // A Terraform that prints its arguments and its environment, and reads what it is given: whoever writes to a program that has ended gets EPIPE.
  const binary = join(folder, "terraform");
  writeFileSync(binary, '#!/bin/sh\ncat > /dev/null\necho "given: $*"\nenv\n');
  chmodSync(binary, 0o755);
  process.env.TERRAFORM_BINARY_NAME = binary;
  // Which Terraform is run is decided when the module is loaded.
  ({ terraformIn } = jest.requireActual<typeof Module>("../../scripts/shared/terraform"));
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
