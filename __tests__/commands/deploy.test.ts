import { changesOf, countsOf, isFirst, type Plan } from "../../scripts/commands/deploy/plan";
import { refuseFullVault } from "../../scripts/commands/deploy/full-vault";
import { refuseTestCache } from "../../scripts/commands/deploy/test-cache";
import { emailsOf, summaryOf } from "../../scripts/commands/deploy/summary";
import { nextSteps } from "../../scripts/commands/deploy/next-steps";
import { textOf } from "../../scripts/commands/execution/text";

const change = (type: string, actions: readonly string[], after: object | null = {}, mode = "managed") =>
  ({ address: `${type}.x`, mode, type, change: { actions, after } }) as NonNullable<Plan["resource_changes"]>[number];

const group = {
  replication_group_id: "dev-redis-cluster",
  engine: "redis",
  engine_version: "7.1",
  node_type: "cache.t4g.small",
  num_cache_clusters: 2,
  snapshot_retention_limit: 7,
  snapshot_window: "03:00-05:00",
};

const first: Plan = {
  variables: { notification_email: { value: "oncall@example.com" } },
  resource_changes: [
    change("aws_caller_identity", ["read"], {}, "data"),
    change("aws_elasticache_replication_group", ["create"], group),
    change("aws_cloudwatch_metric_alarm", ["create"]),
    change("aws_cloudwatch_metric_alarm", ["create"]),
    change("aws_secretsmanager_secret", ["create"]),
    change("aws_sns_topic_subscription", ["create"], { protocol: "email" }),
    change("aws_sns_topic_subscription", ["create"], { protocol: "email" }),
  ],
};

const later: Plan = {
  resource_changes: [
    change("aws_sns_topic", ["no-op"]),
    change("aws_sns_topic_policy", ["update"]),
    change("aws_elasticache_replication_group", ["delete", "create"], group),
    change("random_id", ["create", "delete"]),
    change("aws_sqs_queue", ["delete"], null),
  ],
};

test("a first deploy is summarized: what is created, what is billed, what has to be confirmed", () => {
  expect(isFirst(first)).toBe(true);
  expect(summaryOf("redis-dev", first, changesOf(first)).split("\n")).toEqual([
    "redis-dev is not deployed yet. This will create 6 resources.",
    "  Cache:    dev-redis-cluster, redis 7.1, automatic backups kept 7 days, taken 03:00-05:00 UTC, empty",
    "  Billed:   2 nodes of cache.t4g.small, 2 alarms, 1 secret (docs/costs.md)",
    "  Confirm:  oncall@example.com gets 2 emails from AWS; alerts arrive only after its owner has opened the link in each",
  ]);
});

test("with shards, the nodes of all of them are counted", () => {
  const sharded = { ...group, num_cache_clusters: null, num_node_groups: 3, replicas_per_node_group: 1 };
  const plan: Plan = { resource_changes: [change("aws_elasticache_replication_group", ["create"], sharded)] };
  expect(summaryOf("redis-dev", plan, changesOf(plan))).toContain("6 nodes of cache.t4g.small");
});

test.each([
  [{ num_node_groups: 3, replicas_per_node_group: 1 }, "6 nodes of cache.t4g.small"],
  [{ num_node_groups: 3, replicas_per_node_group: 0 }, "3 nodes of cache.t4g.small"],
  [{ num_node_groups: 3, replicas_per_node_group: null }, "3 nodes of cache.t4g.small"],
  [{ num_node_groups: null }, "2 nodes of cache.t4g.small"],
  [{ snapshot_name: "nightly" }, " UTC, restored from nightly\n"],
  [{ snapshot_name: null }, " UTC, empty\n"],
])("the summary of a cache with %j has: %s", (more, expected) => {
  const plan: Plan = {
    resource_changes: [change("aws_elasticache_replication_group", ["create"], { ...group, ...more })],
  };
  expect(summaryOf("redis-dev", plan, changesOf(plan))).toContain(expected);
});

test("a later deploy names what it replaces and destroys", () => {
  expect(isFirst(later)).toBe(false);
  expect(countsOf(changesOf(later))).toBe("1 to update, 2 to replace, 1 to destroy");
  expect(summaryOf("redis-dev", later, changesOf(later)).split("\n")).toEqual([
    "redis-dev: 1 to update, 2 to replace, 1 to destroy.",
    "  This will replace aws_elasticache_replication_group.x",
    "  This will replace random_id.x",
    "  This will destroy aws_sqs_queue.x",
  ]);
});

