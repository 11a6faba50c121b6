import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { runSimulation } from "@cloud-copilot/iam-simulate";
import { roles } from "../roles/role";

const docs = resolve(__dirname, "../../docs");
const [, text = ""] = /```json\n([\s\S]*?)```/.exec(readFileSync(join(docs, "policy.md"), "utf8")) ?? [];
const policy = JSON.parse(text) as object;

const account = "123456789012";
const insider = `arn:aws:iam::${account}:role/insider`;
const deploy = `arn:aws:iam::${account}:role/redis-deploy`;
const everything = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
};
type Context = Readonly<Record<string, string>>;
type Result = "allowed" | "denied" | "the action has no such resource";

/** What the policy says of a call by a principal that may do everything. */
async function resultOf(principal: string, action: string, resource: string, context: Context = {}): Promise<Result> {
  const simulated = await runSimulation(
    {
      request: {
        principal,
        action,
        resource: { resource, accountId: account },
        contextVariables: { ...context, "aws:PrincipalArn": principal },
      },
      identityPolicies: [{ name: "everything", policy: everything }],
      serviceControlPolicies: [
        { orgIdentifier: "r-root", policies: [{ name: "FullAWSAccess", policy: everything }] },
        {
          orgIdentifier: account,
          policies: [
            { name: "FullAWSAccess", policy: everything },
            { name: "ours", policy },
          ],
        },
      ],
      resourceControlPolicies: [],
      // A key has to let its account in by its own policy.
      ...(action.startsWith("kms:") && {
        resourcePolicy: {
          Version: "2012-10-17",
          Statement: [
            { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: "kms:*", Resource: "*" },
          ],
        },
      }),
    },
    {},
  );
  if (simulated.resultType === "error") {
    if (simulated.errors.message === "no.resource.types") return "the action has no such resource";
    throw new Error(`${action} on ${resource}: ${JSON.stringify(simulated.errors)}`);
  }
  return simulated.overallResult === "Allowed" ? "allowed" : "denied";
}

/** The same for a resource that the action has. */
async function isAllowed(...call: Parameters<typeof resultOf>): Promise<boolean> {
  const result = await resultOf(...call);
  const [, action, resource] = call;
  if (result === "the action has no such resource") throw new Error(`${action} has no resource ${resource}.`);
  return result === "allowed";
}

const arn = (service: string, resource: string): string => `arn:aws:${service}:ap-northeast-1:${account}:${resource}`;
const role = (name: string): string => `arn:aws:iam::${account}:role/${name}`;
const group = arn("elasticache", "replicationgroup:prod-redis-cluster");
const key = arn("kms", "key/1234abcd-12ab-34cd-56ef-1234567890ab");

test("the policy fits into the quota", () => {
  // https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
  expect(JSON.stringify(policy).length).toBeLessThanOrEqual(5120);
});

describe("retention", () => {
  const retention = (days: number) => ({ "elasticache:SnapshotRetentionLimit": days.toString() });
  const exempt = { "aws:RequestTag/BackupPolicyExemption": "a reason" };
  test.each<[string, string, string, Context, boolean]>([
    ["a creation with backups kept long enough", deploy, "CreateReplicationGroup", retention(7), true],
    ["a creation with backups kept too short", deploy, "CreateReplicationGroup", retention(6), false],
    ["a creation that does not say", deploy, "CreateReplicationGroup", {}, false],
    ["a change of something else", deploy, "ModifyReplicationGroup", {}, true],
    ["switching backups off", deploy, "ModifyReplicationGroup", retention(0), false],
    [
      "what a restore test creates",
      role("prod-redis-restore-test-ap-northeast-1"),
      "CreateReplicationGroup",
      { ...retention(0), ...exempt },
      true,
    ],
  ])("%s", async (_what, principal, action, context, expected) => {
    expect(await isAllowed(principal, `elasticache:${action}`, group, context)).toBe(expected);
  });
});

