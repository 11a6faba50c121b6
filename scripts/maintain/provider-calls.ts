import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { root } from "../shared/synthesize";

/** One call of AWS's API that Terraform's provider made. */
export interface Call {
  /** What Terraform made it for, e.g. `aws_sns_topic` or `data.aws_vpc`; empty for the provider itself. */
  readonly type: string;
  /** As IAM calls it: `service:Action`. */
  readonly action: string;
}

/** What requests are signed for, where IAM has another name. */
const iamNames: Readonly<Record<string, string>> = { monitoring: "cloudwatch" };

/**
 * Actions of S3 whose operations have another name.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 */
const s3Actions = JSON.parse(readFileSync(resolve(root, "lab/aws/iam/s3_actions.json"), "utf8")) as Readonly<
  Record<string, string>
>;

/** The calls of AWS's API while Terraform ran with the environment that `act` is given. */
export function callsDuring(act: (environment: NodeJS.ProcessEnv) => void): readonly Call[] {
  const folder = mkdtempSync(join(tmpdir(), "calls-"));
  const log = join(folder, "log");
  try {
    act({ TF_LOG_PROVIDER: "DEBUG", TF_LOG_PATH: log });
    return existsSync(log) ? callsIn(readFileSync(log, "utf8")) : [];
  } finally {
    // It has the bodies of requests and answers.
    rmSync(folder, { recursive: true });
  }
}

/** The calls in a log of Terraform's providers. */
export const callsIn = (log: string): readonly Call[] =>
  entriesOf(log).flatMap((entry) => {
    const field = fieldsOf(entry);
    if (field === undefined) return [];
    const [, service = ""] = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\/aws4_request/.exec(entry) ?? [];
    const dataSource = field("tf_data_source_type");
    const operation = field("rpc.method");
    return [
      {
        type: field("tf_resource_type") || (dataSource && `data.${dataSource}`),
        action: `${iamNames[service] ?? service}:${service === "s3" ? (s3Actions[operation] ?? operation) : operation}`,
      },
    ];
  });

/** An entry: its time, its level, who wrote it, and its text. */
const entryPattern = /^\S+ \[\w+\]\s+([^\s:]+): ([^]*)$/;

/** A field that every formatted entry of a provider has; JSON quotes a name, and escapes quotes in what it quotes. */
const formatted = /\s(?:@module|@caller|tf_rpc|timestamp)=/;

/**
 * The entries of a log. Each begins with a time; the body of a request may have lines of its own. Terraform reads 64 KiB of a provider's
 * line at once, so that an entry with the definition of a large state machine is written as JSON and in parts. Between the parts may be
 * entries of Terraform and of other providers, e.g. of one that ends.
 *
 * @throws when an entry is never completed: its call, and those taken for its parts, would be missing.
 * @see https://github.com/hashicorp/go-plugin/blob/main/client.go (stdErrBufferSize)
 */
function entriesOf(log: string): readonly string[] {
  const entries: string[] = [];
  const open = new Map<string, string>();
  for (const entry of log.split(/\n(?=\d{4}-\d\d-\d\dT)/)) {
    const [, writer = "", text = ""] = entryPattern.exec(entry) ?? [];
    const begun = open.get(writer);
    if (begun === undefined ? !text.startsWith('{"@') : formatted.test(text)) {
      entries.push(entry);
      continue;
    }
    const whole = (begun ?? "") + text;
    if (isJson(whole)) {
      open.delete(writer);
      entries.push(whole);
    } else open.set(writer, whole);
  }
  for (const [writer, begun] of open)
    throw new Error(`An entry of ${writer} in Terraform's log has no end: ${begun.slice(0, 200)}`);
  return entries;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The fields of an entry about a request, empty where it has none; undefined for any other entry. */
function fieldsOf(entry: string): ((name: string) => string) | undefined {
  if (!entry.includes("HTTP Request Sent")) return undefined;
  if (entry.startsWith("{")) {
    const fields = JSON.parse(entry) as Readonly<Record<string, unknown>>;
    return (name) => {
      const value = fields[name];
      return typeof value === "string" ? value : "";
    };
  }
  return (name) => {
    const [, quoted, plain] = new RegExp(`\\s${name.replaceAll(".", "\\.")}=(?:"([^"]*)"|(\\S+))`).exec(entry) ?? [];
    return quoted ?? plain ?? "";
  };
}
