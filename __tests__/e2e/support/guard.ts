import { spawnSync } from "node:child_process";
import { forgetSettings } from "../../support/settings";
import { rememberSnapshots } from "./clean-up";

/**
 * Deployment tests create and destroy caches, so they run only in the account that was named for them, and on no state but their own.
 *
 * @throws if STATE_BUCKET is set, AWS does not answer, or E2E_ACCOUNT_ID is missing or is not the account of the credentials.
 */
export default function guard(): void {
  const { STATE_BUCKET: bucket, E2E_ACCOUNT_ID: named } = process.env;
  if (bucket !== undefined && bucket !== "")
    throw new Error(
      `STATE_BUCKET names the state of your live stacks (${bucket}), which the deployment tests must not touch. Run them without: unset STATE_BUCKET.`,
    );
  forgetSettings();
  const actual = account();
  if (named !== actual)
    throw new Error(
      `The deployment tests create and destroy caches in the account of your credentials (${actual}), which was not named for that. Run them in a sandbox account, with E2E_ACCOUNT_ID=<its 12 digits>; it is ${named === undefined ? "not set" : JSON.stringify(named)}.`,
    );
  rememberSnapshots();
}

function account(): string {
  const { status, stdout, stderr, error } = spawnSync(
    "aws",
    ["sts", "get-caller-identity", "--query", "Account", "--output", "text"],
    { encoding: "utf8", env: process.env },
  );
  if (error !== undefined)
    throw new Error(
      "The deployment tests call the aws CLI, which is not on the PATH. Install it, then run them again.",
    );
  if (status !== 0)
    throw new Error(
      `The deployment tests need AWS credentials of a sandbox account, and AWS does not say whose these are (${stderr.trim()}). Log in, e.g. aws sso login, or name a profile in AWS_PROFILE.`,
    );
  return stdout.trim();
}
