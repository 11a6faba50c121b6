import { ProxyAgent } from "proxy-agent";
import { InputError } from "../../stacks/terraform/input-error";
import { policiesFor } from "./policies";

/** What was requested cannot be done. The message says why and how to fix it, so it is shown without a stack trace. */
export class Refusal extends InputError {}

/** Terraform failed; the message ends with what it printed. */
export class TerraformFailure extends Refusal {}

/** What the AWS SDK adds to an error that AWS returned. */
interface AnsweredByAws {
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/**
 * What an error means and how to fix it, without a stack trace.
 *
 * @param command the command that failed, as `npm run help` lists it @default - none of those
 */
export function explain(error: unknown, command = ""): string {
  if (error instanceof TerraformFailure && /AccessDenied|is not authorized to perform/.test(error.message))
    return `${error.message}\n\n${policiesFor(command)}`;
  if (error instanceof InputError) return error.message;
  const { name, message, $metadata }: Pick<Error, "name" | "message"> & AnsweredByAws =
    error instanceof Error ? error : { name: "Error", message: String(error) };
  if (name === "CredentialsProviderError") {
    const { AWS_PROFILE: profile = "" } = process.env;
    return profile === ""
      ? "Missing AWS credentials. Log in (aws sso login), set AWS_PROFILE to a profile, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
      : `Invalid AWS_PROFILE ${JSON.stringify(profile)}: the AWS configuration files have no usable credentials for it (${message}). Set it to one that "aws configure list-profiles" shows, or log in: aws sso login --profile ${profile}.`;
  }
  if (/region (is missing|not accepted)/i.test(message))
    return "Missing Region: pass --region, for example --region ap-northeast-1, or set AWS_REGION.";
  if (
    /^(ExpiredToken|UnrecognizedClient|InvalidClientTokenId|SignatureDoesNotMatch|AuthFailure|InvalidSignature)/.test(
      name,
    )
  )
    return `Invalid AWS credentials: AWS does not accept them (${message}). Log in again, or set AWS_PROFILE to another profile.`;
  if (isDenied(error))
    return `The credentials lack a permission (${isUnexplained({ name, $metadata }) ? "S3 does not say which" : message}). ${policiesFor(command)}`;
  if (/ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|TimeoutError/.test(`${name} ${message}`))
    return `AWS could not be reached (${message === "" ? name : message}). Check the Region, AWS_ENDPOINT_URL, HTTPS_PROXY, NO_PROXY and the network.`;
  if (/Throttl|TooManyRequests|RequestLimitExceeded/.test(name) || ($metadata?.httpStatusCode ?? 0) >= 500)
    return `AWS could not answer (${name}: ${message}). Run the command again in a few minutes.`;
  return name === "Error" ? message : `${name}: ${message}`;
}

/** Whether the credentials lack a permission. */
export const isDenied = (error: unknown): boolean =>
  error instanceof Error && (/^(AccessDenied|UnauthorizedOperation)/.test(error.name) || isUnexplained(error));

/**
 * Whether S3 denied a HEAD request: its answer has no body, so the AWS SDK finds no name and no message in it.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
 */
const isUnexplained = ({ name, $metadata }: { readonly name?: string } & AnsweredByAws): boolean =>
  name === "Unknown" && $metadata?.httpStatusCode === 403;

/**
 * The settings of every client. Without the timeouts, it would wait forever if AWS does not answer. Unlike Terraform and the aws
 * CLI, the AWS SDK for JavaScript uses a proxy only if it is given an agent for it; this one reads HTTPS_PROXY, HTTP_PROXY and NO_PROXY.
 * https://docs.aws.amazon.com/sdk-for-javascript/v3/developer-guide/node-configuring-proxies.html
 *
 * @param region undefined: as the AWS SDK finds it, AWS_REGION or the profile's. It has to be said: what is asked in another Region than
 * the stack's is not there, and a check of it passes.
 */
export function clientIn(region: string | undefined) {
  const agent = new ProxyAgent({ keepAlive: true });
  return {
    ...(region !== undefined && { region }),
    requestHandler: { connectionTimeout: 10_000, socketTimeout: 60_000, httpAgent: agent, httpsAgent: agent },
  };
}

/** What was found, or undefined if AWS answers that there is no such thing. */
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
