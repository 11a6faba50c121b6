import { allows, requestsOf, type Call } from "./caller";
import type { Request } from "./iam";

/** A command of the AWS SDK. */
export interface Sent {
  readonly input: object;
}

/** What AWS answers a command that it allows; throws for an error. */
export type Answer = (command: Sent) => object | undefined | Promise<object | undefined>;

/** What a caller sent. */
export interface Calls {
  readonly allowed: Call[];
  readonly refused: Call[];
  /** What AWS checked of the calls that were allowed. */
  readonly requests: Request[];
}

interface Client {
  readonly config: { readonly signingName?: string; readonly defaultSigningName?: string };
}

/** The class of an SDK package's client. */
interface ClientClass {
  readonly prototype: { send: (command: never) => unknown };
}

/** The client of a package of the AWS SDK. */
export function clientOf(name: string): ClientClass {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- which packages there are is known from the sources only
  const exported = require(name) as Readonly<Record<string, unknown>>;
  const [client] = Object.entries(exported).filter(([key]) => /^[A-Z]\w*Client$/.test(key));
  if (client === undefined) throw new Error(`${name} has no client.`);
  return client[1] as ClientClass;
}

export const operationOf = (command: Sent): string => command.constructor.name.replace(/Command$/, "");

/**
 * Acts with the policies of a caller: AWS refuses every call that they do not allow.
 *
 * @param packages packages of the AWS SDK whose clients are used
 */
export async function asCaller(
  policies: readonly object[],
  {
    packages,
    answer,
    act,
  }: { readonly packages: readonly string[]; readonly answer: Answer; readonly act: () => Promise<void> },
): Promise<Calls> {
  const calls: Calls = { allowed: [], refused: [], requests: [] };
  const tagsOf = new Map<string, Readonly<Record<string, string>>>();
  const decisions = new Map<string, Promise<boolean>>();
  const isAllowed = (request: Request): Promise<boolean> => {
    const asked = JSON.stringify(request);
    const decision = decisions.get(asked) ?? allows(policies, request);
    decisions.set(asked, decision);
    return decision;
  };
  async function send(this: Client, command: Sent): Promise<object | undefined> {
    const service = this.config.signingName ?? this.config.defaultSigningName ?? "";
    const call: Call = { service, operation: operationOf(command), input: { ...command.input } };
    const requests = await requestsOf(call, tagsOf);
    for (const request of requests)
      if (!(await isAllowed(request))) {
        calls.refused.push(call);
        throw Object.assign(
          new Error(`User: caller is not authorized to perform: ${request.action} on resource: ${request.resource}`),
          { name: "AccessDenied" },
        );
      }
    calls.allowed.push(call);
    calls.requests.push(...requests);
    const answered = await answer(command);
    for (const [arn, tags] of createdBy(requests, answered)) tagsOf.set(arn, tags);
    return answered;
  }
  const spies = packages.map((name) => jest.spyOn(clientOf(name).prototype, "send").mockImplementation(send as never));
  try {
    await act();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return calls;
}

/** The tags of what calls create: AWS makes up the id of a security group. */
function createdBy(
  requests: readonly Request[],
  answered: { readonly GroupId?: string } = {},
): (readonly [string, Readonly<Record<string, string>>])[] {
  return requests.flatMap(({ resource, context = {} }) => {
    const tags = Object.entries(context).filter(([key]) => key.startsWith("aws:RequestTag/"));
    const arn = answered.GroupId === undefined ? resource : resource.replace(/[^/]*$/, answered.GroupId);
    return tags.length === 0
      ? []
      : [[arn, Object.fromEntries(tags.map(([key, value]) => [key.slice("aws:RequestTag/".length), value]))] as const];
  });
}
