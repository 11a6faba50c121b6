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

/** The calls in a log of Terraform's providers. An entry begins with a time; the body of a request may have lines of its own. */
export function callsIn(log: string): readonly Call[] {
  return log
    .split(/\n(?=\d{4}-\d\d-\d\dT)/)
    .filter((entry) => entry.includes("HTTP Request Sent"))
    .map((entry) => {
      const field = (name: string): string => {
        const [, quoted, plain] =
          new RegExp(`\\s${name.replaceAll(".", "\\.")}=(?:"([^"]*)"|(\\S+))`).exec(entry) ?? [];
        return quoted ?? plain ?? "";
      };
      const [, service = ""] = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\/aws4_request/.exec(entry) ?? [];
      const dataSource = field("tf_data_source_type");
      const operation = field("rpc.method");
      return {
        type: field("tf_resource_type") || (dataSource && `data.${dataSource}`),
        action: `${iamNames[service] ?? service}:${service === "s3" ? (s3Actions[operation] ?? operation) : operation}`,
      };
    });
}
