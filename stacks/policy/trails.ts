import { call } from "../workflows/call";
import { jsonata } from "../workflows/definition";
import { publishData } from "../workflows/metrics";
import { expression } from "../terraform/expression";
import { prefix } from "../terraform/names";
import { forEach, fragment } from "../workflows/states";
import { onAnyError } from "../workflows/catching";

/** The metric that counts the trails which log management events of the Region. */
export const trailsLogging = "TrailsLogging";

/** Trails of other Regions, and of an organization's management account, log here as well. */
const anyTrail = `arn:${expression("local.partition")}:cloudtrail:*:*:trail/*`;

/**
 * JSONata: the values of one field of a selector. Members are called as by the AWS SDK for Java, where `equals` is taken: it has
 * `equalsValue`. No document of Step Functions shows the member.
 *
 * @see https://docs.aws.amazon.com/java/api/latest/software/amazon/awssdk/services/cloudtrail/model/AdvancedFieldSelector.html
 */
const valuesOf = (field: string): string => `FieldSelectors[Field = '${field}'].$append(EqualsValue, Equals)`;

/** JSONata: the trail records calls that change something. Its selectors are one of two kinds. */
const recordsChanges = `(
  $basic := $states.result.EventSelectors[IncludeManagementEvents and ReadWriteType != 'ReadOnly'];
  $advanced := $states.result.AdvancedEventSelectors[
    'Management' in ${valuesOf("eventCategory")} and $not('true' in ${valuesOf("readOnly")})
  ];
  $count($basic) + $count($advanced) > 0
)`;

const unknown = onAnyError("TrailRead", undefined, { known: false, logging: false });

/**
 * States that count the trails which hand calls of this Region to EventBridge: without one, nobody is notified of tampering. They lead
 * to `CompareFindings`, also when CloudTrail cannot be asked. Where a trail cannot be read, and no other logs, nothing is published.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
 */
export const countingTrails = (dimension: string) =>
  fragment<"CompareFindings">()({
    ListTrails: {
      ...call({
        service: "cloudtrail",
        action: "describeTrails",
        arguments: { IncludeShadowTrails: true },
        // DescribeTrails has no resources.
        resources: ["*"],
      }),
      Output: jsonata(
        "{ 'trails': [$states.result.TrailList.{ 'arn': TrailARN, 'custom': HasCustomEventSelectors }] }",
      ),
      Catch: onAnyError("CompareFindings"),
      Next: "ReadTrails",
    },
    ReadTrails: {
      Type: "Map",
      Items: jsonata("$states.input.trails"),
      MaxConcurrency: 2,
      ItemProcessor: forEach("ReadStatus", {
        ReadStatus: {
          ...call({
            service: "cloudtrail",
            action: "getTrailStatus",
            arguments: { Name: jsonata("$states.input.arn") },
            resources: [anyTrail],
          }),
          Assign: { logging: jsonata("$states.result.IsLogging") },
          Output: jsonata("$states.input"),
          Catch: unknown,
          Next: "HasSelectors",
        },
        HasSelectors: {
          Type: "Choice",
          Choices: [{ Condition: jsonata("$logging and $states.input.custom"), Next: "ReadSelectors" }],
          Default: "UseStatus",
        },
        UseStatus: {
          Type: "Pass",
          Output: { known: true, logging: jsonata("$logging") },
          Next: "TrailRead",
        },
        ReadSelectors: {
          ...call({
            service: "cloudtrail",
            action: "getEventSelectors",
            arguments: { TrailName: jsonata("$states.input.arn") },
            resources: [anyTrail],
          }),
          Output: { known: true, logging: jsonata(recordsChanges) },
          Catch: unknown,
          Next: "TrailRead",
        },
        TrailRead: { Type: "Succeed" },
      }),
      Assign: {
        trails: jsonata("$count($states.result[logging])"),
        trailsKnown: jsonata("$count($states.result[logging]) > 0 or $count($states.result[$not(known)]) = 0"),
      },
      Output: {},
      Catch: onAnyError("CompareFindings"),
      Next: "AreTrailsKnown",
    },
    AreTrailsKnown: {
      Type: "Choice",
      Choices: [{ Condition: jsonata("$trailsKnown"), Next: "PublishTrails" }],
      Default: "CompareFindings",
    },
    PublishTrails: {
      ...publishData([
        {
          MetricName: trailsLogging,
          Dimensions: [{ Name: dimension, Value: prefix }],
          Value: jsonata("$trails"),
          Unit: "Count",
        },
      ]),
      Output: {},
      Catch: onAnyError("CompareFindings"),
      Next: "CompareFindings",
    },
  });
