import { operation, apis, type Input, type Operation } from "../workflows/shapes/api";
import type { Type } from "../workflows/shapes/type";
import { cloudtrail, type CloudTrailGiven } from "./account/cloudtrail";
import { cloudwatch, type CloudWatchGiven } from "./account/cloudwatch";
import { ec2, type Ec2Given } from "./account/ec2";
import { elasticache, type ElastiCacheGiven } from "./account/elasticache";
import { kms, type KmsGiven } from "./account/kms";
import { s3, type S3Given } from "./account/s3";
import { Sequences, type Answers, type Arguments, type Tags } from "./account/service";
import { sfn, type SfnGiven } from "./account/sfn";
import { ExecutionError, mostBytes, type Answer } from "./machine";

export { groupArn, snapshotArn } from "./account/elasticache";
export type { Sequence } from "./account/service";
export type { Execution } from "./account/sfn";

/** A call that a state machine made. */
export interface Call {
  readonly action: string;
  readonly args: Arguments;
  /** Whether it was refused, by `errors`. */
  readonly refused: boolean;
}

type Services = ElastiCacheGiven & SfnGiven & CloudWatchGiven & Ec2Given & S3Given & CloudTrailGiven & KmsGiven;

/** What is in an account before a state machine runs; everything that is left out is not there. */
export interface Given extends Services {
  /** The calls that the state machine may make; any other one is a mistake of it. */
  readonly may: readonly string[];
  /** Errors of calls, by action; a list is used up one call after the other, and null is none. */
  readonly errors?: Readonly<Record<string, string | readonly (string | null)[]>>;
  /** Index of the one call that is refused, of all calls of a run. */
  readonly refusedCall?: number;
  /** That call is not refused: AWS does what it says, and answers with more than Step Functions accepts. @default false */
  readonly tooLarge?: boolean;
  /** How often each call is throttled before AWS answers it. @default 0 */
  readonly throttled?: number;
  /** Answers of its own to some calls; undefined is the usual answer. */
  readonly on?: Readonly<Record<string, Answer>>;
}

/** How the `refusedCall` of a run can fail, and what Step Functions then calls the error and its cause. */
export const waysToFail = [
  { way: "AWS refuses", tooLarge: false, error: "Aws\\.Refused: refused" },
  {
    way: "AWS answers with more than Step Functions accepts",
    tooLarge: true,
    error: "States\\.DataLimitExceeded: The state/task '\\w+' returned a result with a size exceeding [a-z ]+\\.",
  },
] as const;

export interface Account {
  readonly answer: Answer;
  /** Every call in the order in which they were made, those that failed included. */
  readonly calls: readonly Call[];
  /** The arguments of the calls of one action. */
  readonly argumentsOf: (action: string) => readonly Arguments[];
  /** The calls that changed something, but for metrics and messages. */
  readonly changes: () => readonly Call[];
  /** Values of metrics, in the order in which they were published. */
  readonly published: Readonly<Record<string, readonly number[]>>;
  /** Names of the snapshots that are there now. */
  readonly snapshots: () => readonly string[];
  /** A replication group as it is now; nothing while there is none. */
  readonly group: (id: string) => object | undefined;
  /** The tags of what has the ARN. */
  readonly tags: (arn: string) => Tags;
  /** Descriptions of the security group rules that are there now. */
  readonly rules: () => readonly string[];
  /** The bodies of the objects that are in a bucket now, by key. */
  readonly objects: (bucket: string) => Readonly<Record<string, string | undefined>>;
  /** Keys of the uploads in parts that are neither complete nor aborted. */
  readonly uploads: () => readonly string[];
}

/** The operations that were looked up, by action. */
const operations = new Map<string, Operation | undefined>();

/** The API of a call; nothing for calls that Step Functions makes itself. */
function operationOf(action: string): Operation | undefined {
  if (!operations.has(action))
    operations.set(action, Object.keys(apis).flatMap((service) => operation(service, action) ?? [])[0]);
  return action === "startExecution" ? undefined : operations.get(action);
}

