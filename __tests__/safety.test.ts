import type { Adopted, ForeignAuth } from "../stacks/cache/adopted";
import { environments, type Environment } from "../stacks/environments";
import { RedisStack } from "../stacks/redis-stack";
import { adoptedProd } from "./support/adopted";
import type { Block, Synthesized } from "./support/stacks";
import { synthesize } from "./support/synthesize";

/** What one run may do with the data. */
const runs = ["plain", "upgrade", "rotateAuth", "unprotect"] as const;
type Run = (typeof runs)[number];

const adoptedWith = (differences: Partial<Adopted>): Environment => ({
  ...adoptedProd,
  adopted: adoptedProd.adopted && { ...adoptedProd.adopted, ...differences },
});
const adoptedWithToken = (live: ForeignAuth["live"]): Environment => {
  const foreign = { managedHere: false, optOutReason: "Its clients present their own." } as const;
  return adoptedWith({
    authToken: live === "users" ? { ...foreign, live, userGroupIds: ["people"] } : { ...foreign, live },
  });
};

const synthesized = new Map<string, Synthesized>();

function stackOf(environment: Environment, run: Run = "plain"): Synthesized {
  const key = JSON.stringify([environment, run]);
  const known = synthesized.get(key);
  if (known !== undefined) return known;
  const stack = synthesize(
    (app) => new RedisStack(app, `redis-${environment.name}`, { ...environment, overrides: { [run]: true } }),
  );
  synthesized.set(key, stack);
  return stack;
}

interface Lifecycle {
  readonly prevent_destroy?: boolean;
  readonly ignore_changes: readonly string[];
  readonly precondition?: readonly { readonly condition: string; readonly error_message: string }[];
  readonly postcondition?: readonly { readonly condition: string; readonly error_message: string }[];
}
const cacheOf = (stack: Synthesized): Block => stack.resource.aws_elasticache_replication_group?.redis ?? {};
const lifecycleOf = (block: Block | undefined): Lifecycle => block?.lifecycle as Lifecycle;
const messages = (rules: Lifecycle["precondition"]): string =>
  (rules ?? []).map(({ error_message }) => error_message).join("\n");

/** In which runs the data may be destroyed or replaced, if Terraform plans it. */
const open = ({ protectData }: Environment): readonly Run[] =>
  protectData ? ["unprotect"] : ["plain", "rotateAuth", "unprotect"];

describe.each<[string, Environment, readonly Run[]]>([
  ...Object.values<Environment>(environments).map((environment): [string, Environment, readonly Run[]] => [
    environment.name,
    environment,
    open(environment),
  ]),
  ["an adopted cluster of dev", { ...environments.dev, adopted: adoptedProd.adopted }, ["unprotect"]],
])("the data of %s", (_name, environment, openIn) => {
  test.each(runs)("in a run that is %s", (run) => {
    const { prevent_destroy = false } = lifecycleOf(cacheOf(stackOf(environment, run)));
    expect(prevent_destroy).toBe(!openIn.includes(run));
  });

  // What the rule says: __tests__/variables/rules.ts.
  test.each(runs)("is lost without a final snapshot, in a run that is %s, only where it is expendable", (run) => {
    const isExpendable = openIn.includes(run) || (!environment.protectData && environment.adopted === null);
    expect(stackOf(environment, run).variable.create_final_snapshot?.validation === undefined).toBe(isExpendable);
  });
});

describe("an upgrade", () => {
  const stack = stackOf(environments.dev, "upgrade");

  test("moves the version, which other runs leave alone", () => {
    expect(lifecycleOf(cacheOf(stack)).ignore_changes).not.toContain("engine_version");
    expect(lifecycleOf(cacheOf(stackOf(environments.dev))).ignore_changes).toContain("engine_version");
  });

  test("goes neither back to Redis OSS nor to an older version, and waits for the window only where the parameter group stays", () => {
    const rules = lifecycleOf(cacheOf(stack)).precondition ?? [];
    expect(rules.map(({ condition }) => condition).slice(0, 3)).toEqual([
      '${!(data.aws_elasticache_cluster.live.engine == "valkey" && var.engine == "redis")}',
      "${local.requested_version >= local.live_version}",
      "${var.apply_immediately || data.aws_elasticache_cluster.live.parameter_group_name == aws_elasticache_parameter_group.redis.name}",
    ]);
  });
});

describe("a rotation", () => {
  test("adds a token beside the one that clients have, and the next deploy leaves the new one only", () => {
    const strategy = (run: Run): unknown => cacheOf(stackOf(environments.dev, run)).auth_token_update_strategy;
    expect(strategy("rotateAuth")).toBe('${var.enable_auth ? "ROTATE" : null}');
    expect(strategy("plain")).toBe('${var.enable_auth ? "SET" : null}');
  });

  test("needs AUTH", () => {
    const rules = lifecycleOf(cacheOf(stackOf(environments.dev, "rotateAuth"))).precondition;
    expect(rules).toContainEqual({
      condition: "${var.enable_auth}",
      error_message: expect.stringContaining("ROTATE_AUTH_STACK is set, but enable_auth is false") as unknown,
    });
  });
});

