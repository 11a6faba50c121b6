/** What the user asked for cannot be done; the message is all that they need to read. */
export class Refusal extends Error {}

/** What the AWS SDK adds to an error that AWS answered with. */
interface AnsweredByAws {
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** What an error, of the AWS SDK or of our own, means to the person who called: what to do, and no stack trace. */
export function inWords(error: unknown): string {
  if (error instanceof Refusal) return error.message;
  const { name, message, $metadata }: Pick<Error, "name" | "message"> & AnsweredByAws =
    error instanceof Error ? error : { name: "Error", message: String(error) };
  if (name === "CredentialsProviderError")
    return "There are no AWS credentials. Log in (aws sso login), name a profile in AWS_PROFILE, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.";
  if (/region (is missing|not accepted)/i.test(message))
    return "It is not said in which Region the cluster is. Add it, e.g. --region ap-northeast-1, or set AWS_REGION.";
  if (
    /^(ExpiredToken|UnrecognizedClient|InvalidClientTokenId|SignatureDoesNotMatch|AuthFailure|InvalidSignature)/.test(
      name,
    )
  )
    return `AWS does not accept the credentials (${message}). Log in again, or name another profile in AWS_PROFILE.`;
  if (isDenied(error))
    return `The credentials may not do what is needed (${message}). Use some that may; to look at a cluster, the managed policy ReadOnlyAccess is enough.`;
  if (/ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|TimeoutError/.test(`${name} ${message}`))
    return `AWS was not reached (${message === "" ? name : message}). Check the Region, AWS_ENDPOINT_URL and the network.`;
  if (/Throttl|TooManyRequests|RequestLimitExceeded/.test(name) || ($metadata?.httpStatusCode ?? 0) >= 500)
    return `AWS could not answer (${name}: ${message}). Run it again in some minutes.`;
  return name === "Error" ? message : `${name}: ${message}`;
}

/** Whether AWS says that the credentials may not do this. */
export const isDenied = (error: unknown): boolean =>
  error instanceof Error && /^(AccessDenied|UnauthorizedOperation)/.test(error.name);

/**
 * What every client is made with, so that an AWS that does not answer is not waited for without end.
 *
 * @param region @default - as the AWS SDK finds it: AWS_REGION, or the profile's
 */
export const clientIn = (region?: string) => ({
  ...(region !== undefined && { region }),
  requestHandler: { connectionTimeout: 10_000, socketTimeout: 60_000 },
});

/** What was found, or undefined if AWS says that there is no such thing. */
export async function unlessNotFound<Found>(find: () => Promise<Found>): Promise<Found | undefined> {
  try {
    return await find();
  } catch (error) {
    if (error instanceof Error && /NotFound(Fault)?$/.test(error.name)) return undefined;
    throw error;
  }
}

/** Everything on all pages of an answer of the AWS SDK. */
export async function everyOne<Page, Item>(
  pages: AsyncIterable<Page>,
  itemsOf: (page: Page) => readonly Item[] | undefined,
): Promise<Item[]> {
  const all: Item[] = [];
  for await (const page of pages) all.push(...(itemsOf(page) ?? []));
  return all;
}
