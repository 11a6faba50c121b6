import { InputError } from "../../stacks/terraform/input-error";
import { refuseStateElsewhere } from "../../stacks/terraform/state-settings";

const refusing = (name: string, value: string | undefined) => () => {
  refuseStateElsewhere({ HOME: "/home/x", [name]: value });
};

test.each([
  ["TF_CLI_ARGS", "-state=x"],
  ["TF_CLI_ARGS", "-no-color -state-out x"],
  ["TF_CLI_ARGS_plan", "--state x"],
  ["TF_CLI_ARGS_apply", "-backup=-"],
  ["TF_CLI_ARGS_init", "-upgrade -backend-config=path=x"],
])("%s=%j is refused, which puts the state elsewhere", (name, value) => {
  expect(refusing(name, value)).toThrow(InputError);
  expect(refusing(name, value)).toThrow(`Invalid ${name}: ${JSON.stringify(value)} puts the state elsewhere.`);
});

test.each([
  ["TF_CLI_ARGS", ""],
  ["TF_CLI_ARGS", undefined],
  ["TF_CLI_ARGS_plan", "-parallelism=20 -lock-timeout=5m"],
  ["TF_CLI_ARGS_apply", "-refresh=false -var=x=re-state"],
  // No settings of Terraform.
  ["TF_CLI_ARGSX", "-state=x"],
  ["MY_TF_CLI_ARGS_plan", "-state=x"],
  ["NOTES", "terraform plan -state=x"],
])("%s=%j is not", (name, value) => {
  expect(refusing(name, value)).not.toThrow();
});
