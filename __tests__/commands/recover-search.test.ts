import { ElastiCacheClient } from "@aws-sdk/client-elasticache";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { existing } from "../../scripts/commands/recover/existing";
import { search } from "../../scripts/commands/recover/found";
import { lookUp } from "../../scripts/commands/recover/look-up";
import type { Change, Plan } from "../../scripts/commands/recover/plan";
import type { WrittenStack } from "../../scripts/shared/synthesize";
import * as shared from "../../scripts/shared/terraform";
import type { Run } from "../../scripts/shared/terraform";

// What is taken for the stack's own, of what AWS has and the state lacks. Terraform and AWS themselves: __tests__/e2e.
jest.mock("node:timers/promises");
jest.mock("../../scripts/commands/recover/look-up", () => ({ lookUp: jest.fn() }));
jest.mock("../../scripts/commands/recover/existing", () => ({
  ...jest.requireActual<object>("../../scripts/commands/recover/existing"),
  existing: jest.fn(),
}));
jest.mock("../../scripts/shared/terraform", () => ({
  ...jest.requireActual<typeof shared>("../../scripts/shared/terraform"),
  terraformIn: jest.fn(),
}));

const tagged = (stack: string) => ({ tags_all: { RedisBackupStack: stack } });

/** What a plan says of an address that it imports. */
const imports = (address: string, before: object | null, actions: readonly string[] = ["no-op"]): Change => {
  const [type = "", name = ""] = address.split(".");
  return {
    ...{ address, mode: "managed", type, name, provider_name: "registry.terraform.io/hashicorp/aws" },
    change: { actions, before: before as Change["change"]["before"], after: {} },
  };
};

const planOf = (...changes: readonly Change[]): Plan => ({
  variables: { enable_auth: { value: true } },
  resource_changes: changes,
  planned_values: {
    outputs: { recovered_name: { value: "dev-redis" } },
    root_module: { resources: changes.map(({ address }, i) => ({ address, schema_version: i + 1 })) },
  },
});

const absent = (address: string): object => ({
  type: "diagnostic",
  diagnostic: {
    severity: "error",
    summary: "Cannot import non-existent remote object",
    detail: `While attempting to import an existing object to ${JSON.stringify(address)}, the provider detected that no object exists with the given id.`,
  },
});
const failed = (...errors: readonly object[]): Run => {
  const stdout = errors.map((error) => JSON.stringify(error)).join("\n");
  return { ok: false, status: 1, stdout, text: "what Terraform printed" };
};

const stack: WrittenStack = JSON.parse(
  JSON.stringify({
    ...{ name: "redis-dev", folder: undefined, variable: { vpc_id: { type: "string" } } },
    terraform: { required_version: ">= 1.9", backend: { s3: {} } },
    provider: { aws: [{ region: "ap-northeast-1" }] },
    resource: { aws_sns_topic: { redis_events: { provider: "aws.global" } } },
    import: [{ to: "aws_sns_topic.adopted" }],
  }),
) as WrittenStack;

/**
 * Searches, where AWS may have `candidates`. Each plan is one of `plans`, the last one repeated; the first one is that without imports.
 *
 * @returns what was found, and the imports of each plan
 */
async function searched(candidates: readonly string[], ...plans: readonly (Plan | Run)[]) {
  const tried: string[][] = [];
  const configurations: unknown[] = [];
  let now: Plan | Run | undefined;
  jest.mocked(shared.terraformIn).mockImplementation((folder) => (args) => {
    const command = args.join(" ");
    // Errors are read from the JSON, and the plan from the file that it was saved in.
    if (!["plan -json -out=plan", "show -json plan"].includes(command))
      throw new Error(`Terraform is asked for something else: terraform ${command}`);
    if (command.startsWith("plan")) {
      const { import: blocks = [] } = JSON.parse(readFileSync(join(folder, "recover.tf.json"), "utf8")) as {
        import?: { to: string }[];
      };
      configurations.push(JSON.parse(readFileSync(join(folder, "main.tf.json"), "utf8")));
      now = plans[Math.min(tried.length, plans.length - 1)];
      tried.push(blocks.map(({ to }) => to));
      if (now !== undefined && "ok" in now) return now;
    }
    return { ok: true, status: 0, stdout: JSON.stringify(now), text: "" };
  });
  const ids = new Map(candidates.map((address) => [address, `id-of-${address}`]));
  jest.mocked(lookUp).mockResolvedValue({ candidates: ids, leftBehind: ["left"] });
  jest
    .mocked(existing)
    .mockImplementation((_written, _values, some) =>
      Promise.resolve(new Map([...some].filter(([address]) => !address.startsWith("a.lacking")))),
    );
  const result = await search(stack, "ap-northeast-1", [], new Map());
  return { ...result, tried, configurations };
}

