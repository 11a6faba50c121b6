import { buildApp } from "./app";
import { withoutCreationStacks } from "./stacks/terraform/creation-stacks";
import { synthesize } from "./stacks/terraform/synthesize";
import { InputError } from "./stacks/terraform/input-error";

withoutCreationStacks();
try {
  synthesize(buildApp(process.env));
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