test("what stays as it is, and what is only read, is no change", () => {
  expect(changesOf(later).map(({ action }) => action)).toEqual(["update", "replace", "replace", "destroy"]);
  expect(changesOf(first).map(({ action }) => action)).toEqual(Array.from({ length: 6 }, () => "create"));
});

describe("who has to confirm a subscription", () => {
  const subscription = (protocol: string) => change("aws_sns_topic_subscription", ["create"], { protocol });
  const email = { notification_email: { value: "oncall@example.com" } };
  const more = { additional_notification_emails: { value: ["a@example.com", "b@example.com"] } };

  test.each<[string, Plan["variables"], NonNullable<Plan["resource_changes"]>, string[]]>([
    [
      "of one topic: its owner, once",
      email,
      [subscription("email")],
      ["oncall@example.com gets an email from AWS; alerts arrive only after its owner has opened the link in it"],
    ],
    [
      "of several people: all of them",
      { ...email, ...more },
      [subscription("email"), subscription("email"), subscription("email")],
      [
        "AWS sends 3 emails to oncall@example.com, a@example.com, b@example.com; alerts arrive only after each owner has opened the links",
      ],
    ],
    [
      "beside subscriptions that nobody confirms: only what is sent by email counts",
      { ...email, additional_notification_emails: { value: null } },
      [
        subscription("email"),
        subscription("sqs"),
        subscription("lambda"),
        change("other", ["create"], { protocol: "email" }),
      ],
      [expect.stringContaining(" gets an email from AWS;") as string],
    ],
    ["where none is by email: nobody", email, [subscription("sqs")], []],
    ["without a subscription: nobody", email, [], []],
    ["where no address is given: nobody", { notification_email: { value: null } }, [subscription("email")], []],
    ["without a variable for it: nobody", undefined, [subscription("email")], []],
  ])("%s", (_what, variables, resource_changes, expected) => {
    const plan: Plan = { resource_changes, ...(variables !== undefined && { variables }) };
    expect(emailsOf(plan, changesOf(plan))).toEqual(expected);
  });
});

test("a first deploy ends with three things to do", () => {
  for (const [stack, hasCache, output] of [
    ["redis-dev", true, "redis_dashboard_url"],
    ["redis-backup-policy", false, "notifications_topic_arn"],
    ["redis-vault", false, "vault_bucket_arn"],
  ] as const) {
    const steps = nextSteps(stack, hasCache, emailsOf(first, changesOf(first)), [output]);
    expect(steps.split("\n").map((line) => line.trim().slice(0, 2))).toEqual(["Ne", "1.", "2.", "3."]);
    expect(steps).toContain("oncall@example.com gets 2 emails from AWS");
  }
});

describe("what to do after a first deploy", () => {
  test.each<[string, boolean, readonly string[], readonly RegExp[]]>([
    [
      "of a cache",
      true,
      ["redis_endpoint"],
      [
        /npm run backup -- redis-x && npm run restore-test -- redis-x$/,
        /^Connect your clients \(README\.md, Deploy\)\.$/,
      ],
    ],
    [
      "of a cache with a dashboard",
      true,
      ["redis_dashboard_url", "vault_bucket_arn"],
      [
        /npm run backup -- redis-x && /,
        /^Open redis_dashboard_url, .* redis_auth_secret_arn .* \(README\.md, Deploy\)\.$/,
      ],
    ],
    ["of the vault", false, ["vault_bucket_arn"], [/^Set vault_bucket_arn in each environment/, /docs\/vault\.md\.$/]],
    [
      "of the policy",
      false,
      ["notifications_topic_arn"],
      [/^Run the check once .* docs\/policy\.md/, /other Regions .* docs\/policy\.md\.$/],
    ],
  ])("%s", (_what, hasCache, outputs, expected) => {
    const steps = nextSteps("redis-x", hasCache, [], outputs).split("\n  ").slice(1);
    expect(steps.map((step) => step.replace(/^\d\. /, ""))).toEqual(
      expected.map((pattern) => expect.stringMatching(pattern) as string),
    );
    expect(steps.map((step) => Number.parseInt(step, 10))).toEqual(steps.map((_step, i) => i + 1));
  });
});