/** Refuses arguments that the API of a call does not have, or that it requires. */
function verify(input: Input, value: unknown, path: string): void {
  if (Array.isArray(value)) {
    const { item } = input;
    value.forEach((one: unknown, i) => {
      if (item !== undefined) verify(item(), one, `${path}[${String(i)}]`);
    });
    return;
  }
  if (typeof value === "object" && value !== null && input.type === "structure") {
    const given = value as Arguments;
    const lacking = input.required.filter((name) => given[name] === undefined);
    if (lacking.length > 0) throw new Error(`${path} lacks ${lacking.join(", ")}.`);
    for (const [name, member] of Object.entries(given)) {
      const of = input.members[name];
      if (of === undefined) throw new Error(`${path} has no member ${name}.`);
      verify(of(), member, `${path}.${name}`);
    }
    return;
  }
  if (input.enum !== undefined && !input.enum.includes(String(value)))
    throw new Error(`${path} is ${String(value)}, not one of ${input.enum.join(", ")}.`);
}

/** Refuses an answer with members that the API does not answer. Their values may be anything, as in tests of odd answers. */
function verifyAnswer(type: Type, value: unknown, path: string): void {
  if (Array.isArray(value)) {
    if (type.kind === "list") for (const one of value) verifyAnswer(type.item, one, path);
    return;
  }
  if (typeof value !== "object" || value === null || type.kind !== "object") return;
  const members = type.members();
  for (const [name, member] of Object.entries(value)) {
    const of = members[name];
    if (of === undefined) throw new Error(`The answer ${path} has a member ${name}, which AWS does not answer.`);
    verifyAnswer(of.type, member, `${path}.${name}`);
  }
}

const reads = /^(describe|list|get|head|putMetricData$|publish$)/;

/**
 * The APIs that the state machines call, as far as they call them; account/ has a file for each service. It keeps what is created and
 * forgets what is deleted, filters and pages as AWS does, refuses what AWS refuses, and records each call. The members of arguments and
 * answers are those of AWS's API models.
 */
export function account(given: Given): Account {
  const calls: Call[] = [];
  const failures = new Sequences();
  const storage = s3(given);
  const caches = elasticache(given, storage.exported);
  const metrics = cloudwatch(given);
  const network = ec2(given);
  const answers: Answers = {
    ...caches.answers,
    ...sfn(given),
    ...metrics.answers,
    ...network.answers,
    ...storage.answers,
    ...cloudtrail(given),
    ...kms(given),
    publish: () => ({}),
  };

  /** The error that a call fails with; null or nothing is none. */
  const error = (action: string): string | null | undefined => {
    const own = given.errors?.[action];
    return own === undefined || typeof own === "string" ? own : failures.next(action, [...own, null]);
  };
  const answered: Answer = (action, args) => {
    const special = given.on?.[action]?.(action, args);
    if (special !== undefined) return special;
    const usual = answers[action];
    if (usual === undefined) throw new Error(`The account does not know ${action}.`);
    return usual(args);
  };
  const verified: Answer = (action, args) => {
    const found = answered(action, args);
    const of = operationOf(action);
    if (of !== undefined) verifyAnswer(of.output, found, action);
    return found;
  };
  const { throttled = 0 } = given;
  let untilAnswered = throttled;
  /** As Step Functions names it: https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html */
  const throttle = (action: string): void => {
    const name = operationOf(action)?.errors.at(-1);
    if (name === undefined || untilAnswered-- === 0) untilAnswered = throttled;
    else throw new ExecutionError(name, "Rate exceeded");
  };
  const answer: Answer = (action, args) => {
    throttle(action);
    if (!given.may.includes(action)) throw new Error(`The state machine calls ${action}, which it should not.`);
    const isFailing = given.refusedCall === calls.length;
    const refused = isFailing && given.tooLarge !== true ? "Aws.Refused" : error(action);
    const of = operationOf(action);
    if (of !== undefined) verify(of.input, args, action);
    calls.push({ action, args, refused: typeof refused === "string" });
    if (typeof refused === "string") throw new ExecutionError(refused, "refused");
    if (!isFailing) return verified(action, args);
    try {
      return { ...(verified(action, args) as object), Padding: "x".repeat(mostBytes) };
    } catch (thrown) {
      if (!(thrown instanceof ExecutionError)) throw thrown;
      // Also instead of an error, such as that of what is not there.
      return { Padding: "x".repeat(mostBytes) };
    }
  };
  return {
    answer,
    calls,
    argumentsOf: (action) => calls.filter((call) => call.action === action).map(({ args }) => args),
    changes: () => calls.filter(({ action, refused }) => !refused && !reads.test(action)),
    published: metrics.published,
    snapshots: caches.snapshots,
    group: caches.group,
    tags: caches.tags,
    rules: network.rules,
    objects: storage.objects,
    uploads: storage.uploads,
  };
}
