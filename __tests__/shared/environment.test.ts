import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { refuseOtherEnvironment } from "../../scripts/shared/environment";
import { environmentStacks, policyStack } from "../support/stacks";

const folder = mkdtempSync(join(tmpdir(), "environment-"));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return `--var-file=${join(folder, name)}`;
};

const dev = file("dev.tfvars", 'environment = "dev" # other stacks refuse this file\nvpc_id = "vpc-1"\n');
const prod = file("prod.tfvars.json", '{"environment": "prod"}');
const common = file("common.tfvars", 'notification_email = "oncall@example.com"\n');
const broken = file("broken.tfvars", "vpc_id = [");
const refuse = (values: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<void> =>
  refuseOtherEnvironment(
    { name: "redis-prod", variable: environmentStacks["redis-prod"]?.().variable ?? {} },
    values,
    env,
  );

test.each<[string, readonly string[], NodeJS.ProcessEnv]>([
  ["none", [], {}],
  ["typed values, which belong to no file", ["--var=vpc_id=vpc-1"], {}],
  ["a file of the environment", [prod], {}],
  ["a variable whose name only ends so", [prod, "--var=other_environment=dev"], {}],
  ["a common file below one of the environment", [common, prod], {}],
  ["a common file and a value that names the environment", [common, "--var=environment=prod"], {}],
  ["a common file and TF_VAR_environment", [common], { TF_VAR_environment: "prod" }],
  ["another environment's file below one of the environment: the last one counts", [dev, prod], {}],
])("values are accepted: %s", async (_what, values, env) => {
  await expect(refuse(values, env)).resolves.toBeUndefined();
});

test.each<[string, readonly string[], NodeJS.ProcessEnv, string]>([
  [
    "another environment's file",
    [dev],
    {},
    "dev.tfvars has the values of dev, and redis-prod is prod's stack. Choose the values of prod, or the stack of dev.",
  ],
  [
    "a file of an environment whose name begins so",
    [prod, file("prod-eu.tfvars", 'environment = "prod-eu"\n')],
    {},
    "prod-eu.tfvars has the values of prod-eu, and redis-prod is prod's stack.",
  ],
  ["another environment's file above", [prod, dev], {}, "dev.tfvars has the values of dev"],
  ["another environment's value", [prod, "--var=environment=dev"], {}, "--var environment has the values of dev"],
  ["TF_VAR_environment of another one", [], { TF_VAR_environment: "dev" }, "TF_VAR_environment has the values of dev"],
  [
    "files of which none names the environment",
    [common, broken],
    {},
    "No value names the environment, so common.tfvars and broken.tfvars could be another environment's than redis-prod's. Add environment = \"prod\" to one of the files, or add --var environment=prod.",
  ],
])("values are refused: %s", async (_what, values, env, message) => {
  await expect(refuse(values, env)).rejects.toThrow(message);
});

test("a stack without environments takes any values", async () => {
  const { variable } = policyStack();
  await expect(refuseOtherEnvironment({ name: "redis-backup-policy", variable }, [common])).resolves.toBeUndefined();
});