test("a manual backup prints its name alone, a restore test what it measured", () => {
  expect(textOf({ snapshotName: "dev-redis-manual-1", takenFrom: "dev-redis-cluster-002", deleted: [] })).toBe(
    "dev-redis-manual-1",
  );
  expect(textOf({ snapshotName: "s", restoreDurationSeconds: 480, deleted: [] })).toBe(
    "Snapshot name: s\nRestore duration (seconds): 480\nDeleted: []",
  );
  // A unit stands at the end of a name.
  expect(textOf({ ageHours: 1, hours: 2, theSecondsItTook: 3, bytesInVault: 4, inVaultBytes: 5 })).toBe(
    "Age (hours): 1\nHours: 2\nThe seconds it took: 3\nBytes in vault: 4\nIn vault (bytes): 5",
  );
});

describe("destroying a vault", () => {
  const plan = (address: string, actions: string[]): Plan => ({
    resource_changes: [
      { address, mode: "managed", type: "aws_s3_bucket", change: { actions, before: { bucket: "the-vault" } } },
    ],
  });
  const refuse = (planned: Plan, found: object) => {
    const send = jest.fn(() => Promise.resolve(found));
    const act = refuseFullVault(planned, { stack: "redis-vault", region: "ap-northeast-3" }, { send });
    return { act, send };
  };

  test.each([{ Versions: [{ Key: "one" }] }, { DeleteMarkers: [{ Key: "one" }] }])(
    "is refused while it has %j, with the reason and before anything is changed",
    async (found) => {
      await expect(refuse(plan("aws_s3_bucket.vault", ["delete"]), found).act).rejects.toThrow(
        /redis-vault cannot be destroyed: the vault the-vault is not empty, its first object is one\..* Nothing was changed\./,
      );
    },
  );

  test("is not refused when it is empty", async () => {
    await expect(refuse(plan("aws_s3_bucket.vault", ["delete"]), {}).act).resolves.toBeUndefined();
  });

  test.each<[string, string[]]>([
    ["aws_s3_bucket.recovery", ["delete"]],
    ["aws_s3_bucket.vault_landing[0]", ["delete"]],
    ["aws_s3_bucket.vault", ["update"]],
  ])("nobody looks at objects when %s is planned to %j", async (address, actions) => {
    const { act, send } = refuse(plan(address, actions), { Versions: [{ Key: "one" }] });
    await expect(act).resolves.toBeUndefined();
    expect(send).not.toHaveBeenCalled();
  });
});

describe("destroying a stack whose restored test cache", () => {
  const plan = (
    actions: readonly string[],
    { address = "aws_security_group.restore_test", prefix = "dev-redis" } = {},
  ): Plan => ({
    resource_changes: [
      {
        address,
        mode: "managed",
        type: "aws_security_group",
        change: { actions, before: { name: `${prefix}-restore-test-sg` }, after: null },
      },
    ],
  });
  const of = { stack: "redis-dev", region: "ap-northeast-1" };

  test.each(["dev-redis", "eu-sg", "eu-sg-redis"])(
    "still exists is refused, with the command that deletes it: below the prefix %s",
    async (prefix) => {
      const send = jest.fn(({ input }: { readonly input: object }) => {
        expect(input).toEqual({ ReplicationGroupId: `${prefix}-restore-test` });
        return Promise.resolve({ ReplicationGroups: [{ Status: "available" }] });
      });
      await expect(refuseTestCache(plan(["delete"], { prefix }), of, { send })).rejects.toThrow(
        `aws elasticache delete-replication-group --region ap-northeast-1 --replication-group-id ${prefix}-restore-test\n`,
      );
    },
  );

  test("is gone is not refused", async () => {
    const gone = Object.assign(new Error("none"), { name: "ReplicationGroupNotFoundFault" });
    await expect(refuseTestCache(plan(["delete"]), of, { send: () => Promise.reject(gone) })).resolves.toBeUndefined();
  });

  test("cannot be described fails, as nobody knows", async () => {
    const denied = Object.assign(new Error("no"), { name: "AccessDenied" });
    await expect(refuseTestCache(plan(["delete"]), of, { send: () => Promise.reject(denied) })).rejects.toBe(denied);
  });

  test.each<[string, Plan]>([
    ["the security group stays", plan(["no-op"])],
    ["another one is destroyed", plan(["delete"], { address: "aws_security_group.restore_test_validator" })],
  ])("is not looked for when %s", async (_when, planned) => {
    const send = jest.fn(() => Promise.resolve({}));
    await refuseTestCache(planned, of, { send });
    expect(send).not.toHaveBeenCalled();
  });
});
