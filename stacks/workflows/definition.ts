import { rememberedOf } from "./remembered";
import type { Branch } from "./states";

/** A state machine in the Amazon States Language with JSONata. Strings may hold Terraform expressions without quotes: `${local.name}`. */
export interface Definition extends Branch {
  /** What it does. */
  readonly Comment: string;
  readonly QueryLanguage: "JSONata";
  /** Maximum duration of an execution, in seconds. */
  readonly TimeoutSeconds: number;
}

/** A JSONata expression, on one line: `jsonata("$count($found)")` is `{% $count($found) %}`. */
export const jsonata = (expression: string): string => `{% ${expression.replaceAll(/\s*\n\s*/g, " ")} %}`;

/**
 * The resource of a Task that calls an AWS API: `awsSdk("elasticache", "describeSnapshots")`.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
 */
export const awsSdk = (service: string, action: string): string =>
  `arn:\${local.partition}:states:::aws-sdk:${service}:${action}`;

/**
 * Retries errors that the service's API model does not list: throttling and internal errors. A denied permission is one as well, so
 * there are only three retries, after about 5, 10 and 20 seconds. They fit into the five minutes of an EXPRESS execution.
 *
 * `service` is the name that Step Functions gives errors, e.g. `ElastiCache`, `CloudWatch`, `Sns`, `Sfn`.
 */
export const retryTransient = (service: string): object => ({
  ErrorEquals: [`${service}.${service}Exception`],
  IntervalSeconds: 5,
  BackoffRate: 2,
  MaxAttempts: 3,
  JitterStrategy: "FULL",
});

/**
 * The definition as Terraform takes it.
 *
 * @throws if a Terraform expression in it has a quote or a backslash, which JSON would escape and Terraform not understand,
 * or if a string has `%{`, which Terraform takes for a directive (write a blank after the `{%` of JSONata).
 */
export const definitionText = rememberedOf((definition: Definition): string => {
  const text = JSON.stringify(definition);
  const wrong = /\$\{[^}"\\]*\\|%\{/.exec(text);
  if (wrong !== null)
    throw new Error(
      `The state machine "${definition.Comment}" has ${text.slice(Math.max(0, wrong.index - 40), wrong.index + 60)}, which Terraform cannot read. Give the expression to a local and write \${local.<name>}, and a blank after the "{%" of JSONata.`,
    );
  return text;
});
