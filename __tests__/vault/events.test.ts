import { eventPattern, type Fields, type Matches } from "../support/event-pattern";
import { account, apiCall, buckets, patternsOf, recorded, region, valuesAt } from "../support/events";
import { environmentStacks, everyStack, shardedStack, vaultStack, type Synthesized } from "../support/stacks";

type Name = keyof typeof buckets;

const environments: Readonly<Record<string, () => Synthesized>> = {
  ...environmentStacks,
  "redis-sharded": shardedStack,
};
const watching: readonly (readonly [rule: string, bucket: Name, stack: string, synthesize: () => Synthesized])[] = [
  ["vault_deletions", "vault", "redis-vault", vaultStack],
  ...Object.entries(environments).map(
    ([stack, synthesize]) => ["vault_landing_deletions", "landing", stack, synthesize] as const,
  ),
];

/**
 * An object was deleted.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 */
const deleted = (bucket: string, key: string, fields: Fields = {}): Fields & { readonly detail: Fields } => ({
  version: "0",
  id: "2ee9cc15-d022-99ea-1fb8-1b1bac4850f9",
  "detail-type": "Object Deleted",
  source: "aws.s3",
  account,
  time: "2026-11-30T12:00:00Z",
  region,
  resources: [`arn:aws:s3:::${bucket}`],
  detail: {
    version: "0",
    bucket: { name: bucket },
    object: { key, etag: "d41d8cd98f00b204e9800998ecf8427e", "version-id": "1QW9g1Z99LUNbvaaYVpW9xDlOLU.qxgF" },
    "request-id": "0BH729840619AG5K",
    requester: account,
    "source-ip-address": "203.0.113.7",
    reason: "DeleteObject",
    "deletion-type": "Delete Marker Created",
    ...fields,
  },
});
const backup = "a123456789012-apne1-prod-t6k9q0-0001.rdb";

describe.each(watching)("%s (%s) of %s", (rule, bucket, _stack, synthesize) => {
  const pattern = patternsOf(synthesize())[rule] ?? {};
  const reports: Matches = (event) => eventPattern(pattern)(event);

  test.each([
    ["a backup that is hidden by a delete marker", deleted(buckets[bucket], backup)],
    ["a version that is deleted", deleted(buckets[bucket], backup, { "deletion-type": "Permanently Deleted" })],
    ["any other object", deleted(buckets[bucket], "manifests/1.json")],
    ["whoever it is", deleted(buckets[bucket], backup, { requester: "111122223333" })],
  ])("reports %s", (_what, event) => {
    expect(reports(event)).toBe(true);
  });

  test.each<[string, Fields]>([
    [
      "what the lifecycle deletes",
      deleted(buckets[bucket], backup, { reason: "Lifecycle Expiration", requester: "s3.amazonaws.com" }),
    ],
    ["an object that is created", { ...deleted(buckets[bucket], backup), "detail-type": "Object Created" }],
    ["an event of another service", { ...deleted(buckets[bucket], backup), source: "com.example" }],
    ["an object of another bucket", deleted(`${buckets[bucket]}-2`, backup)],
    ["an object of a bucket that is called like an object", deleted("orders", buckets[bucket])],
  ])("does not report %s", (_what, event) => {
    expect(reports(event)).toBe(false);
  });

  test("matches no reason and no type of event that the tables above do not have", () => {
    expect(valuesAt(pattern, ["detail", "reason"])).toEqual(["DeleteObject"]);
    expect(valuesAt(pattern, ["detail-type"])).toEqual(["Object Deleted"]);
  });

  test("copies of restore tests are deleted by these, from the landing bucket only", () => {
    expect(reports(deleted(buckets[bucket], "restore-test/1.rdb"))).toBe(bucket === "vault");
    expect(reports(deleted(buckets[bucket], "restore-tests.json"))).toBe(true);
  });
});

/**
 * A data event of S3.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-understanding-s3-entries.html
 */
const request = (action: string, bucketName: string, fields: Fields): Fields =>
  recorded(apiCall({ service: "s3", action, parameters: { bucketName, key: backup } }), {
    eventCategory: "Data",
    managementEvent: false,
    ...fields,
  });

