import { ElastiCacheClient } from "@aws-sdk/client-elasticache";
import { search, type Found, type Search } from "../../scripts/commands/recover/found";
import { recover } from "../../scripts/commands/recover/recover";
import type { Values } from "../../scripts/commands/recover/resources";
import type { State } from "../../scripts/commands/recover/state";
import * as shared from "../../scripts/shared/terraform";
import type { Run } from "../../scripts/shared/terraform";
import { fingerprint } from "../../stacks/cache/fingerprint";
import { terminalOfEachTest } from "../support/terminal";

// What a person is asked before the state is changed, and what the answer does. Terraform and AWS themselves: __tests__/e2e.
jest.mock("node:readline/promises");
jest.mock("node:timers/promises");
// Its refusals: other-environment.test.ts.
jest.mock("../../scripts/shared/environment", () => ({ refuseOtherEnvironment: () => Promise.resolve() }));
jest.mock("../../scripts/shared/synthesize", () => ({
  writeStack: (name: string) => ({ name, folder: "folder", provider: { aws: [{ region: "ap-northeast-1" }] } }),
}));
jest.mock("../../scripts/commands/recover/found", () => ({ search: jest.fn() }));
jest.mock("../../scripts/shared/terraform", () => ({
  ...jest.requireActual<typeof shared>("../../scripts/shared/terraform"),
  terraformIn: jest.fn(),
}));

const topic: Found = {
  address: "aws_sns_topic.redis_events",
  id: "arn:aws:sns:ap-northeast-1:111111111111:dev-redis-events",
  replaced: false,
  imported: {
    type: "aws_sns_topic",
    name: "redis_events",
    index: undefined,
    provider: "registry.terraform.io/hashicorp/aws",
    schemaVersion: 0,
    attributes: { id: "arn:aws:sns:ap-northeast-1:111111111111:dev-redis-events" },
  },
};
const cacheWith = (attributes: Values): Found => ({
  address: "aws_elasticache_replication_group.redis",
  id: "dev-redis-cluster",
  replaced: false,
  imported: {
    type: "aws_elasticache_replication_group",
    name: "redis",
    index: undefined,
    provider: "registry.terraform.io/hashicorp/aws",
    schemaVersion: 0,
    attributes,
  },
});
const secret: Found = {
  address: "aws_secretsmanager_secret_version.redis_auth[0]",
  id: "the-secret|AWSCURRENT",
  replaced: false,
  imported: null,
};
const secretItself: Found = {
  address: "aws_secretsmanager_secret.redis_auth[0]",
  id: "the-secret",
  replaced: false,
  imported: {
    type: "aws_secretsmanager_secret",
    name: "redis_auth",
    index: 0,
    provider: "registry.terraform.io/hashicorp/aws",
    schemaVersion: 0,
    attributes: { id: "the-secret" },
  },
};

const terminal = terminalOfEachTest();

/** A resource that the state has. */
function kept(address: string, attributes: Values, index?: number): State["resources"][number] {
  const [type = "", name = ""] = address.split(".");
  return {
    ...{ mode: "managed", type, name, provider: 'provider["registry.terraform.io/hashicorp/aws"]' },
    instances: [{ ...(index !== undefined && { index_key: index }), schema_version: 0, attributes }],
  };
}

interface Given extends Partial<Search> {
  readonly answer?: string;
  /** Resources that the state has before. */
  readonly resources?: State["resources"];
  /** What `terraform plan` says after it. */
  readonly plan?: readonly object[];
  readonly planIsOk?: boolean;
  /** What Terraform prints when it takes the lock of the state. */
  readonly lock?: string;
}

let changes: string[];

