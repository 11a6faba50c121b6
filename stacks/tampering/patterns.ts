import { expression } from "../terraform/expression";

/** Principals whose calls a rule leaves out. */
const deployers = "deployers";

/** JSON of a pattern, with the roles that deploy, which only Terraform knows, in their place. */
export const patternText = (pattern: object): string =>
  JSON.stringify(pattern).replaceAll(`["${deployers}"]`, expression("jsonencode(local.deploy_role_arns)"));

/** Values of one field; one of them has to match. */
export type Matchers = readonly unknown[];

export const prefix = (text: string) => ({ prefix: text });

/** ElastiCache stores its names in lower case and accepts any. */
export const anyCase = (text: string) => ({ "equals-ignore-case": text });
export const prefixInAnyCase = (text: string) => ({ prefix: anyCase(text) });

export interface ApiCallsProps {
  /** The service as EventBridge names it, e.g. `elasticache`. */
  readonly service: string;
  /** API actions, e.g. `DeleteSnapshot`. @default - those in `where` */
  readonly actions?: readonly string[];
  /** More conditions on the record of CloudTrail. @default - none */
  readonly where?: object;
  /**
   * Roles whose calls are not reported: ARNs of this stack's own, for what they do by design. `"deployers"` are those of
   * `deploy_role_arns`. @default - every call is reported
   */
  readonly except?: readonly string[] | "deployers";
}

/**
 * A pattern of successful API calls, as CloudTrail hands them to EventBridge.
 *
 * The issuer of a session is the ARN of the role, whatever its session is called. Users and root have none, so a call without one is
 * reported: `anything-but` alone would never match it.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
 */
export const apiCalls = ({ service, actions, where = {}, except }: ApiCallsProps): object => ({
  source: [`aws.${service}`],
  "detail-type": ["AWS API Call via CloudTrail"],
  detail: {
    ...(actions !== undefined && { eventName: actions }),
    errorCode: [{ exists: false }],
    ...where,
    ...(except !== undefined && {
      userIdentity: {
        sessionContext: {
          sessionIssuer: {
            arn: [{ exists: false }, { "anything-but": except === "deployers" ? [deployers] : except }],
          },
        },
      },
    }),
  },
});