describe("vault_denied", () => {
  const pattern = patternsOf(vaultStack()).vault_denied ?? {};
  const reports: Matches = (event) => eventPattern(pattern)(event);

  test.each(["DeleteObject", "DeleteObjects", "GetObject", "PutObject", "PutObjectRetention"])(
    "reports a denied %s",
    (action) => {
      expect(reports(request(action, buckets.vault, { errorCode: "AccessDenied" }))).toBe(true);
    },
  );

  test.each<[string, Fields]>([
    ["a request that was served", request("GetObject", buckets.vault, {})],
    ["a request for what is not there", request("GetObject", buckets.vault, { errorCode: "NoSuchKey" })],
    ["a denied request to another bucket", request("GetObject", "orders", { errorCode: "AccessDenied" })],
    [
      "a denied request to another service",
      { ...request("GetObject", buckets.vault, { errorCode: "AccessDenied" }), source: "aws.s3express" },
    ],
    [
      "another event that looks like it",
      {
        ...request("GetObject", buckets.vault, { errorCode: "AccessDenied" }),
        "detail-type": "AWS Service Event via CloudTrail",
      },
    ],
  ])("does not report %s", (_what, event) => {
    expect(reports(event)).toBe(false);
  });
});

describe("the trail of denied requests", () => {
  const { resource, data } = vaultStack();

  /** Whether it records an event; every field has to be as one of its values says. */
  const records = (event: Readonly<Record<string, string>>): boolean => {
    const [selector, ...others] = resource.aws_cloudtrail?.vault?.advanced_event_selector as readonly {
      readonly field_selector: readonly {
        readonly field: string;
        readonly equals?: readonly string[];
        readonly starts_with?: readonly string[];
      }[];
    }[];
    expect(others).toEqual([]);
    return (selector?.field_selector ?? []).every(
      ({ field, equals = [], starts_with: starts = [] }) =>
        equals.includes(event[field] ?? "") || starts.some((start) => event[field]?.startsWith(start)),
    );
  };
  const inVault = {
    eventCategory: "Data",
    "resources.type": "AWS::S3::Object",
    "resources.ARN": "${aws_s3_bucket.vault.arn}/backup.rdb",
  };

  // https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html
  test("records the requests to the objects of the vault, each of which is billed, and no others", () => {
    expect(records(inVault)).toBe(true);
    expect(records({ ...inVault, eventCategory: "Management" })).toBe(false);
    expect(records({ ...inVault, "resources.type": "AWS::S3::AccessPoint" })).toBe(false);
    expect(records({ ...inVault, "resources.ARN": "${aws_s3_bucket.vault.arn}-2/backup.rdb" })).toBe(false);
  });

  test("has a title of what it records, and leaves the events of global services to the account's own trail", () => {
    const { advanced_event_selector, include_global_service_events } = resource.aws_cloudtrail?.vault ?? {};
    expect(advanced_event_selector).toMatchObject([{ name: "Requests to the objects of the vault" }]);
    expect(include_global_service_events).toBe(false);
  });

  // https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
  test.each([
    ["s3:GetBucketAcl", "${aws_s3_bucket.vault_data_events[0].arn}"],
    ["s3:PutObject", "${aws_s3_bucket.vault_data_events[0].arn}/AWSLogs/${local.account_id}/*"],
  ])("may %s on its bucket, without which CloudTrail writes nothing", (action, bucket) => {
    const { statement } = data.aws_iam_policy_document?.vault_data_events as {
      readonly statement: readonly {
        readonly effect?: string;
        readonly actions: readonly string[];
        readonly principals?: readonly { readonly identifiers: readonly string[] }[];
        readonly resources: readonly string[];
      }[];
    };
    const allowed = statement.filter(
      ({ effect = "Allow", actions, principals = [] }) =>
        effect === "Allow" &&
        actions.includes(action) &&
        principals.some(({ identifiers }) => identifiers.includes("cloudtrail.amazonaws.com")),
    );
    expect(allowed.map(({ resources }) => resources)).toEqual([[bucket]]);
  });
});

test.each(Object.entries(everyStack))(
  "every rule of %s has a table here, or in tampering/events.test.ts",
  (name, synthesize) => {
    const rules = Object.keys(patternsOf(synthesize())).filter((rule) => !rule.startsWith("tampering_"));
    const known = watching.flatMap(([rule, , stack]) => (stack === name ? [rule] : []));
    expect(rules.filter((rule) => rule !== "vault_denied")).toEqual(known);
  },
);
