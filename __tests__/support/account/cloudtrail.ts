import { ExecutionError } from "../machine";
import type { Answers } from "./service";

export interface Trail {
  readonly logging: boolean;
  /** The answer to GetEventSelectors. @default - CloudTrail's own selectors */
  readonly selectors?: object;
  /** Whether GetTrailStatus is denied. */
  readonly denied?: boolean;
  /** Whether GetEventSelectors is denied. */
  readonly selectorsDenied?: boolean;
}

export interface CloudTrailGiven {
  /** By ARN. */
  readonly trails?: Readonly<Record<string, Trail>>;
}

/** CloudTrail's own selectors: every call that manages something. */
const usual = { EventSelectors: [{ ReadWriteType: "All", IncludeManagementEvents: true }] };

/** @see https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DescribeTrails.html */
export function cloudtrail({ trails = {} }: CloudTrailGiven): Answers {
  const trail = (arn: unknown, isDenied: (trail: Trail) => boolean | undefined): Trail => {
    const found = trails[String(arn)];
    if (found === undefined) throw new ExecutionError("CloudTrail.TrailNotFoundException", `no ${String(arn)}`);
    if (isDenied(found) === true) throw new ExecutionError("CloudTrail.CloudTrailException", "denied");
    return found;
  };
  return {
    describeTrails: ({ IncludeShadowTrails = true }) => {
      // Without them, one of an organization or of another Region is left out.
      if (IncludeShadowTrails !== true) throw new Error("The trails of the account are all shadow trails.");
      return {
        TrailList: Object.entries(trails).map(([TrailARN, { selectors }]) => ({
          TrailARN,
          HasCustomEventSelectors: selectors !== undefined,
        })),
      };
    },
    getTrailStatus: ({ Name }) => ({ IsLogging: trail(Name, ({ denied }) => denied).logging }),
    getEventSelectors: ({ TrailName }) => trail(TrailName, ({ selectorsDenied }) => selectorsDenied).selectors ?? usual,
  };
}
