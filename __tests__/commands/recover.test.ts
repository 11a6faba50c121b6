import { ElastiCacheClient } from "@aws-sdk/client-elasticache";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { setTimeout } from "node:timers/promises";
import {
  awaitCache,
  checkEngine,
  group,
  incarnation,
  problemOf,
  withFinalSnapshot,
} from "../../scripts/commands/recover/cache";
import { addressIn, providerAlias } from "../../scripts/commands/recover/existing";
import type { Search } from "../../scripts/commands/recover/found";
import { lookUp } from "../../scripts/commands/recover/look-up";
import { read, type Change } from "../../scripts/commands/recover/plan";
import { resources, type Values } from "../../scripts/commands/recover/resources";
import { idsOf, isTainted, write, type Imported, type State } from "../../scripts/commands/recover/state";
import type { RunOptions } from "../../scripts/shared/terraform";
import { lacksToken } from "../../scripts/commands/recover/token";
import { stacks, type Synthesized } from "../support/stacks";

jest.mock("node:timers/promises");

test.each(Object.entries(stacks))("npm run recover knows every type of resource in %s", (_name, synthesize) => {
  const unknown = Object.keys(synthesize().resource).filter((type) => !(type in resources));
  // scripts/commands/recover/resources.ts says how each is found in AWS after a deploy died.
  expect(unknown).toEqual([]);
});

const instance = (attributes: Values, more: object = {}) => ({ schema_version: 0, attributes, ...more });
const stateOf = (
  ...all: readonly [type: string, name: string, ...instances: ReturnType<typeof instance>[]][]
): State => ({
  version: 4,
  lineage: "",
  serial: 1,
  resources: all.map(([type, name, ...instances]) => ({ mode: "managed", type, name, provider: "", instances })),
});
const searchOf = (live: Values | undefined, variables: Values): Search => ({
  found:
    live === undefined
      ? []
      : [
          {
            address: group,
            id: "dev-redis-cluster",
            replaced: false,
            imported: {
              type: "aws_elasticache_replication_group",
              name: "redis",
              index: undefined,
              provider: "",
              schemaVersion: 0,
              attributes: live,
            },
          },
        ],
  foreign: [],
  leftBehind: [],
  variables,
  region: "ap-northeast-1",
  name: "dev-redis",
});

/** What was found beside a cache. */
const other: Search["found"][number] = {
  ...{ address: "aws_sns_topic.redis_events", id: "arn", replaced: false },
  imported: {
    ...{ type: "aws_sns_topic", name: "redis_events", index: undefined, provider: "", schemaVersion: 0 },
    attributes: { id: "arn" },
  },
};

test.each(["aws_sns_topic.redis_events", "aws_iam_role.a[0]", 'aws_cloudwatch_metric_alarm.evictions["1"]'])(
  "Terraform says that AWS lacks %s",
  (address) => {
    const detail = `While attempting to import an existing object to ${JSON.stringify(address)}, the provider detected that no object exists with the given id.`;
    expect(addressIn(detail)).toBe(address);
  },
);

test("what was replaced by something newer is not taken for it", () => {
  const old = instance({ id: "dev-redis-redis7" }, { deposed: "459a8e13" });
  const state = stateOf(["aws_elasticache_parameter_group", "redis", old]);
  expect(idsOf(state).has("aws_elasticache_parameter_group.redis")).toBe(false);
});

test("what Terraform has only read is not in the state as something to import, nor written over", () => {
  const data = stateOf(["aws_sns_topic", "redis_events", instance({ id: "read" })]);
  const state: State = { ...data, resources: data.resources.map((one) => ({ ...one, mode: "data" })) };
  expect(idsOf(state)).toEqual(new Map());
  expect(written(state, topicOf({ name: "redis_events" })).resources).toMatchObject([
    { mode: "data", instances: [{ attributes: { id: "read" } }] },
    { mode: "managed", instances: [{ attributes: { id: "new" } }] },
  ]);
});

test.each<[string, State["resources"][number]["type"], string, string]>([
  ["another type", "aws_sqs_queue", "redis_events", "aws_sqs_queue.redis_events"],
  ["another name", "aws_sns_topic", "redis_alarms", "aws_sns_topic.redis_alarms"],
  ["a name that begins with its own", "aws_sns_topic", "redis_events_eu", "aws_sns_topic.redis_events_eu"],
  ["a type that begins with its own", "aws_sns_topic_policy", "redis_events", "aws_sns_topic_policy.redis_events"],
  ["a name that ends with its own", "aws_sns_topic", "eu_redis_events", "aws_sns_topic.eu_redis_events"],
])("what is written stands beside what has %s", (_what, type, name, address) => {
  const after = written(stateOf([type, name, instance({ id: "older" })]), topicOf({ name: "redis_events" }));
  expect(Object.fromEntries(idsOf(after))).toEqual({ [address]: "older", "aws_sns_topic.redis_events": "new" });
});