const empty = planOf();
const addresses = (found: readonly { readonly address: string }[]): readonly string[] =>
  found.map(({ address }) => address);

test("what is imported is found with its id, its provider and the version of its form", async () => {
  const events = "aws_sns_topic.redis_events";
  const alarms = "aws_sns_topic.redis_alarms";
  const { found, leftBehind, variables, name } = await searched(
    [events, alarms],
    empty,
    planOf(imports(alarms, tagged("redis-dev")), imports(events, { ...tagged("redis-dev"), arn: "a" })),
  );
  expect(found).toMatchObject([
    { address: alarms, id: `id-of-${alarms}`, imported: { schemaVersion: 1, alias: undefined } },
    {
      address: events,
      id: `id-of-${events}`,
      imported: { schemaVersion: 2, alias: "global", attributes: { arn: "a" } },
    },
  ]);
  expect([leftBehind, variables, name]).toEqual([["left"], { enable_auth: true }, "dev-redis"]);
});

test("what a plan would create, or has not been looked for, is not found", async () => {
  const [there, created, other] = ["aws_sns_topic.there", "aws_sns_topic.created", "aws_sns_topic.in_the_state"];
  const { found, foreign } = await searched(
    [there, created],
    empty,
    planOf(imports(there, tagged("redis-dev")), imports(created, null), imports(other, tagged("redis-dev"))),
  );
  expect([addresses(found), foreign]).toEqual([[there], []]);
});

test("what the next deploy would replace is marked so", async () => {
  const { found } = await searched(
    ["a.kept", "a.replaced"],
    empty,
    planOf(
      imports("a.kept", tagged("redis-dev"), ["update"]),
      imports("a.replaced", tagged("redis-dev"), ["delete", "create"]),
    ),
  );
  expect(found.map(({ address, replaced }) => [address, replaced])).toEqual([
    ["a.kept", false],
    ["a.replaced", true],
  ]);
});

test("what has another stack's tag, or none of ours, is foreign; what has no tags is the stack's by its name", async () => {
  const own = ["a.own", "a.without_tags", "a.untaggable"];
  // Adopting `aws_sns_topic.adopted` says nothing about what its address begins with.
  const other = ["a.of_another", "a.untagged", "aws_sns_topic.adopt"];
  const { found, foreign } = await searched(
    [...own, ...other, "aws_sns_topic.adopted"],
    empty,
    planOf(
      imports("a.own", tagged("redis-dev")),
      imports("a.without_tags", {}),
      imports("a.untaggable", { tags_all: null }),
      imports("a.of_another", tagged("redis-dev-2")),
      imports("a.untagged", { tags_all: {} }),
      imports("aws_sns_topic.adopt", { tags_all: {} }),
      imports("aws_sns_topic.adopted", { tags_all: { Owner: "somebody" } }),
    ),
  );
  expect([addresses(found), addresses(foreign)]).toEqual([own, other]);
});

test("of a stack whose cache was deployed before the tag existed, the older tag decides, and only then", async () => {
  jest
    .spyOn(ElastiCacheClient.prototype, "send")
    .mockImplementation(() => Promise.resolve({ ReplicationGroups: [{ Status: "available" }] }) as never);
  const group = "aws_elasticache_replication_group.redis";
  const older = { AuthTokenFingerprint: "abc", BackupFloorDays: "15", Stack: "redis-dev" };
  const all = (cache: object) =>
    planOf(
      imports("a.of_the_stack", { tags_all: { Stack: "redis-dev" } }),
      imports(group, { tags_all: cache }),
      imports("a.of_another", { tags_all: { Stack: "redis-prod" } }),
    );
  const candidates = ["a.of_the_stack", group, "a.of_another"];
  const before = await searched(candidates, empty, all(older));
  expect([addresses(before.found), addresses(before.foreign)]).toEqual([["a.of_the_stack", group], ["a.of_another"]]);
  const since = await searched(candidates, empty, all({ ...older, RedisBackupStack: "redis-dev" }));
  expect([addresses(since.found), addresses(since.foreign)]).toEqual([[group], ["a.of_the_stack", "a.of_another"]]);
});

test("of a resource whose address begins with that of another, neither the version of its form nor its tags are the other's", async () => {
  jest
    .spyOn(ElastiCacheClient.prototype, "send")
    .mockImplementation(() => Promise.resolve({ ReplicationGroups: [{ Status: "available" }] }) as never);
  const group = "aws_elasticache_replication_group.redis";
  const older = { tags_all: { AuthTokenFingerprint: "abc", BackupFloorDays: "15", Stack: "redis-dev" } };
  const { found, foreign } = await searched(
    [`${group}_sessions`, group, "a.b"],
    empty,
    planOf(imports(`${group}_sessions`, tagged("redis-dev")), imports(group, older), imports("a.b", older)),
  );
  expect(found.map(({ address, imported }) => [address, imported?.schemaVersion])).toEqual([
    [`${group}_sessions`, 1],
    [group, 2],
    ["a.b", 3],
  ]);
  expect(foreign).toEqual([]);
});

