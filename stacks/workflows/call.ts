import { awsSdk, retryTransient } from "./definition";
import { permissions, type Call, type Condition, type Permission } from "./states";

/** The services that state machines call: their name in Step Functions, in the errors of Step Functions, and in IAM. */
const services = {
  cloudtrail: { errors: "CloudTrail", iam: "cloudtrail" },
  cloudwatch: { errors: "CloudWatch", iam: "cloudwatch" },
  ec2: { errors: "Ec2", iam: "ec2" },
  s3: { errors: "S3", iam: "s3" },
  elasticache: { errors: "ElastiCache", iam: "elasticache" },
  kms: { errors: "Kms", iam: "kms" },
  sfn: { errors: "Sfn", iam: "states" },
  sns: { errors: "Sns", iam: "sns" },
} as const;

export interface CallProps {
  readonly service: keyof typeof services;
  /** In camel case, for example `describeSnapshots`. */
  readonly action: string;
  /** Members are named as Step Functions names them; see `states:::aws-sdk` in the developer guide. */
  readonly arguments: object | string;
  /** ARNs that the call is authorized on, or `*` where the action has no resources. */
  readonly resources: readonly string[];
  /** The action of IAM, where it is called differently from the API's, e.g. `GetObject` for `headObject`. @default - the API's */
  readonly permission?: string;
  /** Conditions of the permission. @default - none */
  readonly conditions?: readonly Condition[];
  /** What the service authorization reference lists as dependent actions, as far as the call needs them. @default - none */
  readonly dependencies?: readonly Permission[];
  /** Retries before the common ones. @default - none */
  readonly retry?: readonly object[];
  /** Number of attempts after the first when a call is throttled. @default 3 */
  readonly attempts?: number;
}

/** A call of an AWS API, with the IAM permissions it needs; add the transitions. */
export function call(props: CallProps): Call {
  const { errors, iam } = services[props.service];
  const action = `${iam}:${props.permission ?? `${props.action.charAt(0).toUpperCase()}${props.action.slice(1)}`}`;
  const own = {
    actions: [action],
    resources: props.resources,
    ...(props.conditions && { conditions: props.conditions }),
  };
  return {
    Type: "Task",
    Resource: awsSdk(props.service, props.action),
    Arguments: props.arguments,
    Retry: [
      ...(props.retry ?? []),
      { ...retryTransient(errors), ...(props.attempts !== undefined && { MaxAttempts: props.attempts }) },
    ],
    [permissions]: [own, ...(props.dependencies ?? [])],
  };
}
