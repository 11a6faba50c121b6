import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Grant } from "../../scripts/maintain/permissions/grant";
import { terraformTypes } from "../../scripts/maintain/permissions/terraform-types";
import { createNetwork, type Network } from "./support/aws";
import { callsDuring, type Call } from "../../scripts/maintain/provider-calls";
import { destroyAll } from "./support/clean-up";
import { createKey, deleteKey } from "./support/kms";
import { onLab } from "./support/lab";
import { defaultSecurityGroup } from "./support/network";
import { expectOk, Project } from "./support/project";

const account = process.env.E2E_ACCOUNT_ID ?? "";
/** In another Region than the environment, in the same account. */
const vaultRegion = "ap-northeast-3";

/** Each with a Slack channel of its own: a channel has one configuration. The vault first: the environment copies into it. */
const channels: Readonly<Record<string, string>> = {
  "redis-vault": "C0123456780",
  "redis-dev": "C0123456789",
  "redis-backup-policy": "C9876543210",
};
const stacks = Object.keys(channels);

let network: Network;
let project: Project;
let key: string;
/** With all that is optional, so that every type of resource and data source is there. */
let values: NodeJS.ProcessEnv;
let planned: readonly Call[];
let called: readonly Call[];

/** Something else for every type that a value can change in place. */
const changes = {
  TF_VAR_backup_floor_days: "8",
  TF_VAR_backup_max_duration_minutes: "240",
  TF_VAR_backup_retention_days: "9",
  TF_VAR_check_schedule: "rate(12 hours)",
  TF_VAR_evictions_limit: "2000",
  TF_VAR_log_retention_days: "60",
  TF_VAR_manual_backup_schedule: "rate(20 days)",
};
/** The vault is protected from being destroyed. */
const unprotected = { UNPROTECT_STACK: "redis-vault" };
/** By themselves: the alarms over all nodes are replaced, so that their tags would not be changed. */
const moreNodes = { TF_VAR_num_cache_nodes: "3" };

beforeAll(() => {
  network = createNetwork();
  project = new Project(network);
  key = createKey();
  values = {
    TF_VAR_allowed_security_group_ids: JSON.stringify([defaultSecurityGroup(network.vpcId)]),
    TF_VAR_kms_key_id: key,
    TF_VAR_source_account_ids: JSON.stringify([account]),
    TF_VAR_vault_bucket_arn: `arn:aws:s3:::redis-vault-objects-${account}-${vaultRegion}`,
    TF_VAR_secret_reader_arns: JSON.stringify([`arn:aws:iam::${account}:role/app`]),
    TF_VAR_deploy_role_arns: JSON.stringify([`arn:aws:iam::${account}:role/deploy`]),
  };
  const everyStack = (
    run: (stack: string, environment: NodeJS.ProcessEnv) => void,
    inOrder: readonly string[] = stacks,
  ): readonly Call[] =>
    inOrder.flatMap((stack) =>
      callsDuring((log) => {
        run(stack, { ...values, ...slack(channels[stack] ?? ""), ...log });
      }),
    );
  const deploy = (stack: string, environment: NodeJS.ProcessEnv): void => {
    expectOk(project.apply(stack, environment));
  };
  const change = (stack: string, environment: NodeJS.ProcessEnv): void => {
    tagEverything(stack);
    const channel = slack(`${channels[stack] ?? ""}0`);
    const changed = { ...environment, ...channel, ...changes };
    expectOk(project.terraform(stack, ["apply", "-auto-approve", "-input=false"], changed));
  };
  const created = everyStack(deploy);
  planned = everyStack((stack, environment) => {
    expectOk(project.terraform(stack, ["plan", "-input=false"], { ...environment, ...changes }));
  });
  const changed = everyStack(change);
  // Without the tag again, and with the values of before.
  const restored = everyStack(deploy);
  const resized = [moreNodes, {}].flatMap((nodes) =>
    callsDuring((log) => {
      const environment = { ...values, ...slack(channels["redis-dev"] ?? ""), ...log, ...nodes };
      expectOk(project.terraform("redis-dev", ["apply", "-auto-approve", "-input=false"], environment));
    }),
  );
  const destroyed = everyStack(
    (stack, environment) => {
      expectOk(project.takeDown(stack, { ...environment, ...unprotected }));
    },
    [...stacks].reverse(),
  );
  called = [...created, ...planned, ...changed, ...restored, ...resized, ...destroyed];
});

afterAll(() => {
  destroyAll(
    project,
    network,
    Object.fromEntries(
      [...stacks].reverse().map((stack) => [stack, { ...values, ...slack(channels[stack] ?? ""), ...unprotected }]),
    ),
  );
  deleteKey(key);
});

/** AWS takes a chat configuration only for a workspace that somebody let in by hand. */
const slack = (channel: string): NodeJS.ProcessEnv =>
  onLab ? { TF_VAR_slack_team_id: "T0123456789", TF_VAR_slack_channel_id: channel } : {};

/** Gives everything in a stack one more tag, until it is synthesized again. */
function tagEverything(stack: string): void {
  const file = join(project.folder, "cdktf.out/stacks", stack, "cdk.tf.json");
  const synthesized = JSON.parse(readFileSync(file, "utf8")) as {
    provider: { aws: { default_tags: { tags: string }[] }[] };
  };
  for (const { default_tags } of synthesized.provider.aws)
    for (const each of default_tags) each.tags = each.tags.replace("${merge(", '${merge({ Permissions = "a test" }, ');
  writeFileSync(file, JSON.stringify(synthesized));
}

const actionsOf = (grants: readonly Grant[]): string[] => grants.flatMap(({ actions }) => actions);
const everyRead = Object.values(terraformTypes).flatMap(({ read }) => actionsOf(read));

/** Calls that the table does not have for their type; those of the provider itself may be any that reads. */
const unlisted = (calls: readonly Call[], allowed: (type: string) => readonly string[]): string[] => [
  ...new Set(
    calls.filter(({ type, action }) => !allowed(type).includes(action)).map(({ type, action }) => `${type} ${action}`),
  ),
];

test("a plan calls what the plan role may", () => {
  expect(planned.length).toBeGreaterThan(100);
  expect(unlisted(planned, (type) => (type === "" ? everyRead : actionsOf(terraformTypes[type]?.read ?? [])))).toEqual(
    [],
  );
});

test("a deployment, a change and a destroy call what the deploy role may", () => {
  expect(
    unlisted(called, (type) =>
      type === ""
        ? everyRead
        : actionsOf([...(terraformTypes[type]?.read ?? []), ...(terraformTypes[type]?.write ?? [])]),
    ),
  ).toEqual([]);
});

test("every action of the policy is called, or its reason is written", () => {
  const seen = new Set(called.map(({ type, action }) => `${type} ${action}`));
  const uncalled = Object.entries(terraformTypes)
    .filter(([type]) => onLab || type !== "aws_chatbot_slack_channel_configuration")
    .flatMap(([type, { read, write }]) =>
      actionsOf([...read, ...write].filter(({ reason }) => reason === undefined)).map((action) => `${type} ${action}`),
    );
  expect(uncalled.filter((one) => !seen.has(one))).toEqual([]);
});