/** What an insider would do, and on what. */
const attacks: readonly (readonly [action: string, resource: string])[] = [
  ["elasticache:DeleteSnapshot", arn("elasticache", "snapshot:prod-redis-manual-20260101000000")],
  ["elasticache:DeleteSnapshot", arn("elasticache", "snapshot:automatic.prod-redis-cluster-002-2026-01-01-18-00")],
  ["elasticache:DeleteReplicationGroup", group],
  ["elasticache:DeleteCacheCluster", arn("elasticache", "cluster:prod-redis-cluster-001")],
  ...["DeleteImportedKeyMaterial", "DisableKey", "PutKeyPolicy", "ScheduleKeyDeletion"].map(
    (action) => [`kms:${action}`, key] as const,
  ),
  ...["DeleteStateMachine", "UpdateStateMachine"].map(
    (action) => [`states:${action}`, arn("states", "stateMachine:prod-redis-backup-check")] as const,
  ),
  ["scheduler:DeleteSchedule", arn("scheduler", "schedule/prod-redis/prod-redis-backup-check")],
  ["scheduler:UpdateSchedule", arn("scheduler", "schedule/redis-backup-policy/redis-backup-policy-check")],
  ["scheduler:DeleteScheduleGroup", arn("scheduler", "schedule-group/prod-redis")],
  ...[
    "AttachRolePolicy",
    "CreateRole",
    "DeleteRole",
    "DeleteRolePermissionsBoundary",
    "DeleteRolePolicy",
    "DetachRolePolicy",
    "PutRolePermissionsBoundary",
    "PutRolePolicy",
    "UpdateAssumeRolePolicy",
  ].map((action) => [`iam:${action}`, role("prod-redis-manual-backup-ap-northeast-1")] as const),
  ["iam:CreateRole", role("mine-redis-manual-backup-x")],
  ["iam:UpdateAssumeRolePolicy", role("redis-deploy")],
  ["iam:PutRolePermissionsBoundary", role("redis-deploy")],
  ["iam:PutRolePolicy", role("break-glass")],
  ["iam:DeleteRole", role("break-glass")],
  ...["AddPermission", "DeleteTopic", "PutDataProtectionPolicy", "RemovePermission", "SetTopicAttributes"].map(
    (action) => [`sns:${action}`, arn("sns", "prod-redis-backup-notifications")] as const,
  ),
  ["sns:SetSubscriptionAttributes", "*"],
  ["sns:Unsubscribe", "*"],
  ...["DeleteAlarms", "DisableAlarmActions", "PutMetricAlarm", "SetAlarmState"].map(
    (action) => [`cloudwatch:${action}`, arn("cloudwatch", "alarm:prod-redis-backup-failed")] as const,
  ),
  ...["DeleteRule", "DisableRule", "PutRule", "PutTargets", "RemoveTargets"].map(
    (action) => [`events:${action}`, arn("events", "rule/prod-redis-tampering-snapshot-deleted")] as const,
  ),
  ...["DeleteTrail", "PutEventSelectors", "StopLogging", "UpdateTrail"].map(
    (action) => [`cloudtrail:${action}`, arn("cloudtrail", "trail/organization")] as const,
  ),
];
const forBreakGlassAlone = /^cloudtrail:|:role\/(redis-deploy|break-glass)$/;

describe.each(attacks)("%s on %s", (action, resource) => {
  const others = [insider, `arn:aws:iam::${account}:user/insider`, `arn:aws:iam::${account}:root`];
  test.each(others)("is denied to %s", async (principal) => {
    expect(await isAllowed(principal, action, resource)).toBe(false);
  });

  test("is allowed to the role for emergencies, and to the one that deploys as far as that goes", async () => {
    expect(await isAllowed(role("break-glass"), action, resource)).toBe(true);
    expect(await isAllowed(role("redis-deploy"), action, resource)).toBe(
      !forBreakGlassAlone.test(`${action}${resource}`),
    );
  });
});

test("the roles of workflows may not do what another one does", async () => {
  const [backup, restore] = ["manual-backup", "restore-test"].map((name) => role(`prod-redis-${name}-ap-northeast-1`));
  expect(await isAllowed(backup ?? "", "elasticache:DeleteReplicationGroup", group)).toBe(false);
  expect(
    await isAllowed(restore ?? "", "elasticache:DeleteSnapshot", arn("elasticache", "snapshot:prod-redis-manual-1")),
  ).toBe(false);
});

/** An ARN that a pattern with wildcards stands for, in the account. */
function example(pattern: string): string {
  if (pattern === "*") return pattern;
  const [prefix = "", , service = "", region = "", owner = "", ...rest] = pattern.split(":");
  return [
    ...[prefix, "aws", service, region.replace("*", "ap-northeast-1"), owner.replace("*", account)],
    ...rest.map((part) => part.replaceAll("*", "x")),
  ].join(":");
}

/** What refers to resources of the stacks, as ARNs. */
const references: Readonly<Record<string, (name: string) => string>> = {
  aws_sns_topic: (name) => arn("sns", name),
  aws_sqs_queue: (name) => arn("sqs", name),
  aws_sfn_state_machine: (name) => arn("states", `stateMachine:${name}`),
};