test("what Terraform says no version of has the first form", async () => {
  const plan = planOf(imports("a.b", tagged("redis-dev")));
  const { found } = await searched(["a.b"], empty, {
    ...plan,
    planned_values: { ...plan.planned_values, root_module: { resources: [] } },
  });
  expect(found[0]?.imported?.schemaVersion).toBe(0);
});

test("the whole stack is planned, with an empty state of its own and without what it imports itself", async () => {
  const { configurations } = await searched(["a.b"], empty, planOf(imports("a.b", tagged("redis-dev"))));
  const { variable, provider, resource } = stack;
  const planned = { variable, provider, resource, terraform: { required_version: ">= 1.9" } };
  expect(configurations).toEqual([planned, planned]);
});

test("a secret value is never planned, and found by its id alone", async () => {
  const version = "aws_secretsmanager_secret_version.redis_auth[0]";
  const { found, tried } = await searched([version, "a.b"], empty, planOf(imports("a.b", tagged("redis-dev"))));
  expect(found.map(({ address, imported, replaced }) => [address, imported === null, replaced])).toEqual([
    ["a.b", false, false],
    [version, true, false],
  ]);
  expect(tried).toEqual([[], ["a.b"]]);
});

test("what AWS lacks is not planned at all, and with nothing that it may have only the stack is", async () => {
  const { found, tried } = await searched(["a.b", "a.lacking"], empty, planOf(imports("a.b", tagged("redis-dev"))));
  expect([addresses(found), tried]).toEqual([["a.b"], [[], ["a.b"]]]);
  expect((await searched(["a.lacking"], empty)).tried).toEqual([[]]);
  jest.mocked(existing).mockClear();
  expect((await searched(["aws_secretsmanager_secret_version.redis_auth[0]"], empty)).tried).toEqual([[]]);
  expect(jest.mocked(existing)).not.toHaveBeenCalled();
});

test("a cache that is still being created is awaited before it is imported, which would take as long in silence", async () => {
  const statuses = ["creating", "modifying", "available"];
  const send = jest
    .spyOn(ElastiCacheClient.prototype, "send")
    .mockImplementation(() => Promise.resolve({ ReplicationGroups: [{ Status: statuses.shift() }] }) as never);
  jest.spyOn(console, "error").mockReturnValue();
  const group = "aws_elasticache_replication_group.redis";
  const { found } = await searched([group], empty, planOf(imports(group, tagged("redis-dev"))));
  expect([addresses(found), statuses]).toEqual([[group], []]);
  const [last = 0] = send.mock.invocationCallOrder.slice(-1);
  expect(last).toBeLessThan(jest.mocked(existing).mock.invocationCallOrder.at(-1) ?? 0);
});

test("what AWS turns out not to have is left out, one plan after the other", async () => {
  const { found, tried } = await searched(
    ["a.b", "a.c", "a.d"],
    empty,
    failed(absent("a.c")),
    failed(absent("a.d")),
    planOf(imports("a.b", tagged("redis-dev"))),
  );
  expect([addresses(found), tried]).toEqual([["a.b"], [[], ["a.b", "a.c", "a.d"], ["a.b", "a.d"], ["a.b"]]]);
});

test.each<[string, Run, RegExp]>([
  [
    "another error than of something absent",
    failed(absent("a.c"), {
      type: "diagnostic",
      diagnostic: { severity: "error", summary: "no access", detail: "for sns:GetTopicAttributes" },
    }),
    /^AWS cannot be asked what it has: no access\nfor sns:GetTopicAttributes$/,
  ],
  ["no error that Terraform names", failed(), /^AWS cannot be asked what it has: what Terraform printed\n$/],
  [
    "something absent that was not asked for, again and again",
    failed(absent("a.unknown")),
    /^Terraform does not say which of these AWS lacks: a\.unknown\.\nwhat Terraform printed$/,
  ],
])("%s ends the search with Terraform's words", async (_what, run, message) => {
  await expect(searched(["a.b", "a.c"], empty, run)).rejects.toThrow(message);
});

test("values with which the stack cannot be planned are refused before AWS is searched", async () => {
  const invalid = {
    type: "diagnostic",
    diagnostic: { severity: "error", summary: "Invalid value", detail: "vpc_id is missing." },
  };
  await expect(searched(["a.b"], failed(invalid))).rejects.toThrow(
    "Terraform cannot plan the stack with these values:\n\nInvalid value\nvpc_id is missing.",
  );
  await expect(searched(["a.b"], failed())).rejects.toThrow(/:\n\nwhat Terraform printed$/);
});