/** The state after this was written into it. */
function written(before: State, ...all: readonly Imported[]): State {
  let pushed = "";
  write(
    (_args, { input = "" }: RunOptions = {}) => {
      pushed = input;
      return { ok: true, status: 0, stdout: "", text: "" };
    },
    before,
    all,
  );
  return JSON.parse(pushed) as State;
}

const topicOf = (more: Partial<Imported>): Imported => ({
  ...{ type: "aws_sns_topic", name: "redis_events", index: undefined, schemaVersion: 0 },
  ...{ provider: "registry.terraform.io/hashicorp/aws", attributes: { id: "new" } },
  ...more,
});

test("what the state has in the place of something newer is left to the next deploy, which destroys it", () => {
  const before = stateOf(["aws_elasticache_parameter_group", "redis", instance({ id: "dev-redis-redis7" })]);
  const newer: Imported = {
    type: "aws_elasticache_parameter_group",
    name: "redis",
    index: undefined,
    provider: "registry.terraform.io/hashicorp/aws",
    schemaVersion: 0,
    attributes: { id: "dev-redis-valkey8" },
  };
  let pushed = "";
  write(
    ([, command], { input = "" }: RunOptions = {}) => {
      if (command === "push") pushed = input;
      return { ok: true, status: 0, stdout: "", text: "" };
    },
    before,
    [newer],
  );
  const after = JSON.parse(pushed) as State;
  expect(after.serial).toBe(2);
  expect(after.resources[0]?.instances).toEqual([
    expect.objectContaining({
      attributes: { id: "dev-redis-redis7" },
      deposed: expect.stringMatching(/^[0-9a-f]{8}$/) as unknown,
    }),
    { schema_version: 0, attributes: { id: "dev-redis-valkey8" } },
  ]);
  expect(idsOf(after).get("aws_elasticache_parameter_group.redis")).toBe("dev-redis-valkey8");
});

test("a cache whose creation was not seen to end well is known", () => {
  expect(isTainted(stateOf(["aws_elasticache_replication_group", "redis", instance({})]), group)).toBe(false);
  const unfinished = instance({}, { status: "tainted" });
  expect(isTainted(stateOf(["aws_elasticache_replication_group", "redis", unfinished]), group)).toBe(true);
});

test("what clients use is taken back, and what it takes the place of is forgotten, not destroyed", () => {
  const secret = (id: string) => instance({ id }, { index_key: 0 });
  const before = stateOf(
    ["aws_secretsmanager_secret", "redis_auth", secret("of the deploy that died")],
    ["aws_secretsmanager_secret_version", "redis_auth", secret("its version")],
    ["aws_secretsmanager_secret", "redis_auth_eu", secret("of something else")],
    ["aws_sns_topic", "redis_events", instance({ id: "topic" })],
  );
  let pushed = "";
  const terraform = (_args: readonly string[], { input = "" }: RunOptions = {}) => {
    pushed = input;
    return { ok: true, status: 0, stdout: "", text: "" };
  };
  const used: Imported = {
    type: "aws_secretsmanager_secret",
    name: "redis_auth",
    index: 0,
    provider: "registry.terraform.io/hashicorp/aws",
    schemaVersion: 0,
    attributes: { id: "used" },
  };
  const superseded = ["aws_secretsmanager_secret.redis_auth[0]", "aws_secretsmanager_secret_version.redis_auth[0]"];
  write(terraform, before, [used], superseded);
  expect(Object.fromEntries(idsOf(JSON.parse(pushed) as State))).toEqual({
    "aws_secretsmanager_secret.redis_auth[0]": "used",
    "aws_secretsmanager_secret.redis_auth_eu[0]": "of something else",
    "aws_sns_topic.redis_events": "topic",
  });
  expect(pushed).not.toContain("deposed");
});

