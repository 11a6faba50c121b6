import { everyStack, type Block, type Synthesized } from "../support/stacks";

/** The blocks of a stack by address; data sources begin with `data.`. */
const blocksOf = ({ resource, data }: Synthesized): ReadonlyMap<string, Block> =>
  new Map(
    [
      ...Object.entries(resource),
      ...Object.entries(data).map(([type, blocks]) => [`data.${type}`, blocks] as const),
    ].flatMap(([type, blocks]) => Object.entries(blocks).map(([name, block]) => [`${type}.${name}`, block] as const)),
  );

/** What a block names with `depends_on`. */
const namedBy = ({ depends_on = [] }: Block): readonly string[] => depends_on as readonly string[];

/** The addresses that a block refers to, through locals as well, and those that it names. */
function neededBy(address: string, stack: Synthesized, blocks: ReadonlyMap<string, Block>): ReadonlySet<string> {
  const found = new Set<string>();
  const seen = new Set<string>();
  const read = (text: string): void => {
    for (const [one] of text.matchAll(/(?<![\w.])(?:data\.)?(?:aws|random|terraform)_\w+\.\w+/g))
      if (blocks.has(one) && one !== address) found.add(one);
    for (const [, local = ""] of text.matchAll(/(?<![\w.])local\.(\w+)/g))
      if (!seen.has(local)) {
        seen.add(local);
        read(JSON.stringify(stack.locals[local] ?? ""));
      }
  };
  read(JSON.stringify(blocks.get(address)));
  return found;
}

/** What each address of a stack needs; a definition of a state machine takes long to search. */
const needs = new Map<Synthesized, ReadonlyMap<string, ReadonlySet<string>>>();

function needsOf(stack: Synthesized): ReadonlyMap<string, ReadonlySet<string>> {
  const known = needs.get(stack);
  if (known !== undefined) return known;
  const blocks = blocksOf(stack);
  const made = new Map([...blocks.keys()].map((address) => [address, neededBy(address, stack, blocks)]));
  needs.set(stack, made);
  return made;
}

/** Everything that Terraform creates before an address. */
function before(address: string, stack: Synthesized): ReadonlySet<string> {
  const all = new Set<string>();
  const visit = (one: string): void => {
    for (const needed of needsOf(stack).get(one) ?? [])
      if (!all.has(needed)) {
        all.add(needed);
        visit(needed);
      }
  };
  visit(address);
  return all;
}