describe("an adopted cluster", () => {
  const stack = stackOf(adoptedProd);
  const withImports = stack as Synthesized & { readonly import: readonly object[] };

  test("is imported while it lives, and not when it is to be restored", () => {
    expect(withImports.import).toContainEqual({
      for_each:
        '${var.restore_from_snapshot == null && var.restore_from_vault == null ? toset(["orders"]) : toset([])}',
      to: "aws_elasticache_replication_group.redis",
      id: "${each.value}",
    });
  });

  test("is what its entry opts out of, and no more", () => {
    expect(cacheOf(stack)).toMatchObject({
      at_rest_encryption_enabled: "false",
      transit_encryption_enabled: false,
      multi_az_enabled: false,
      automatic_failover_enabled: true,
    });
    const follows = adoptedWith({ encryptionAtRest: true, encryptionInTransit: true, authToken: true, multiAz: true });
    expect(cacheOf(stackOf(follows))).toMatchObject({
      at_rest_encryption_enabled: "true",
      transit_encryption_enabled: true,
      transit_encryption_mode: "required",
      multi_az_enabled: true,
    });
  });

  test.each<[Adopted["encryptionInTransit"], enabled: boolean, mode: string | undefined]>([
    [true, true, "required"],
    [{ mode: "preferred", optOutReason: "Clients move to TLS." }, true, "preferred"],
    [{ mode: "disabled", optOutReason: "It was created without." }, false, undefined],
  ])("whose entry says %j of TLS is reached so, and no otherwise", (encryptionInTransit, enabled, mode) => {
    const cache = cacheOf(stackOf(adoptedWith({ encryptionInTransit })));
    expect(cache.transit_encryption_enabled).toBe(enabled);
    expect(cache.transit_encryption_mode).toBe(mode);
  });

  test("asks for AUTH by default once the stack manages its token", () => {
    expect(stackOf(adoptedWith({ authToken: true })).variable.enable_auth?.default).toBe(true);
  });

  test("keeps its parameters beside those of the variables", () => {
    const { parameter } = stack.resource.aws_elasticache_parameter_group?.redis ?? {};
    expect(parameter).toContainEqual({ name: "timeout", value: "300" });
    expect(parameter).toContainEqual({ name: "maxmemory-policy", value: "${var.maxmemory_policy}" });
  });

  test("is compared with the subnets and the engine that the variables name", () => {
    const subnets = stack.data.aws_elasticache_subnet_group?.redis;
    expect(lifecycleOf(subnets).postcondition).toEqual([
      {
        condition: "${toset(self.subnet_ids) == toset(var.private_subnet_ids)}",
        error_message: expect.stringContaining("are not the subnets of ${self.name}") as unknown,
      },
    ]);
    expect(messages(lifecycleOf(cacheOf(stack)).postcondition)).toContain("Set them to what the cluster runs");
    expect(messages(lifecycleOf(cacheOf(stackOf(adoptedProd, "upgrade"))).postcondition)).not.toContain("Set them to");
  });

  test("whose token nobody here knows keeps it", () => {
    expect(lifecycleOf(cacheOf(stackOf(adoptedWithToken("token")))).ignore_changes).toEqual(
      expect.arrayContaining(["auth_token", "auth_token_update_strategy"]),
    );
  });

  test("whose clients are users keeps their groups, when it is restored too", () => {
    const cache = cacheOf(stackOf(adoptedWithToken("users")));
    expect(cache.user_group_ids).toEqual(["people"]);
    expect(messages(lifecycleOf(cache).precondition)).not.toContain("without AUTH");
    expect(messages(lifecycleOf(cache).precondition)).toContain("either users or an AUTH token");
    expect(cacheOf(stack).user_group_ids).toBeUndefined();
  });

  test("keeps its description, its network, and where its logs go", () => {
    const cache = cacheOf(
      stackOf(
        adoptedWith({
          description: "orders of ${shop}",
          network: { type: "dual_stack", ipDiscovery: "ipv6" },
          logDelivery: {
            "slow-log": { destinationType: "kinesis-firehose", destination: "slow", format: "text" },
          },
        }),
      ),
    );
    expect(cache).toMatchObject({
      description: "orders of $${shop}",
      network_type: "dual_stack",
      ip_discovery: "ipv6",
      dynamic: {
        log_delivery_configuration: {
          content: {
            destination:
              '${{ "slow-log" = "slow", "engine-log" = aws_cloudwatch_log_group.redis_engine_log.name }[log_delivery_configuration.value]}',
            destination_type:
              '${lookup({ "slow-log" = "kinesis-firehose" }, log_delivery_configuration.value, "cloudwatch-logs")}',
            log_format: '${lookup({ "slow-log" = "text" }, log_delivery_configuration.value, "json")}',
          },
        },
      },
    });
  });

  test("with a token is not restored, nor replaced, without AUTH", () => {
    const environment = adoptedWithToken("token");
    const plain = lifecycleOf(cacheOf(stackOf(environment))).precondition;
    expect(plain).toContainEqual({
      condition: "${var.restore_from_snapshot == null && var.restore_from_vault == null}",
      error_message: expect.stringContaining("A cluster restored now would accept clients without AUTH") as unknown,
    });
    const unprotected = lifecycleOf(cacheOf(stackOf(environment, "unprotect"))).precondition;
    expect(messages(unprotected)).toContain("can be destroyed (cdktf destroy), but not replaced");
  });

  test("without AUTH may be restored", () => {
    const rules = lifecycleOf(cacheOf(stackOf(adoptedWithToken("none")))).precondition;
    expect(messages(rules)).not.toContain("without AUTH, because");
  });
});

test("a key with which alarms cannot publish is refused, instead of losing every alert", () => {
  const key = stackOf(environments.prod).data.aws_kms_key?.alerts;
  expect(key?.for_each).toContain("var.alerts_kms_key_id");
  expect(lifecycleOf(key).postcondition).toContainEqual({
    condition: '${self.key_manager == "CUSTOMER"}',
    error_message: expect.stringContaining("is managed by AWS") as unknown,
  });
});
