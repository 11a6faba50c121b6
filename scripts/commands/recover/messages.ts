import { stackTag } from "../../../stacks/terraform/tags";
import { group, incarnation } from "./cache";
import type { Found } from "./found";

/** What `npm run recover` prints. A test holds what the documentation shows of it against these. */
export const messages = {
  found: (stack: string): string => `AWS has these of ${stack}, and the state lacks them:`,
  nothingFound: (stack: string): string => `AWS has nothing of ${stack} that the state lacks.`,
  foreign: (stack: string): string =>
    `These have names of ${stack}, but no tag ${stackTag} = ${stack}, so they are not imported; a deploy will fail on them:`,
  leftBehind: (stack: string): string =>
    `Interrupted deploys of ${stack} left these secrets, which nothing uses. To delete them:`,
  deletesSecret: (region: string, arn: string): string =>
    `  aws secretsmanager delete-secret --region ${region} --secret-id ${arn}`,
  ended: `The cache is gone, or will be soon, and its final snapshot is taken. The next cache needs another name for its own, so ${incarnation} will be replaced with it.`,
  tainted: `${group} is tainted in the state, because Terraform did not see its creation succeed: the next deploy would replace it. AWS has it, so it is kept as it is.`,
  nameTaken:
    "A snapshot has the name that the final snapshot of the live cache will get, so the cache could not be destroyed. Free the name; these commands keep the snapshot under another one:",
  nextDeploy: "The next deploy will:",
  nothingToDeploy: "The next deploy has nothing to change.",
} as const;

/** A title and the resources below it. */
export const listed = (title: string, found: readonly Pick<Found, "address" | "id">[]): string =>
  [title, ...found.map(({ address, id }) => `  ${address}\n    ${id}`)].join("\n");