describe.each(Object.entries(everyStack))("%s", (_name, synthesize) => {
  const stack = synthesize();
  const blocks = blocksOf(stack);
  const ofType = (type: string): [string, Block][] => Object.entries(stack.resource[type] ?? {});

  test("can be ordered: nothing needs itself", () => {
    expect([...blocks.keys()].filter((address) => before(address, stack).has(address))).toEqual([]);
  });

  test("names nothing that does not exist", () => {
    const named = [...blocks].flatMap(([address, block]) => namedBy(block).map((one) => [address, one] as const));
    expect(named.filter(([, one]) => !blocks.has(one))).toEqual([]);
  });

  test("creates a state machine after what its role may do, also with a part of the stack: AWS tries the role when the machine is created", () => {
    for (const [name, block] of ofType("aws_sfn_state_machine")) {
      const policies = ofType("aws_iam_role_policy")
        .filter(([, { role }]) => new RegExp(`aws_iam_role\\.${name}(\\[0\\])?\\.`).test(String(role)))
        .map(([policy]) => `aws_iam_role_policy.${policy}`);
      expect(policies).toContain(`aws_iam_role_policy.${name}`);
      expect([name, namedBy(block)]).toEqual([name, expect.arrayContaining(policies)]);
    }
  });

  test("creates a state machine after those that it runs: an execution before that fails", () => {
    const machines = ofType("aws_sfn_state_machine");
    for (const [name, { definition }] of machines) {
      const started = [
        ...String(definition).matchAll(/startExecution\.sync:2","Arguments":\{"StateMachineArn":"([^"]*)"/g),
      ];
      const children = machines.filter(([, child]) =>
        started.some(([, arn = ""]) => arn.endsWith(`:stateMachine:${String(child.name)}`)),
      );
      expect([name, children.length]).toEqual([name, name === "check" ? 1 : 0]);
      for (const [child] of children)
        expect([...before(`aws_sfn_state_machine.${name}`, stack)]).toContain(`aws_sfn_state_machine.${child}`);
    }
  });

  test("creates a schedule after what its role may do: the first run would be refused", () => {
    for (const [name, block] of ofType("aws_scheduler_schedule"))
      expect([name, namedBy(block)]).toEqual([name, expect.arrayContaining(["aws_iam_role_policy.schedules"])]);
  });

  test("creates a rule's target after it may publish: a message before that is lost", () => {
    for (const [name, block] of ofType("aws_cloudwatch_event_target")) {
      const [, topic] = /^\$\{aws_sns_topic\.(\w+)\.arn\}$/.exec(String(block.arn)) ?? [];
      if (topic === undefined) continue;
      const [policy] = ofType("aws_sns_topic_policy").find(([, { arn }]) => arn === block.arn) ?? [];
      expect([name, namedBy(block)]).toEqual([
        name,
        expect.arrayContaining([`aws_sns_topic_policy.${String(policy)}`]),
      ]);
    }
  });

  test("creates a target in another Region after the role that forwards may do so", () => {
    for (const [name, block] of ofType("aws_cloudwatch_event_target").filter(([, one]) => "role_arn" in one))
      expect([name, namedBy(block)]).toEqual([name, ["aws_iam_role_policy.tampering_forward"]]);
  });

  test("creates an alarm on what a check publishes after the schedule of the check", () => {
    const schedule = "check" in (stack.resource.aws_scheduler_schedule ?? {}) ? "check" : "backup_check";
    for (const [name, block] of ofType("aws_cloudwatch_metric_alarm")) {
      if (!JSON.stringify(block).includes('"namespace":"ElastiCacheBackups"')) continue;
      expect([name, namedBy(block)]).toEqual([name, [`aws_scheduler_schedule.${schedule}`]]);
    }
  });
});

const environments = Object.keys(everyStack).filter((name) => !/vault|policy/.test(name));

test.each(
  environments.flatMap((stack) =>
    (
      [
        ["aws_elasticache_replication_group.redis", "aws_sns_topic_policy.redis_events"],
        ["aws_s3_bucket_replication_configuration.vault", "aws_iam_role_policy.vault_replication"],
        ["aws_s3_bucket_replication_configuration.vault", "aws_s3_bucket_policy.vault_landing"],
        ["aws_s3_bucket_replication_configuration.vault", "aws_s3_bucket_versioning.vault_landing"],
        ["aws_sfn_state_machine.vault_copy", "aws_s3_bucket_replication_configuration.vault"],
        ["aws_scheduler_schedule.vault_copy", "aws_sfn_state_machine.vault_copy"],
        ["aws_sfn_state_machine.backup_check", "aws_elasticache_replication_group.redis"],
      ] as const
    ).map(([later, earlier]) => [stack, later, earlier] as const),
  ),
)("%s creates %s after %s", (stack, later, earlier) => {
  const synthesized = everyStack[stack]?.();
  expect(synthesized === undefined ? [] : [...before(later, synthesized)]).toContain(earlier);
});

test("the vault's trail is created after it may write", () => {
  const vault = everyStack["redis-vault"]?.();
  expect(vault === undefined ? [] : [...before("aws_cloudtrail.vault", vault)]).toContain(
    "aws_s3_bucket_policy.vault_data_events",
  );
});

describe.each(environments)("%s", (name) => {
  const { resource } = (everyStack[name] ?? fail(name))();

  test("keeps the parameter group in use until the next one exists: AWS deletes none that is in use", () => {
    expect(resource.aws_elasticache_parameter_group?.redis?.lifecycle).toEqual({ create_before_destroy: true });
  });

  test("gives a new cache a final snapshot of another name", () => {
    expect(resource.aws_elasticache_replication_group?.redis?.lifecycle).toMatchObject({
      replace_triggered_by: ["random_id.redis_final_snapshot"],
    });
  });

  test("restores nothing into a cache that lives, and leaves its restored tag alone", () => {
    expect(resource.aws_elasticache_replication_group?.redis?.lifecycle).toMatchObject({
      ignore_changes: expect.arrayContaining([
        "engine_version",
        "snapshot_name",
        "snapshot_arns",
        'tags["RestoredFrom"]',
        'tags_all["RestoredFrom"]',
      ]) as unknown,
    });
  });

  test("remembers what the cache was created with, and compares it with the variables", () => {
    for (const remembered of ["redis_auth", "redis_engine", "redis_vpc"])
      expect([remembered, resource.terraform_data?.[remembered]?.lifecycle]).toEqual([
        remembered,
        { ignore_changes: ["input"] },
      ]);
  });
});

test("every part of the vault refuses to be destroyed", () => {
  const { resource } = (everyStack["redis-vault"] ?? fail("redis-vault"))();
  const parts = Object.entries(resource).flatMap(([type, blocks]) =>
    type.startsWith("aws_s3_bucket") && "vault" in blocks ? [[type, blocks.vault.lifecycle]] : [],
  );
  expect(parts).toHaveLength(9);
  for (const part of parts) expect(part).toEqual([part[0], { prevent_destroy: true }]);
});

function fail(name: string): never {
  throw new Error(`There is no stack ${name}.`);
}
