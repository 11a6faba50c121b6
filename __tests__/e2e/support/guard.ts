import { spawnSync } from "node:child_process";
import { forgetSettings } from "../../support/settings";
import { environments } from "../../../stacks/environments";
import { aws } from "./aws";
import { rememberSnapshots } from "./clean-up";

/**
 * Deployment tests create and destroy caches, so they run only in the account that was named for them, in its Region, and on no
 * state but their own: what is deployed there has the names that they use, and they would destroy it with its last backup.
 *
 * @throws if STATE_BUCKET is set, AWS does not answer, E2E_ACCOUNT_ID is missing or is not the account of the credentials, the
 * Region is not that of the stacks, or something of the stacks is deployed there.
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
  const { region } = environments.dev;
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  const here = AWS_REGION ?? AWS_DEFAULT_REGION;
  if (here !== region)
    throw new Error(
      `The stacks are in ${region}, where the deployment tests make their networks and look at what is deployed; the Region of your environment is ${here ?? "not set"}. Run them with AWS_REGION=${region}.`,
    );
  const live = deployed();
  if (live.length > 0)
    throw new Error(
      `In ${region} of the account ${actual} there is ${live.join(", ")}, by the names that the deployment tests use: they would change and destroy it. Run them in an account without; what an earlier run of them has left, destroy with the state that it named, or by hand.`,
    );
  rememberSnapshots();
}

/** What has the names of the stacks. */
function deployed(): string[] {
  const { ReplicationGroups } = aws("elasticache", "describeReplicationGroups") as {
    ReplicationGroups: { ReplicationGroupId: string }[];
  };
  const { stateMachines } = aws("stepfunctions", "listStateMachines") as { stateMachines: { name: string }[] };
  const names = [
    ...ReplicationGroups.map(({ ReplicationGroupId: id }) => id),
    ...stateMachines.map(({ name }) => name),
  ];
  const begins = [...Object.values(environments).map(({ name }) => `${name}-redis-`), "redis-backup-policy"];
  return names.filter((name) => begins.some((begin) => name.startsWith(begin)));
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
