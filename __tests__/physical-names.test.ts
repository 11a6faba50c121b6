import { App, TerraformStack } from "cdktf";
import fc from "fast-check";
import { nameLocals } from "../stacks/terraform/names";
import { evaluated } from "./support/console";
import { argumentOf, cacheStacks, evaluatedArguments } from "./support/expressions";
import { everyStack, type Block, type Synthesized } from "./support/stacks";
import { describeTerraform } from "./support/terraform";

/** What AWS takes as the name of each type. Each source is the reference of the call that creates it, or of its quotas. */
const names: Readonly<Record<string, readonly [attribute: string, most: number, form: RegExp]>> = {
  // https://docs.aws.amazon.com/chatbot/latest/APIReference/API_CreateSlackChannelConfiguration.html
  aws_chatbot_slack_channel_configuration: ["configuration_name", 128, /^[A-Za-z0-9-_]+$/],
  // https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html
  aws_cloudtrail: ["name", 128, /^[A-Za-z0-9]([._-]?[A-Za-z0-9])+$/],
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
  aws_cloudwatch_composite_alarm: ["alarm_name", 255, /^[\x20-\x7e]+$/],
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html
  aws_cloudwatch_dashboard: ["dashboard_name", 255, /^[A-Za-z0-9-_]+$/],
  // https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
  aws_cloudwatch_event_rule: ["name", 64, /^[.\-_A-Za-z0-9]+$/],
  // https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
  aws_cloudwatch_log_group: ["name", 512, /^[.\-_/#A-Za-z0-9]+$/],
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
  aws_cloudwatch_metric_alarm: ["alarm_name", 255, /^[\x20-\x7e]+$/],
  // https://docs.aws.amazon.com/config/latest/APIReference/API_ConfigRule.html
  aws_config_config_rule: ["name", 128, /\S/],
  // https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.Creating.html
  aws_elasticache_parameter_group: ["name", 255, /^[a-z]([a-z0-9]|-[a-z0-9])*$/],
  // https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html
  aws_elasticache_replication_group: ["replication_group_id", 40, /^[a-z]([a-z0-9]|-[a-z0-9])*$/],
  // https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateCacheSubnetGroup.html
  aws_elasticache_subnet_group: ["name", 255, /^[a-z0-9-]+$/],
  // https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
  aws_iam_role: ["name", 64, /^[\w+=,.@-]+$/],
  // https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html
  aws_iam_role_policy: ["name", 128, /^[\w+=,.@-]+$/],
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
  aws_s3_bucket: ["bucket", 63, /^[a-z0-9]([a-z0-9]|-[a-z0-9])+$/],
  // https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
  aws_scheduler_schedule: ["name", 64, /^[0-9a-zA-Z-_.]+$/],
  // https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateScheduleGroup.html
  aws_scheduler_schedule_group: ["name", 64, /^[0-9a-zA-Z-_.]+$/],
  // https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html; Terraform adds 26 characters.
  aws_secretsmanager_secret: ["name_prefix", 512 - 26, /^[A-Za-z0-9/_+=.@-]+$/],
  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
  aws_security_group: ["name", 255, /^(?!sg-)[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]+$/],
  // https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html
  aws_sfn_state_machine: ["name", 80, /^[A-Za-z0-9-_]+$/],
  // https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html
  aws_sns_topic: ["name", 256, /^[A-Za-z0-9-_]+$/],
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
  aws_sqs_queue: ["name", 80, /^[A-Za-z0-9-_]+$/],
};

const resourcesOf = ({ resource }: Synthesized): readonly (readonly [type: string, address: string, block: Block])[] =>
  Object.entries(resource).flatMap(([type, blocks]) =>
    Object.entries(blocks).map(([name, block]) => [type, `${type}.${name}`, block] as const),
  );

/** Whether an attribute names a resource on AWS: the stack builds it on its own name. */
const isName = (attribute: string, value: unknown): boolean =>
  /name|identifier|_id$|^bucket$/.test(attribute) && typeof value === "string" && value.includes("local.name");

test.each(Object.entries(everyStack))("the form of every name of %s is known here", (_stack, synthesize) => {
  const unknown = resourcesOf(synthesize()).flatMap(([type, , block]) =>
    Object.entries(block)
      .filter(([attribute, value]) => isName(attribute, value) && names[type]?.[0] !== attribute)
      // A text beside the name of the topic.
      .filter(([attribute]) => attribute !== "display_name")
      .map(([attribute]) => `${type}.${attribute}`),
  );
  expect([...new Set(unknown)]).toEqual([]);
});

test.each(Object.entries(everyStack))(
  "%s names whatever it can name, so that people and permissions find it by the name of the stack",
  (_stack, synthesize) => {
    const nameless = resourcesOf(synthesize()).flatMap(([type, address, block]) => {
      const attribute = names[type]?.[0];
      return attribute === undefined || typeof block[attribute] === "string" ? [] : [`${address}.${attribute}`];
    });
    expect(nameless).toEqual([]);
  },
);

/** What the names depend on: the longest that there is of each, but for the name of the stack. */
const longest = {
  region: "ap-northeast-1",
  account_id: "123456789012",
  redis_family: "memcached1.6",
};

/** Every name of a stack whose own name is each of `prefixes`, as Terraform makes it. */
function namesOf(stack: Synthesized, prefixes: readonly string[]): readonly (readonly [string, string, string])[] {
  const named = resourcesOf(stack).flatMap(([type, address, block]) => {
    const attribute = names[type]?.[0];
    return attribute === undefined ? [] : [[type, address, String(block[attribute])] as const];
  });
  const locals = Object.fromEntries(
    Object.entries(stack.locals).flatMap(([name, value]) =>
      typeof value === "string" && ["replication_group_id", "vault_landing_bucket"].includes(name)
        ? [[name, value]]
        : [],
    ),
  );
  const inlined = (text: string): string =>
    text
      .replaceAll(
        /\$\{local\.(replication_group_id|vault_landing_bucket)\}/g,
        (_all, name: string) => locals[name] ?? "",
      )
      .replaceAll("local.name", "prefix")
      .replaceAll("each.key", '"0500-006"')
      .replaceAll("count.index", "499");
  const texts = named.map(([, , text]) => `"${inlined(text)}"`);
  const made = evaluated(
    { ...longest, prefixes },
    `[for prefix in local.prefixes : [${texts.join(", ")}]]`,
  ) as readonly (readonly string[])[];
  return made.flatMap((all) => all.map((name, i) => [named[i]?.[0] ?? "", named[i]?.[1] ?? "", name] as const));
}

/** Every prefix that a stack may have, and those at the limit more often. */
const prefix = fc
  .tuple(fc.stringMatching(/^[a-z]([a-z0-9]|-[a-z0-9]){0,17}$/), fc.boolean())
  .map(([text, long]) => (long ? text.padEnd(18, "z") : text))
  .filter((text) => text.length <= 18);

describeTerraform("names", () => {
  test.each(Object.entries(everyStack))("AWS takes every name of %s, whatever prefix it has", (_stack, synthesize) => {
    const stack = synthesize();
    const given = String(stack.locals.name).startsWith("${");
    // The name of a stack that is no cache's is fixed.
    const prefixes = given
      ? ["z".repeat(18), ...fc.sample(prefix, { numRuns: 100, seed: 1 })]
      : [String(stack.locals.name)];
    const refused = namesOf(stack, prefixes).filter(([type, , name]) => {
      const [, most, form] = names[type] ?? ["", 0, /./];
      return name.length > most || !form.test(name);
    });
    expect(refused).toEqual([]);
  });
});

describeTerraform("the final snapshot", () => {
  // https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DeleteReplicationGroup.html
  test.each(Object.entries(cacheStacks))(
    "of %s has a name that AWS takes, whatever prefix it has",
    (_stack, synthesize) => {
      const stack = synthesize();
      const bytes = Number(argumentOf(stack, "random_id.redis_final_snapshot", "byte_length"));
      const [name] = evaluatedArguments([
        {
          stack,
          given: { "local.name": "z".repeat(18), "random_id.redis_final_snapshot": { hex: "f".repeat(2 * bytes) } },
          argument: "${local.final_snapshot_name}",
        },
      ]);
      expect(name).toMatch(/^[a-z]([a-z0-9]|-[a-z0-9])*$/);
      expect(String(name).length).toBeLessThanOrEqual(40);
    },
  );
});

test("a prefix is taken exactly if it has at most 18 characters, begins with a letter, and has single hyphens within", () => {
  const isTaken = (namePrefix: string): boolean => {
    try {
      nameLocals(new TerraformStack(new App(), "cache"), "cache", { namePrefix });
      return true;
    } catch {
      return false;
    }
  };
  const any = fc.string({
    unit: fc.constantFrom("a", "z", "0", "9", "-", "-", "A", "_", ".", " ", "é"),
    maxLength: 21,
  });
  fc.assert(
    fc.property(
      fc.oneof(
        any,
        prefix,
        prefix.map((text) => `${text}-x`),
      ),
      (text) => {
        const parts = text.split("-");
        const allowed =
          text.length <= 18 && /^[a-z]/.test(text) && parts.every((part) => part !== "" && !/[^a-z0-9]/.test(part));
        expect(isTaken(text)).toBe(allowed);
      },
    ),
    { numRuns: 500 },
  );
});