/** A resource of a role of the stacks, as it is on AWS: names and references are filled in. */
function onAws(resource: string): string {
  if (resource.startsWith("${coalesce(var.kms_key_id,")) return key;
  const [, type = "", name = ""] = /^\$\{(aws_\w+)\.(\w+)(?:\[0\])?\.arn\}$/.exec(resource) ?? [];
  const reference = references[type]?.(`prod-redis-${name.replaceAll("_", "-")}`);
  if (reference !== undefined) return reference;
  return example(
    resource
      .replaceAll("${local.partition}", "aws")
      .replaceAll("${var.vault_bucket_arn}", "arn:aws:s3:::redis-vault-x")
      .replaceAll("${local.region}", "ap-northeast-1")
      .replaceAll("${local.account_id}", account)
      .replaceAll("${local.name}", "prod-redis")
      .replaceAll("${local.replication_group_id}", "prod-redis-cluster")
      .replaceAll(/\$\{[^}]*\}/g, "prod-redis-x"),
  );
}

/** What is legitimate may need condition keys: what is created says how long it is kept. */
const contextOf = (action: string): Context =>
  action === "elasticache:CreateReplicationGroup"
    ? { "elasticache:SnapshotRetentionLimit": "0", "aws:RequestTag/BackupPolicyExemption": "a restore test" }
    : {};

type Call = readonly [action: string, resource: string];

const callsOf = (statements: readonly (readonly [actions: readonly string[], resources: readonly string[]])[]) =>
  statements.flatMap(([actions, resources]) =>
    actions.flatMap((action) => resources.map((resource): Call => [action, resource])),
  );

/** The calls that the policy denies, and the actions of which no call was evaluated, because none has a resource of the right type. */
async function deniedOf(
  principal: string,
  calls: readonly Call[],
  context: (action: string) => Context,
): Promise<string[]> {
  const denied: string[] = [];
  const evaluated = new Set<string>();
  for (const [action, resource] of calls) {
    // A statement may have resources of several types, and actions that have only some of these.
    const result = await resultOf(principal, action, resource, context(action));
    if (result !== "the action has no such resource") evaluated.add(action);
    if (result === "denied") denied.push(`${action} on ${resource}`);
  }
  const not = new Set(calls.map(([action]) => action).filter((action) => !evaluated.has(action)));
  return [...denied, ...[...not].map((action) => `${action} was not evaluated`)];
}

const ofProd = roles.filter(({ stack }) => stack === "redis-prod" || stack === "redis-backup-policy");

test.each(ofProd.map((one) => [`${one.name} of ${one.stack}`, one] as const))(
  "the role %s may do all that its own policy allows",
  async (_name, { stack, name, statements }) => {
    const own = stack === "redis-prod" ? "prod-redis" : "redis-backup-policy";
    const principal = role(`${own}-${name.replaceAll("_", "-")}-ap-northeast-1`);
    const calls = callsOf(statements.map(({ actions, resources }) => [actions, resources.map(onAws)]));
    expect(calls.length).toBeGreaterThan(0);
    expect(await deniedOf(principal, calls, contextOf)).toEqual([]);
  },
  60_000,
);

/**
 * The pinned reference gives these a resource type that it does not have, so the library evaluates none of them. No statement of the
 * policy names them.
 */
const notEvaluable = ["ListTagsForResource", "TagResource", "UntagResource"].map((action) => `cloudwatch:${action}`);

test.each(notEvaluable)("%s is in no statement of the policy, and cannot be evaluated", async (action) => {
  const alarm = arn("cloudwatch", "alarm:prod-redis-backup-failed");
  await expect(resultOf(deploy, action, alarm)).rejects.toThrow("alarm-mute-rule does not exist");
  expect(text).not.toContain(action);
  expect(text).not.toMatch(/NotAction|"cloudwatch:[A-Za-z]*\*"/);
});

test("the role that deploys and restores may do everything that its documented policies allow", async () => {
  const files = readdirSync(join(docs, "permissions")).filter((file) => /^(deploy-|restore\.)/.test(file));
  expect(files).toContain("restore.json");
  expect(files.length).toBeGreaterThan(1);
  const calls = files.flatMap((file) => {
    const { Statement } = JSON.parse(readFileSync(join(docs, "permissions", file), "utf8")) as {
      Statement: readonly { Action: readonly string[]; Resource: string | readonly string[] }[];
    };
    return callsOf(Statement.map(({ Action, Resource }) => [Action, [Resource].flat().map(example)]));
  });
  const retained = (action: string): Context =>
    action === "elasticache:CreateReplicationGroup" ? { "elasticache:SnapshotRetentionLimit": "15" } : {};
  const evaluable = calls.filter(([action]) => !notEvaluable.includes(action));
  expect(await deniedOf(deploy, evaluable, retained)).toEqual([]);
}, 60_000);