test("what is in another Region than the stack is written with the provider of that Region", () => {
  const address = "aws_cloudwatch_event_rule.tampering_roles_forward[0]";
  const stack: Pick<Synthesized, "resource"> = stacks["redis-dev"]?.() ?? { resource: {} };
  expect(providerAlias(stack, address)).toBe("global");
  expect(providerAlias(stack, "aws_cloudwatch_event_rule.tampering_role_changed")).toBeUndefined();
  let pushed = "";
  const terraform = (_args: readonly string[], { input = "" }: RunOptions = {}) => {
    pushed = input;
    return { ok: true, status: 0, stdout: "", text: "" };
  };
  const rule: Imported = {
    type: "aws_cloudwatch_event_rule",
    name: "tampering_roles_forward",
    index: 0,
    provider: "registry.terraform.io/hashicorp/aws",
    alias: providerAlias(stack, address),
    schemaVersion: 0,
    attributes: { id: "dev-redis-tampering-roles-ap-northeast-1" },
  };
  write(terraform, stateOf(), [rule]);
  expect((JSON.parse(pushed) as State).resources[0]?.provider).toBe(
    'provider["registry.terraform.io/hashicorp/aws"].global',
  );
});

/** A client of AWS, as far as it is stood in for here. */
interface Asked {
  send(asked: { readonly input: object }): Promise<object | undefined>;
}

describe("what AWS says of the cache in the state", () => {
  const aws = jest.spyOn(ElastiCacheClient.prototype as Asked, "send");
  const [lifeType = "", lifeName = ""] = incarnation.split(".");
  const cacheOf = (more: object = {}) =>
    stateOf(
      ["aws_elasticache_replication_group", "redis", instance({ replication_group_id: "dev-redis-cluster" }, more)],
      [lifeType, lifeName, instance({ hex: "1a2b3c4d" })],
    );
  const has = (status: string | undefined, snapshots: readonly string[]): void => {
    aws.mockImplementation((asked) => {
      const { ReplicationGroupId: id, SnapshotName: name } = asked.input as Record<string, string | undefined>;
      if (id === "dev-redis-cluster" && status !== undefined)
        return Promise.resolve({ ReplicationGroups: [{ Status: status }] });
      if (name !== undefined && snapshots.includes(name))
        return Promise.resolve({ Snapshots: [{ SnapshotName: name }] });
      const what = id === undefined ? "Snapshot" : "ReplicationGroup";
      return Promise.reject(Object.assign(new Error(), { name: `${what}NotFoundFault` }));
    });
  };
  const final = "dev-redis-final-1a2b3c4d";

  afterEach(() => aws.mockReset());
  afterAll(() => {
    aws.mockRestore();
  });

  test.each([
    ["available", [], {}, undefined],
    ["available", [], { status: "tainted" }, "unfinished"],
    [undefined, [], { status: "tainted" }, undefined],
    [undefined, [final], {}, "ended"],
    ["deleting", [final], {}, "ended"],
    ["available", [final], {}, "without a name for its final snapshot"],
    ["available", ["dev-redis-final-another"], {}, undefined],
  ])("it is %s, with the snapshots %j, and in the state with %j: %j", async (status, snapshots, more, problem) => {
    has(status, snapshots);
    expect(await problemOf(cacheOf(more), searchOf(undefined, {}))).toBe(problem);
  });

  test.each(["create-failed", "restore-failed"])("that AWS could not create is deleted first: %s", async (status) => {
    has(status, []);
    await expect(problemOf(cacheOf({ status: "tainted" }), searchOf(undefined, {}))).rejects.toThrow(
      new RegExp(`is ${status}\\. AWS could not create it, .* delete-replication-group .* run the command again`),
    );
  });

  test("whatever else was found, it is looked at unless it was found itself", async () => {
    has("available", []);
    const state = cacheOf({ status: "tainted" });
    const alike = { ...other, address: `${group}_sessions` };
    expect(await problemOf(state, { ...searchOf(undefined, {}), found: [other, alike] })).toBe("unfinished");
    expect(await problemOf(state, { ...searchOf({}, {}), found: [other, ...searchOf({}, {}).found] })).toBeUndefined();
  });

  test("AWS is not asked of an empty state", async () => {
    expect(await problemOf(stateOf(), searchOf(undefined, {}))).toBeUndefined();
    expect(await problemOf(stateOf(), searchOf({}, {}))).toBeUndefined();
    expect(aws).not.toHaveBeenCalled();
  });
});

