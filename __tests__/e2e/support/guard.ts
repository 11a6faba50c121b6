import { aws } from "./aws";
import { rememberSnapshots } from "./clean-up";

/**
 * Deployment tests create and destroy caches, so they run only in the account that was named for them.
 *
 * @throws if E2E_ACCOUNT_ID is missing or is not the account of the credentials.
 */
export default function guard(): void {
  const named = process.env.E2E_ACCOUNT_ID;
  const { Account: actual } = aws("sts", "get-caller-identity") as { Account: string };
  if (named !== actual)
    throw new Error(
      `The deployment tests create and destroy caches in the account of your credentials (${actual}), which was not named for that. Run them in a sandbox account, with E2E_ACCOUNT_ID=<its 12 digits>; it is ${named === undefined ? "not set" : JSON.stringify(named)}.`,
    );
  rememberSnapshots();
}
