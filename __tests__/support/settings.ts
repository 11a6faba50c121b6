/**
 * Whether an environment variable says what a stack is, where its state is or what a run of Terraform may do. People export them, as
 * the README says; a test that met them would be about their stacks. Where providers come from (TF_CLI_ARGS_init) is not among them.
 */
const isSetting = (name: string): boolean =>
  /^(STATE_|TF_VAR_|TF_WORKSPACE$|TF_CLI_ARGS(?!_(init|providers_lock)$)|CDKTF_CONTEXT_JSON$)|_STACK$/.test(name);

/** Before the tests: they, and what they start, find none of the settings of whoever runs them. */
export function forgetSettings(): void {
  for (const name of Object.keys(process.env).filter(isSetting)) Reflect.deleteProperty(process.env, name);
}

/** Set for the workers when Terraform is there, so that not each file of tests has to try. */
export const terraformWasFound = "TERRAFORM_WAS_FOUND";