/** Runs the command: the commands of Terraform that change the state, the questions, and what is printed. */
async function run(
  { answer = "", resources, plan = [], planIsOk = true, lock = "", ...searched }: Given,
  options: { readonly yes?: boolean; readonly json?: boolean; readonly values?: readonly string[] } = {},
) {
  changes = [];
  let isInitialized = false;
  let pushed: State | undefined;
  const done = (stdout: string, ok = true): Run => ({ ok, status: ok ? 0 : 1, stdout, text: stdout });
  jest.mocked(shared.terraformIn).mockReturnValue((args, { input = "" } = {}) => {
    const command = args.join(" ");
    if (command === "init") isInitialized = true;
    if (!isInitialized) throw new Error(`Terraform is asked before terraform init: terraform ${command}`);
    if (command === "plan -json")
      return done(["Acquiring state lock.", ...plan.map((line) => JSON.stringify(line))].join("\n"), planIsOk);
    if (command === "state pull" && pushed !== undefined) return done(JSON.stringify(pushed));
    // Terraform ends an empty state with a line, too.
    if (command === "state pull")
      return done(resources === undefined ? "\n" : JSON.stringify({ version: 4, resources }));
    // It only takes the lock.
    if (command === "init" || command === "untaint -allow-missing terraform_data.none") return done(lock);
    changes.push(command);
    if (command === "state push -") pushed = JSON.parse(input) as State;
    return done("");
  });
  jest.mocked(search).mockResolvedValue({
    found: [],
    foreign: [],
    leftBehind: [],
    variables: {},
    region: "ap-northeast-1",
    name: "dev-redis",
    ...searched,
  });
  terminal.answers(answer);
  await recover({ stack: "redis-dev", values: [], ...options });
  return { changes, pushed };
}

beforeEach(() => {
  // There is no cache, and no snapshot.
  jest
    .spyOn(ElastiCacheClient.prototype, "send")
    .mockImplementation(() => Promise.resolve({ ReplicationGroups: [], Snapshots: [] }) as never);
});

test("a state that somebody has locked is left alone, and how to unlock it is shown", async () => {
  const lock = [
    "Error: Error acquiring the state lock",
    "  ID:        1a2b",
    "  Operation: OperationTypeApply",
    "  Who:       me@host",
    "  Created:   2026-01-31 12:00:00 +0000 UTC",
  ].join("\n");
  await expect(run({ found: [topic], lock }, { yes: true })).rejects.toThrow(
    /is locked by me@host since 2026-01-31 12:00:00 \+0000 UTC \(OperationTypeApply\)\.[^]*terraform -chdir=cdktf\.out\/stacks\/redis-dev force-unlock 1a2b\n/,
  );
  expect([changes, terminal.questions]).toEqual([[], []]);
  await expect(run({ lock: "Error: Error acquiring the state lock" })).rejects.toThrow(
    /is locked by unknown since unknown \(unknown\)/,
  );
});

describe("before Terraform is run, AWS is asked whether it answers", () => {
  const aws = (error: object) =>
    jest
      .spyOn(ElastiCacheClient.prototype, "send")
      .mockImplementation(((command: { readonly input: object }) =>
        "MaxRecords" in command.input
          ? Promise.reject(Object.assign(new Error("no"), error))
          : Promise.resolve({ ReplicationGroups: [], Snapshots: [] })) as never);

  test("and where it does not, the command ends with its reason", async () => {
    aws({ name: "CredentialsProviderError" });
    await expect(run({ found: [topic] }, { yes: true })).rejects.toMatchObject({ name: "CredentialsProviderError" });
    expect([changes, jest.mocked(search).mock.calls]).toEqual([[], []]);
  });

  test("but not everybody who deploys a stack may look at caches", async () => {
    aws({ name: "AccessDenied" });
    expect((await run({ found: [topic] }, { yes: true })).changes).toEqual(["state push -"]);
  });
});

test.each(["", "y", "Y", "Yes", "YES", "yes ", " yes", "yes!", "no", "true"])(
  "the answer %j writes nothing into the state, and fails",
  async (answer) => {
    const { changes } = await run({ found: [topic, secret], answer });
    expect(terminal.questions).toHaveLength(1);
    expect(changes).toEqual([]);
    expect(process.exitCode).toBe(1);
  },
);

test("asks once, after what was found is shown; yes writes it into the state in one piece, and shows the next deploy", async () => {
  const next = {
    type: "planned_change",
    change: { action: "create", resource: { addr: "aws_sns_topic.redis_alarms" } },
  };
  const { changes, pushed } = await run({ found: [topic, secret], answer: "yes", plan: [next] });
  expect(terminal.questions).toEqual(["Write these into the state? Only yes confirms: "]);
  const [before = ""] = terminal.text.split("Write these into the state?");
  for (const { address, id } of [topic, secret]) expect(before).toContain(`  ${address}\n    ${id}\n`);
  // A secret is read only into the state: Terraform does that.
  expect(changes).toEqual(["state push -", `import ${secret.address} ${secret.id}`]);
  expect(pushed?.resources.map(({ type, name }) => `${type}.${name}`)).toEqual([topic.address]);
  expect(terminal.text).toContain("The next deploy will:\n  create aws_sns_topic.redis_alarms\n");
  expect(process.exitCode).toBe(0);
});

