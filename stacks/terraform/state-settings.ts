import { InputError } from "./input-error";

/** Options of Terraform that put a state elsewhere, wherever a person may have set them for every run. */
const elsewhere = /(^|\s)-{1,2}(state|state-out|backup|backend-config)\b/;

/**
 * Refuses settings of Terraform with which a state would not be where the README says, unseen: the next deploy without them would find
 * none, and create everything a second time.
 *
 * A workspace is refused by the stacks themselves, since Terraform can be run without the app.
 *
 * @throws InputError if there is one
 */
export function refuseStateElsewhere(env: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value = ""] of Object.entries(env))
    if (/^TF_CLI_ARGS(_|$)/.test(name) && elsewhere.test(value))
      throw new InputError(
        `Invalid ${name}: ${JSON.stringify(value)} puts the state elsewhere. Unset it; to keep the state in a bucket, set STATE_BUCKET and STATE_REGION.`,
      );
}
