import { buildApp } from "./app";
import { withoutCreationStacks } from "./stacks/terraform/creation-stacks";
import { InputError } from "./stacks/terraform/input-error";

withoutCreationStacks();
try {
  buildApp(process.env).synth();
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