test("what the state has at such an address is deleted by the next deploy, but a secret is only forgotten", async () => {
  const resources = [
    kept("aws_sns_topic.redis_events", { id: "older" }),
    kept("aws_secretsmanager_secret.redis_auth", { id: "older" }, 0),
    kept("aws_secretsmanager_secret_version.redis_auth", { id: "older" }, 0),
    kept("aws_sqs_queue.another", { id: "older" }),
  ];
  const { pushed } = await run({ found: [topic, secretItself, secret], resources, answer: "yes" });
  const instances = pushed?.resources.map(({ type, instances: all }) => [
    type,
    all.map(({ attributes, deposed }) => [(attributes as { readonly id: string }).id, deposed !== undefined]),
  ]);
  expect(Object.fromEntries(instances ?? [])).toEqual({
    aws_sns_topic: [
      ["older", true],
      [topic.id, false],
    ],
    aws_secretsmanager_secret: [[secretItself.id, false]],
    aws_sqs_queue: [["older", false]],
  });
});

test("a stack without a state gets one in the form of Terraform, whose first write has the serial 1", async () => {
  const { pushed } = await run({ found: [topic] }, { yes: true });
  expect(pushed).toMatchObject({ version: 4, serial: 1, lineage: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown });
});

test("with --yes nobody is asked; without a terminal and --yes nothing is changed, and the option is named", async () => {
  process.stdin.isTTY = false;
  const refused = await run({ found: [topic], answer: "yes" });
  expect([refused.changes, terminal.questions, process.exitCode]).toEqual([[], [], 1]);
  expect(terminal.text).toContain("Nothing was changed. To import these, add --yes.");

  const { changes } = await run({ found: [topic] }, { yes: true });
  expect([changes, terminal.questions, process.exitCode]).toEqual([["state push -"], [], 0]);
});

test("what is not of the stack is shown and never imported: the command fails, because a deploy will", async () => {
  const { changes } = await run({ foreign: [topic], answer: "yes" }, { yes: true });
  expect([changes, terminal.questions, process.exitCode]).toEqual([[], [], 1]);
  expect(terminal.text).toContain("These have names of redis-dev, but no tag RedisBackupStack = redis-dev");
  expect(terminal.text).toContain(`  ${topic.address}\n    ${topic.id}\n`);
});

test("a cache that AWS is still changing is awaited before the state is written", async () => {
  const statuses = ["modifying", "modifying", "modifying", "available"];
  const changesBefore: string[][] = [];
  jest.spyOn(ElastiCacheClient.prototype, "send").mockImplementation(((command: { readonly input: object }) => {
    if (!("ReplicationGroupId" in command.input)) return Promise.resolve({ ReplicationGroups: [], Snapshots: [] });
    changesBefore.push([...changes]);
    return Promise.resolve({ ReplicationGroups: [{ Status: statuses.shift() }] });
  }) as never);
  const resources = [kept("aws_elasticache_replication_group.redis", { replication_group_id: "dev-redis-cluster" })];
  expect((await run({ found: [topic], resources }, { yes: true })).changes).toEqual(["state push -"]);
  expect([statuses, changesBefore]).toEqual([[], [[], [], [], []]]);
});

test("beside what is not of the stack, only what is of the stack is imported", async () => {
  const foreign: Found = { ...topic, address: "aws_sns_topic.redis_alarms", id: "somebody-else's" };
  const { pushed } = await run({ found: [topic], foreign: [foreign] }, { yes: true });
  expect(pushed?.resources.map(({ type, name }) => `${type}.${name}`)).toEqual([topic.address]);
  expect(JSON.stringify(pushed)).not.toContain(foreign.id);
});

describe.each([{}, { yes: true }])("with %j", (options) => {
  test("what the next deploy would replace is not imported, and nobody is asked", async () => {
    await expect(run({ found: [{ ...topic, replaced: true }], answer: "yes" }, options)).rejects.toThrow(
      `With these values the next deploy would replace ${topic.address}. Run the command with the values of the last deploy.`,
    );
    expect([changes, terminal.questions]).toEqual([[], []]);
  });

  test("a live cache of another engine or version than the values is not imported, and nobody is asked", async () => {
    const found = [cacheWith({ engine: "valkey", engine_version: "8.0" })];
    const variables = { engine: "redis", redis_version: "7.1" };
    await expect(run({ found, variables, answer: "yes" }, options)).rejects.toThrow(
      "The live cache runs valkey 8.0, and these values ask for redis 7.1. Run the command again with --var=engine=valkey --var=redis_version=8.0 at its end",
    );
    expect([changes, terminal.questions]).toEqual([[], []]);
  });
});