describe("a cache that AWS is still changing", () => {
  let aws: jest.SpyInstance;
  let shown: jest.SpyInstance;
  const through = (...statuses: readonly (string | undefined)[]): void => {
    let at = 0;
    aws = jest.spyOn(ElastiCacheClient.prototype as Asked, "send").mockImplementation(() => {
      const status = statuses[at];
      if (at === statuses.length) throw new Error("AWS is asked again.");
      at += 1;
      return status === undefined
        ? Promise.reject(Object.assign(new Error(), { name: "ReplicationGroupNotFoundFault" }))
        : Promise.resolve({ ReplicationGroups: [{ Status: status }] });
    });
    shown = jest.spyOn(console, "error").mockReturnValue();
    jest.mocked(setTimeout).mockReset().mockResolvedValue(undefined);
  };

  afterEach(() => {
    aws.mockRestore();
    shown.mockRestore();
  });

  test.each([
    [["creating", "modifying", "available"]],
    [["deleting", "deleting", undefined]],
    [["creating", "creating", "creating", "available"]],
  ])("is awaited, and that is said once: %j", async (statuses) => {
    through(...statuses);
    await awaitCache("ap-northeast-1", "dev-redis-cluster");
    expect(aws).toHaveBeenCalledTimes(statuses.length);
    expect(jest.mocked(setTimeout)).toHaveBeenCalledTimes(statuses.length - 1);
    // In seconds: less is throttled by AWS, more keeps somebody waiting.
    const pauses = jest.mocked(setTimeout).mock.calls.map(([milliseconds = 0]) => milliseconds / 1000);
    expect(pauses.filter((seconds) => seconds < 2 || seconds > 20)).toEqual([]);
    expect(shown.mock.calls).toEqual([
      [`dev-redis-cluster is ${statuses[0] ?? ""}. Waiting until AWS is done with it, which takes some minutes ...`],
    ]);
  });

  test.each([["available"], [undefined]])("is not awaited when it is %j already", async (status) => {
    through(status);
    await awaitCache("ap-northeast-1", "dev-redis-cluster");
    expect([shown, jest.mocked(setTimeout)].map(({ mock }) => mock.calls)).toEqual([[], []]);
  });

  test("is asked of again only when a pause has ended", async () => {
    through("creating", "creating", "creating", "available");
    const asked: number[] = [];
    jest.mocked(setTimeout).mockImplementation(async () => {
      asked.push(aws.mock.calls.length);
      await new Promise(setImmediate);
      asked.push(aws.mock.calls.length);
      return undefined;
    });
    await awaitCache("ap-northeast-1", "dev-redis-cluster");
    expect(asked).toEqual([1, 1, 2, 2, 3, 3]);
  });

  test("ends the command when AWS cannot create it", async () => {
    through("creating", "create-failed");
    await expect(awaitCache("ap-northeast-1", "dev-redis-cluster")).rejects.toThrow(/is create-failed\. AWS could not/);
  });

  test("is none where the state has no id", async () => {
    through();
    await expect(awaitCache("ap-northeast-1", undefined)).resolves.toBeUndefined();
  });
});

test("secrets are looked for on every page; the one that clients use is taken, and the others are told", async () => {
  const address = "aws_secretsmanager_secret.redis_auth[0]";
  const change: Change = {
    address,
    mode: "managed",
    type: "aws_secretsmanager_secret",
    name: "redis_auth",
    provider_name: "",
    change: { actions: ["create"], before: null, after: { name_prefix: "dev-redis-auth-token-" } },
  };
  const plan = {
    variables: {},
    resource_changes: [change],
    planned_values: { root_module: { resources: [] } },
  };
  const secret = (suffix: string, day: number, stages: readonly string[], Stack = "redis-dev") => ({
    ARN: `arn:${suffix}`,
    Name: `dev-redis-auth-token-${suffix}`,
    CreatedDate: new Date(Date.UTC(2026, 0, day)),
    SecretVersionsToStages: { v: stages },
    Tags: [{ Key: "RedisBackupStack", Value: Stack }],
  });
  const pages = [
    { SecretList: [secret("empty", 3, []), secret("another's", 4, ["AWSCURRENT"], "redis-prod")], NextToken: "more" },
    { SecretList: [secret("used", 2, ["AWSCURRENT"]), secret("older", 1, ["AWSCURRENT"])] },
  ];
  const aws = jest.spyOn(SecretsManagerClient.prototype as Asked, "send");
  try {
    aws.mockImplementation((asked) =>
      Promise.resolve(pages["NextToken" in asked.input && asked.input.NextToken === "more" ? 1 : 0]),
    );
    const { candidates, leftBehind } = await lookUp("redis-dev", "ap-northeast-1", plan, new Map());
    expect(candidates.get(address)).toBe("arn:used");
    expect(leftBehind).toEqual(["arn:older", "arn:empty"]);
  } finally {
    aws.mockRestore();
  }
});

