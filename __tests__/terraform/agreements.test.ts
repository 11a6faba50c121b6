import { RedisStack } from "../../stacks/redis-stack";
import { adoptedProd } from "../support/adopted";
import { cacheStacks } from "../support/expressions";
import type { Block, Synthesized } from "../support/stacks";
import { synthesize as synthesized } from "../support/synthesize";

// What two places of a stack must agree on, although nothing makes them: another topic, port or state machine is as good to Terraform.

const stacks: Readonly<Record<string, () => Synthesized>> = {
  ...cacheStacks,
  "redis-adopted": () => synthesized((app) => new RedisStack(app, "redis-prod", adoptedProd)),
};

const block = ({ resource }: Synthesized, type: string, name: string): Block => {
  const found = resource[type]?.[name];
  if (found === undefined) throw new Error(`There is no ${type}.${name}.`);
  return found;
};
const definition = (stack: Synthesized, machine: string): string =>
  String(block(stack, "aws_sfn_state_machine", machine).definition);

describe.each(Object.entries(stacks))("%s", (_name, synthesize) => {
  const stack = synthesize();
  const cache = block(stack, "aws_elasticache_replication_group", "redis");

  test("checks that nodes publish to the topic that the cache is told to publish to", () => {
    const [, checked] = /TopicArn = '([^']+)'/.exec(definition(stack, "backup_check")) ?? [];
    expect(checked).toBe(cache.notification_topic_arn);
  });

  test("lets clients in, those of restore tests too, on the port that the cache listens on", () => {
    const rules = Object.entries(stack.resource.aws_vpc_security_group_ingress_rule ?? {});
    const ports = rules.flatMap(([rule, { from_port, to_port }]) => [
      [rule, from_port],
      [rule, to_port],
    ]);
    expect(ports.length).toBeGreaterThan(3);
    expect(ports).toEqual(ports.map(([rule]) => [rule, cache.port]));
    const text = definition(stack, "restore_test");
    const restored = [...text.matchAll(/'Port': (\S+?),|"(?:FromPort|ToPort|port)":"\{% (.+?) %\}"/g)];
    expect(restored.map(([, created, called]) => created ?? called)).toEqual(restored.map(() => cache.port));
    expect(restored).toHaveLength(4);
  });

  test("restores tests with the key, and into the subnets, of the cache", () => {
    const text = definition(stack, "restore_test");
    expect(cache.kms_key_id).toBe("${var.kms_key_id}");
    expect(stack.locals.cache_key).toBe('${var.kms_key_id == null ? "" : var.kms_key_id}');
    expect([...text.matchAll(/'KmsKeyId': '([^']*)'/g)].map(([, key]) => key)).toEqual(["${local.cache_key}"]);
    expect([...text.matchAll(/'CacheSubnetGroupName': '([^']*)'/g)].map(([, of]) => of)).toEqual([
      "${local.subnet_group_name}",
    ]);
    expect(stack.locals.subnet_group_name).toBe(cache.subnet_group_name);
  });

  // What each is scheduled by: the check and the source of snapshots have rates of their own.
  test.each(Object.keys(stack.resource.aws_scheduler_schedule ?? {}))(
    "schedules %s as its own variables say",
    (name) => {
      const { target, schedule_expression, state, count } = block(stack, "aws_scheduler_schedule", name);
      const { arn } = target as { readonly arn: string };
      const physical = name.replaceAll("_", "-");
      expect(arn).toMatch(
        new RegExp(`^\\$\\{aws_sfn_state_machine\\.${name}\\.arn\\}$|:stateMachine:\\$\\{local\\.name\\}-${physical}$`),
      );
      const read = [...JSON.stringify([schedule_expression, state, count]).matchAll(/var\.(\w+)/g)].map(
        ([, one]) => one,
      );
      const own = [`${name}_schedule`, `enable_${name}`, "vault_bucket_arn"];
      expect(read.filter((one = "") => !own.includes(one))).toEqual([]);
      expect(read.includes(`${name}_schedule`)).toBe(`${name}_schedule` in stack.variable);
    },
  );

  test.each(["manual_backup", "restore_test", "vault_copy"])(
    "starts %s, and nothing else, by the command of that name",
    (name) => {
      const value = name === "vault_copy" ? stack.locals.vault_copy_command : stack.output[`${name}_command`]?.value;
      const [, started = ""] = / start-execution --state-machine-arn (\S+) /.exec(String(value)) ?? [];
      expect(started).toMatch(
        new RegExp(
          `aws_sfn_state_machine\\.${name}\\.arn|:stateMachine:\\$\\{local\\.name\\}-${name.replaceAll("_", "-")}$`,
        ),
      );
    },
  );
});