describe("a snapshot has the name of the final snapshot of the live cache", () => {
  const final = "dev-redis-final-1a2b3c4d";
  const resources = [
    kept("aws_elasticache_replication_group.redis", { replication_group_id: "dev-redis-cluster" }),
    kept("random_id.redis_final_snapshot", { hex: "1a2b3c4d" }),
  ];

  test("the commands that are shown delete it only after a copy is available, and nothing is changed", async () => {
    jest.spyOn(ElastiCacheClient.prototype, "send").mockImplementation(
      // One page each.
      () =>
        Promise.resolve({
          ReplicationGroups: [{ Status: "available" }],
          Snapshots: [{ SnapshotName: final }],
        }) as never,
    );
    await run({ resources }, { yes: true });
    const shown = terminal.text.split("\n").flatMap((line) => /^ +aws elasticache (.*)$/.exec(line)?.[1] ?? []);
    const kept = "dev-redis-kept-1a2b3c4d";
    expect(shown).toEqual([
      `copy-snapshot --region ap-northeast-1 --source-snapshot-name ${final} --target-snapshot-name ${kept}`,
      expect.stringMatching(
        `^describe-snapshots --region ap-northeast-1 --snapshot-name ${kept} .*# until it is available$`,
      ),
      `delete-snapshot --region ap-northeast-1 --snapshot-name ${final}`,
    ]);
    expect([changes, process.exitCode]).toEqual([[], 1]);
  });
});

describe("each thing that needs a person is said where it is so, and only there:", () => {
  const said: Readonly<Record<string, RegExp>> = {
    found: /^AWS has these of redis-dev/m,
    "nothing found": /^AWS has nothing of redis-dev/m,
    foreign: /^These have names of redis-dev/m,
    "left behind": /^Interrupted deploys of redis-dev left/m,
    ended: /^The cache is gone, or will be soon/m,
    tainted: / is tainted in the state/,
    "name taken": /^A snapshot has the name that the final snapshot/m,
  };
  const cache = (more: object = {}): State["resources"][number] => {
    const one = kept("aws_elasticache_replication_group.redis", { replication_group_id: "dev-redis-cluster" });
    return { ...one, instances: one.instances.map((instance) => ({ ...instance, ...more })) };
  };
  const [hex, final] = [kept("random_id.redis_final_snapshot", { hex: "1a2b3c4d" }), "dev-redis-final-1a2b3c4d"];

  test.each<[what: string, given: Given, aws: readonly [status?: string, snapshot?: string], changes: string[]]>([
    ["nothing found", {}, [], []],
    ["found", { found: [topic] }, [], ["state push -"]],
    ["foreign, nothing found", { foreign: [topic] }, [], []],
    ["left behind, nothing found", { leftBehind: ["arn"] }, [], []],
    ["ended", { resources: [cache(), hex] }, [undefined, final], ["taint random_id.redis_final_snapshot"]],
    [
      "tainted",
      { resources: [cache({ status: "tainted" }), hex] },
      ["available"],
      ["untaint aws_elasticache_replication_group.redis"],
    ],
    ["name taken, nothing found", { resources: [cache(), hex] }, ["available", final], []],
    ["name taken, found", { found: [topic], resources: [cache(), hex] }, ["available", final], ["state push -"]],
  ])("%s", async (what, given, [status, snapshot], expected) => {
    jest.spyOn(ElastiCacheClient.prototype, "send").mockImplementation(
      () =>
        Promise.resolve({
          ReplicationGroups: status === undefined ? [] : [{ Status: status }],
          Snapshots: snapshot === undefined ? [] : [{ SnapshotName: snapshot }],
        }) as never,
    );
    const { changes } = await run(given, { yes: true });
    const names = Object.entries(said).flatMap(([name, words]) => (words.test(terminal.text) ? [name] : []));
    expect(names.sort()).toEqual(what.split(", ").sort());
    expect(changes).toEqual(expected);
  });
});

test("what has changed outside of Terraform is not what the next deploy does", async () => {
  const resource = { addr: "aws_sns_topic.redis_alarms" };
  const plan = [
    { type: "resource_drift", change: { action: "update", resource } },
    { type: "planned_change", change: { action: "delete", resource } },
    { type: "planned_change" },
  ];
  await run({ found: [topic], plan }, { yes: true });
  expect(terminal.text.trim().split("\n").slice(-2)).toEqual([
    "The next deploy will:",
    "  delete aws_sns_topic.redis_alarms",
  ]);
});