test("what a data source has read is found by its address, and nothing where it was not read", () => {
  const resources = [
    { address: "data.aws_partition.current", values: { partition: "aws" } },
    { address: "data.aws_caller_identity.current_of_vault", values: { account_id: "222222222222" } },
    { address: "data.aws_caller_identity.current", values: { account_id: "111111111111" } },
  ];
  const plan = {
    variables: {},
    resource_changes: [],
    planned_values: { root_module: { resources: [] } },
    prior_state: { values: { root_module: { resources } } },
  };
  expect(read(plan, "data.aws_caller_identity.current")).toEqual({ account_id: "111111111111" });
  expect(read(plan, "data.aws_region.current")).toEqual({});
});

test.each([
  ["none", "a token", false],
  ["710a7ae7", "a token", false],
  ["710a7ae7", null, true],
  ["none", null, false],
])(
  "with the tag %j and the token %j in the state, the token is lacking: %j",
  (AuthTokenFingerprint, token, lacking) => {
    const cache = instance({ auth_token: token, tags_all: { AuthTokenFingerprint } });
    expect(lacksToken(stateOf(["aws_elasticache_replication_group", "redis", cache]))).toBe(lacking);
  },
);

test.each([
  ["redis", "7.1", "redis", "7.1"],
  // AWS moved it.
  ["redis", "7.1", "redis", "7.0"],
  ["redis", "6.2", "redis", "6.x"],
  ["redis", "5.0.6", "redis", "5.0.6"],
  ["redis", "5.0.6", "redis", "5.0.5"],
  ["redis", "7.0", "redis", "7"],
  ["redis", "7", "redis", "7.0"],
])("a live %s %s can have been deployed as %s %s", (engine, engine_version, asked, redis_version) => {
  const search = searchOf({ engine, engine_version }, { engine: asked, redis_version });
  expect(() => {
    checkEngine(search);
  }).not.toThrow();
});

test.each([
  ["redis", "7.0", "redis", "7.1"],
  ["redis", "7.1", "valkey", "7.2"],
  ["valkey", "8.0", "valkey", "7.2"],
  ["redis-next", "7.1", "redis", "7.1"],
  ["redis", "7.1", "redis", "71.0"],
  ["redis", "71.0", "redis", "7.0"],
])("a live %s %s cannot have been deployed as %s %s", (engine, engine_version, asked, redis_version) => {
  const search = searchOf({ engine, engine_version }, { engine: asked, redis_version });
  expect(() => {
    checkEngine(search);
  }).toThrow(`--var=engine=${engine} --var=redis_version=${engine_version} at its end`);
});

test("the engine of whatever else was found does not matter", () => {
  const search = searchOf({ engine: "redis", engine_version: "7.1" }, { engine: "redis", redis_version: "7.1" });
  expect(() => {
    checkEngine({ ...search, found: [other] });
    checkEngine({ ...search, found: [other, ...search.found] });
    checkEngine({ ...search, found: [{ ...other, address: `${group}_sessions` }, ...search.found] });
  }).not.toThrow();
});

describe("a cache that is taken back has a name for its final snapshot", () => {
  const finalOf = (state: State, create_final_snapshot: boolean): unknown => {
    const search = searchOf({ id: "dev-redis-cluster" }, { create_final_snapshot });
    return withFinalSnapshot(search.found, state, search)[0]?.imported?.attributes.final_snapshot_identifier;
  };

  test("of its own", () => {
    expect(finalOf(stateOf(), true)).toMatch(/^dev-redis-final-[0-9a-f]{8}$/);
    expect(finalOf(stateOf(), true)).not.toBe(finalOf(stateOf(), true));
  });

  test("as the state has it", () => {
    const [type = "", name = ""] = incarnation.split(".");
    expect(finalOf(stateOf([type, name, instance({ hex: "1a2b3c4d" })]), true)).toBe("dev-redis-final-1a2b3c4d");
  });

  test("and nothing else gets one", () => {
    const search = searchOf({ id: "dev-redis-cluster" }, { create_final_snapshot: true });
    const secret = { ...other, address: "aws_secretsmanager_secret_version.redis_auth[0]", imported: null };
    const [cache] = search.found;
    // A cache of somebody's own, added to the stack.
    const alike = { ...other, address: `${group}_sessions`, imported: cache?.imported ?? null };
    const found = [other, ...search.found, { ...secret }, alike];
    const after = withFinalSnapshot(found, stateOf(), search);
    expect([after[0], after[2], after[3]]).toEqual([other, secret, alike]);
    expect(after[1]?.imported?.attributes).toEqual({
      ...cache?.imported?.attributes,
      final_snapshot_identifier: expect.any(String) as unknown,
    });
  });

  test("and none where none is taken", () => {
    expect(finalOf(stateOf(), false)).toBeUndefined();
  });
});