test("when AWS has nothing that the state lacks, nobody is asked and the command succeeds", async () => {
  const { changes } = await run({});
  expect([changes, terminal.questions, process.exitCode]).toEqual([[], [], 0]);
  expect(terminal.text).toContain("AWS has nothing of redis-dev that the state lacks.");
});

test("a secret that an interrupted deploy left is not deleted: the command that does is shown", async () => {
  const arn = "arn:aws:secretsmanager:ap-northeast-1:111111111111:secret:dev-redis-auth-1";
  const { changes } = await run({ leftBehind: [arn] }, { yes: true });
  expect(changes).toEqual([]);
  expect(terminal.text).toContain(`  aws secretsmanager delete-secret --region ap-northeast-1 --secret-id ${arn}\n`);
});

test("when the AUTH token of a cache that was found is lost, a plain deploy will be refused, and how to set a new one is shown", async () => {
  const engine = { engine: "redis", engine_version: "7.1" };
  const found = [cacheWith({ ...engine, tags_all: { AuthTokenFingerprint: "1a2b3c4d" } })];
  const variables = { engine: "redis", redis_version: "7.1", enable_auth: true };
  const { changes } = await run({ found, variables, answer: "yes" }, { values: ["--var=a=b c", "--var=d=e"] });
  expect(changes).toEqual([
    "state push -",
    "apply -auto-approve -target=terraform_data.redis_auth",
    "state rm random_password.redis_auth[0]",
  ]);
  expect(terminal.text).toMatch(
    /The AUTH token of the live cache is lost\.[^]*\n {4}ROTATE_AUTH_STACK=redis-dev npm run deploy -- redis-dev '--var=a=b c' --var=d=e\n {4}npm run deploy -- redis-dev '--var=a=b c' --var=d=e\n/,
  );
  expect(process.exitCode).toBe(0);
});

describe("the AUTH token of a cache", () => {
  const token = "the-token-of-the-cache";
  const live = { engine: "redis", engine_version: "7.1", tags_all: { AuthTokenFingerprint: fingerprint(token) } };
  const variables = { engine: "redis", redis_version: "7.1" };
  const version = kept(
    "aws_secretsmanager_secret_version.redis_auth",
    { secret_string: JSON.stringify({ auth_token: token }) },
    0,
  );

  test("that was found is taken from the secret, and the next deploy is shown", async () => {
    const { changes } = await run({
      ...{ found: [cacheWith(live)], resources: [version], variables: { ...variables, enable_auth: true } },
      answer: "yes",
    });
    expect(changes).toEqual(["state push -", `import random_password.redis_auth[0] ${token}`, "state push -"]);
    expect(terminal.text).not.toContain("is lost");
    expect(terminal.text).toContain("The next deploy has nothing to change.");
  });

  test.each<[string, Given]>([
    [
      "that was found is left alone where the values turn it off",
      { found: [cacheWith(live)], variables: { ...variables, enable_auth: false } },
    ],
    [
      "that the state knows is left alone where something else was found",
      {
        found: [{ ...topic, address: "aws_elasticache_replication_group.redis_sessions" }],
        variables: { ...variables, enable_auth: true },
        resources: [version, kept("aws_elasticache_replication_group.redis", { ...live, auth_token: token })],
      },
    ],
  ])("%s", async (_what, given) => {
    expect((await run({ resources: [version], ...given }, { yes: true })).changes).toEqual(["state push -"]);
  });
});

test("a next deploy that is refused fails the command, with Terraform's reason", async () => {
  const refusal = {
    type: "diagnostic",
    diagnostic: { severity: "error", summary: "Invalid value for variable", detail: "vpc_id is missing." },
  };
  await run({ found: [topic], plan: [refusal], planIsOk: false }, { yes: true });
  expect(terminal.text).toContain("  be refused: Invalid value for variable\nvpc_id is missing.");
  expect(process.exitCode).toBe(1);
});

test.each([
  [true, [{ address: topic.address, id: topic.id }]],
  [false, []],
])(
  "--json prints what was found and what was written, and nothing else on stdout; approved: %j",
  async (recovered, imported) => {
    await run({ found: [topic], answer: "no" }, { yes: recovered, json: true });
    const found = [{ address: topic.address, id: topic.id }];
    const result = { stack: "redis-dev", found, foreign: [], leftBehind: [] };
    expect(JSON.parse(terminal.stdout)).toEqual({ ...result, recovered, imported });
  },
);
