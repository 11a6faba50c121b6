import { ElastiCacheClient, type Snapshot, SnapshotAlreadyExistsFault } from "@aws-sdk/client-elasticache";
import { restore } from "../../scripts/commands/restore/restore";
import * as shared from "../../scripts/shared/terraform";
import type { Outcome, Run } from "../../scripts/shared/terraform";
import { afterInit } from "../support/after-init";
import { but, snapshotSources } from "../support/aws-values";
import { printedBy } from "../support/printed-by";
import { terminalOfEachTest } from "../support/terminal";

// What is refused before anything is changed, and in which order the rest is done. Terraform itself: __tests__/e2e.
const cache = { lifecycle: { prevent_destroy: false } };
jest.mock("../../scripts/shared/terraform-binary", () => ({ requireTerraform: () => undefined }));
// Its refusals: other-environment.test.ts.
jest.mock("../../scripts/shared/environment", () => ({ refuseOtherEnvironment: () => Promise.resolve() }));
jest.mock("../../scripts/shared/synthesize", () => ({
  hasCache: () => true,
  writeStack: (name: string) => ({
    name,
    folder: "folder",
    variable: {},
    resource: { aws_elasticache_replication_group: { redis: cache } },
  }),
}));
jest.mock("../../scripts/shared/terraform", () => ({
  ...jest.requireActual<typeof shared>("../../scripts/shared/terraform"),
  terraformIn: jest.fn(),
  runInTerminal: jest.fn(),
}));

// Jest does not find a TypeScript file by the name that it gets when it is compiled. Its own tests: restore-from-vault.test.ts.
const inVault = { findInVault: jest.fn(), copyOut: jest.fn() };
const sharded = { snapshotOf: jest.fn() };
jest.mock(
  "../../scripts/commands/restore/vault/from-vault.js",
  () => ({
    ...jest.requireActual<object>("../../scripts/commands/restore/vault/from-vault"),
    findInVault: (...all: unknown[]): unknown => inVault.findInVault(...all),
    copyOut: (...all: unknown[]): unknown => inVault.copyOut(...all),
  }),
  { virtual: true },
);
jest.mock(
  "../../scripts/commands/restore/vault/sharded.js",
  () => ({ snapshotOf: (...all: unknown[]): unknown => sharded.snapshotOf(...all) }),
  { virtual: true },
);

const planned = {
  region: "ap-northeast-1",
  name: "dev-redis",
  replicationGroupId: "dev-redis-cluster",
  engine: "redis",
  version: "7.1",
  nodeType: "cache.t4g.small",
  shards: null,
  tags: { Team: "data" },
  vault: null,
};
const automatic = "automatic.dev-redis-cluster-2026-01-01-03-00";

const terminal = terminalOfEachTest();

interface Given {
  /** Whether a person can be asked. @default true */
  readonly terminal?: boolean;
  readonly source?: string;
  /** Status of the live cache, or the error by which AWS does not say it. @default - there is none */
  readonly live?: string;
  readonly finalSnapshot?: string;
  readonly protectedData?: boolean;
  /** Whether Terraform refuses the plan of the restore. */
  readonly refused?: boolean;
  readonly apply?: Outcome;
  /** How `terraform plan` ends when the backup is restored. @default "succeeded" */
  readonly after?: Outcome;
  /** How long the deploy takes, in seconds. */
  readonly takes?: number;
  /** Of the snapshot, or of the backup in the vault. @default - as planned */
  readonly nodeType?: string;
  /** null: cluster mode is disabled. @default null */
  readonly shards?: number | null;
  /** A snapshot that has the name of the copy already. */
  readonly taken?: { readonly copyOf: string; readonly key?: string; readonly status?: string };
}

let done: string[];
let applied: (readonly string[])[];
let shownBefore: string[];
let printedTo: unknown;
const backup = "a111111111111-apne1-dev-t5k2m0";

/** Runs the command; `done` has what it did, in order, and `shownBefore` the lines that a person has read when it deploys. */
async function run(given: Given, options: object = {}): Promise<void> {
  const { source = "automated", live, finalSnapshot = "dev-redis-final-1", refused = false, apply, after } = given;
  const { nodeType = planned.nodeType, shards = null, takes = 0 } = given;
  process.stdin.isTTY = given.terminal ?? true;
  let now = Date.parse("2026-01-31T12:00:00Z");
  jest.spyOn(Date, "now").mockImplementation(() => now);
  const manifest = {
    ...{ name: backup, environment: "dev", account: "111111111111", region: "ap-northeast-1", snapshot: automatic },
    ...{ snapshotCreatedAt: "2026-01-31T03:00:00Z", engine: "redis", engineVersion: "7.1.0", nodeType },
    ...{ clusterMode: shards !== null, shards: shards ?? 1, files: [] },
  };
  const landing = { name: "landing", region: "ap-northeast-1" };
  inVault.findInVault.mockReset().mockResolvedValue({
    ...{ vault: { name: "the-vault" }, to: landing, folder: "restored/now" },
    backup: { manifest, files: [{ key: `${backup}-0001.rdb` }] },
  });
  inVault.copyOut.mockReset().mockImplementation(() => Promise.resolve(done.push("copy the files")));
  const cleanUp = (isRestored: boolean) => Promise.resolve(done.push(`clean up, restored: ${String(isRestored)}`));
  sharded.snapshotOf
    .mockReset()
    .mockImplementation(() => Promise.resolve(done.push("make a snapshot")).then(() => ({ cleanUp })));
  cache.lifecycle.prevent_destroy = given.protectedData ?? false;
  const answer = (ok: boolean, stdout: string): Run => ({ ok, status: ok ? 0 : 1, stdout, text: stdout });
  const terraform: shared.Terraform = ([command = "", ...args]) => {
    if (command === "console") return answer(true, JSON.stringify(JSON.stringify({ ...planned, shards })));
    if (command === "output") return answer(true, printedBy(args, { final_snapshot_name: { value: finalSnapshot } }));
    const isOfRestore = args.some((one) => one.startsWith("-var="));
    if (command === "plan") done.push(isOfRestore ? "plan the restore" : "plan");
    if (command === "plan" && !isOfRestore && after === "failed") return answer(false, "Error: no credentials");
    // Terraform succeeds with changes unless it is asked for an exit code of their own.
    if (command === "plan" && !isOfRestore && after === "changes" && args.includes(shared.exitCodes))
      return { ...answer(false, "1 to change"), status: 2 };
    return answer(!(refused && args.length > 1), "Error: no such subnet");
  };
  jest.mocked(shared.terraformIn).mockImplementation(() => afterInit(terraform));
  jest.mocked(shared.runInTerminal).mockImplementation((_folder, args, { stdout } = {}) => {
    done.push("apply");
    now += takes * 1000;
    printedTo = stdout;
    applied.push(args);
    shownBefore = terminal.text.split("\n");
    return Promise.resolve(apply ?? "succeeded");
  });
  const snapshots = new Map<string, Snapshot>([
    [automatic, { SnapshotName: automatic, SnapshotStatus: "available", SnapshotSource: source, ARN: "arn" }],
  ]);
  let copied = given.taken?.copyOf ?? "";
  jest.spyOn(ElastiCacheClient.prototype, "send").mockImplementation((({ constructor, input }: Sent) => {
    const name = input.TargetSnapshotName ?? input.SnapshotName ?? "";
    switch (constructor.name) {
      case "DescribeReplicationGroupsCommand":
        if (live === undefined) return Promise.reject(named("ReplicationGroupNotFoundFault"));
        if (live.endsWith("Exception")) return Promise.reject(Object.assign(named(live), { message: live }));
        return Promise.resolve({ ReplicationGroups: [{ Status: live }] });
      case "DescribeSnapshotsCommand": {
        const found = snapshots.get(name);
        if (found === undefined) return Promise.reject(named("SnapshotNotFoundFault"));
        const fits = { Engine: "redis", EngineVersion: "7.1.0", CacheNodeType: nodeType, NodeSnapshots: [{}] };
        return Promise.resolve({ Snapshots: [{ ...fits, ...found }] });
      }
      case "CopySnapshotCommand":
        snapshots.set(name, {
          SnapshotName: name,
          SnapshotStatus: given.taken?.status ?? "available",
          SnapshotSource: "manual",
        });
        if (given.taken !== undefined)
          return Promise.reject(new SnapshotAlreadyExistsFault({ message: name, $metadata: {} }));
        done.push(`copy ${input.SourceSnapshotName ?? ""}`);
        copied = input.Tags?.find(({ Key }) => Key === "CopiedFrom")?.Value ?? "";
        return Promise.resolve({});
      case "ListTagsForResourceCommand":
        return Promise.resolve({ TagList: [{ Key: given.taken?.key ?? "CopiedFrom", Value: copied }] });
      case "DescribeServerlessCacheSnapshotsCommand":
        return Promise.resolve({ ServerlessCacheSnapshots: [] });
      default:
        throw new Error(`The command calls ${constructor.name}, which it should not.`);
    }
  }) as never);
  await restore({ stack: "redis-dev", values: ["--var=a=b"], snapshot: automatic, autoApprove: true, ...options });
}

interface Sent {
  readonly constructor: { readonly name: string };
  readonly input: Readonly<Record<"SnapshotName" | "SourceSnapshotName" | "TargetSnapshotName", string | undefined>> & {
    readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
  };
}

const named = (name: string): Error => Object.assign(new Error(name), { name });

beforeEach(() => {
  done = [];
  applied = [];
  shownBefore = [];
});

const inPlace = { inPlace: true };

test.each<[string, Given, object, RegExp]>([
  ["of protected data", { live: "available", protectedData: true }, inPlace, /is protected: a plain run does not/],
  ["without a final snapshot", { live: "available", finalSnapshot: "" }, inPlace, /without a final snapshot/],
  ["into a cache that exists, without --in-place", { live: "available" }, {}, /exists \(available\)/],
  ["in place of a cache that is being changed", { live: "modifying" }, inPlace, /is modifying\. Wait until/],
  ["in place of a cache that is gone", {}, inPlace, /Invalid --in-place: there is no cache/],
  ["that may not ask whether there is a cache", { live: "AccessDeniedException" }, {}, /AccessDeniedException/],
  ["that gets no answer whether there is a cache", { live: "ServiceUnavailableException" }, {}, /ServiceUnavailable/],
  ["of a snapshot that is missing", {}, { snapshot: "another" }, /this account and Region have no such snapshot/],
  ["without a terminal and --auto-approve", { terminal: false }, { autoApprove: false }, /^Missing --auto-approve/],
])("a restore %s is refused before anything is planned, copied or deployed", async (_what, given, options, why) => {
  await expect(run(given, options)).rejects.toThrow(why);
  expect(done).toEqual([]);
});

test("a deploy that Terraform refuses copies nothing", async () => {
  await expect(run({ refused: true })).rejects.toThrow(/^Nothing was changed, because Terraform refuses/);
  expect(done).toEqual(["plan the restore"]);
});

test("an automatic snapshot is copied before its cache is deleted, and the copy is restored", async () => {
  await run({ live: "available" }, inPlace);
  expect(done).toEqual(["plan the restore", `copy ${automatic}`, "apply", "plan"]);
  const [args = []] = applied;
  expect(args).toContain("-replace=random_id.redis_final_snapshot");
  expect(args.find((one) => one.startsWith("-var=restore_from_snapshot="))).toMatch(/=dev-redis-(kept|copy)-/);
});

test("the copy that an interrupted run made is used again", async () => {
  await run({ taken: { copyOf: automatic } });
  expect(done).toEqual(["plan the restore", "apply", "plan"]);
});

test.each<[string, NonNullable<Given["taken"]>, RegExp]>([
  ["is a copy of another one", { copyOf: `${automatic}-2` }, /is taken by another snapshot\. Copy it yourself/],
  [
    "has the tag of a copy under a longer key",
    { copyOf: automatic, key: "CopiedFromVault" },
    /another snapshot\. Copy it/,
  ],
  ["is no copy", { copyOf: "" }, /is taken by another snapshot\. Copy it yourself/],
  ["has failed", { copyOf: automatic, status: "failed" }, /is failed\. Nothing was changed\./],
])("a snapshot with the name of the copy that %s is not restored", async (_what, taken, why) => {
  await expect(run({ live: "available", taken }, inPlace)).rejects.toThrow(why);
  expect(done).toEqual(["plan the restore"]);
});

test.each(but(snapshotSources, "automated"))("a snapshot that is %s is restored itself, not copied", async (source) => {
  await run({ source });
  expect(done).toEqual(["plan the restore", "apply", "plan"]);
  expect(applied[0]).toContain(`-var=restore_from_snapshot=${automatic}`);
});

test("the values of the deploy count in it, and the backup comes after them", async () => {
  await run({ source: "manual" }, { values: ["--var=a=b", "--var-file=/dev.tfvars"] });
  expect(applied[0]).toEqual([
    ...["apply", "-auto-approve", "--var=a=b", "--var-file=/dev.tfvars"],
    ...["-replace=random_id.redis_final_snapshot", `-var=restore_from_snapshot=${automatic}`],
  ]);
});

test.each<[Outcome, number]>([
  ["failed", 1],
  ["interrupted", 130],
])("a deploy that %s ends with the exit code %i, and nothing is planned after it", async (apply, code) => {
  await run({ source: "manual", apply });
  const how = apply === "failed" ? "failed; see above" : "was interrupted";
  expect(terminal.text).toContain(`Restoring ${automatic} ${how}. The cache dev-redis-cluster is gone. Continue with:`);
  expect(done.at(-1)).toBe("apply");
  expect(process.exitCode).toBe(code);
});

describe.each<[string, Given, object]>([
  ["in place", { source: "manual", live: "available" }, inPlace],
  ["into a new cache", { source: "manual" }, {}],
])("a restore %s", (_where, given, options) => {
  test.each([undefined, false])(
    "is confirmed in Terraform's own question, with autoApprove: %j",
    async (autoApprove) => {
      await run(given, { ...options, autoApprove });
      expect(applied).toHaveLength(1);
      expect(applied[0]?.filter((argument) => /auto-approve|input/.test(argument))).toEqual([]);
    },
  );

  test("deploys without a question only with --auto-approve", async () => {
    await run(given, { ...options, autoApprove: true });
    expect(applied[0]).toContain("-auto-approve");
  });
});

test.each<[string, Given, object, string]>([
  [
    "in place",
    { source: "manual", live: "available" },
    inPlace,
    `This will delete dev-redis-cluster, take the final snapshot dev-redis-final-1, and create dev-redis-cluster from ${automatic}.`,
  ],
  ["into a new cache", { source: "manual" }, {}, `This will create dev-redis-cluster from ${automatic}.`],
])("a restore %s is announced before anything is deployed: what it deletes, keeps and creates", async (...row) => {
  const [, given, options, announced] = row;
  await run(given, options);
  expect(shownBefore.filter((line) => line.startsWith("This will"))).toEqual([announced]);
});

test.each<[string, object, string | null]>([
  ["in place", { live: "available" }, "dev-redis-final-1"],
  ["into a new cache", {}, null],
])("the result of a restore %s as JSON has its final snapshot, or none", async (_where, given, finalSnapshot) => {
  await run({ source: "manual", ...given }, { json: true, inPlace: finalSnapshot !== null });
  expect(JSON.parse(terminal.stdout)).toMatchObject({
    replicationGroupId: "dev-redis-cluster",
    restoredFrom: automatic,
    finalSnapshot,
  });
});

describe("a snapshot of another node type than the cache would have", () => {
  const given = { source: "manual", nodeType: "cache.t4g.medium" } as const;

  test.each([{}, { snapshot: undefined, fromVault: "latest" }])(
    "is restored into a new cache, but not in place of a live one, whose data would be gone if it does not fit: %j",
    async (options) => {
      await run(given, options);
      expect(done).toContain("apply");
      done = [];
      await expect(run({ ...given, live: "available" }, { ...options, ...inPlace })).rejects.toThrow(
        /was taken on cache\.t4g\.medium, .* whether the data fits is only known when the live cache is gone/,
      );
      expect(done).toEqual([]);
    },
  );
});

describe("a backup in the vault", () => {
  const latest = { snapshot: undefined, fromVault: "latest" };

  test("is copied out when Terraform accepts the restore, and its files are restored", async () => {
    await run({}, latest);
    expect(done).toEqual(["plan the restore", "copy the files", "apply", "plan"]);
    expect(applied[0]).toContain(
      `-var=restore_from_vault=${JSON.stringify([`arn:aws:s3:::landing/restored/now/${backup}-0001.rdb`])}`,
    );
    expect(terminal.text).toContain(
      `${backup} holds ${automatic} of 2026-01-31T03:00:00Z, of dev in ap-northeast-1 of account 111111111111. Its files were copied to landing`,
    );
  });

  test("is not copied out when Terraform refuses the restore", async () => {
    await expect(run({ refused: true }, latest)).rejects.toThrow(/^Nothing was changed, because Terraform refuses/);
    expect(done).toEqual(["plan the restore"]);
  });

  test.each<[Outcome | undefined, string[]]>([
    [undefined, ["clean up, restored: true", "plan"]],
    ["failed", ["clean up, restored: false"]],
    // Who interrupts a run does not want to wait; the next one cleans up.
    ["interrupted", []],
  ])(
    "of a cache with shards is restored from a snapshot that is made of it; after a deploy that %s: %j",
    async (apply, after) => {
      await run({ shards: 2, ...(apply !== undefined && { apply }) }, latest);
      expect(done).toEqual(["plan the restore", "make a snapshot", "apply", ...after]);
      expect(applied[0]).toContain(`-var=restore_from_snapshot=${backup}`);
      expect(terminal.text).toContain("A snapshot of that name was made of its files, by a temporary cache.");
    },
  );
});

test.each([
  [59, "59 s"],
  [60, "1 min 0 s"],
  [3599, "59 min 59 s"],
  [3600, "1 h 0 min 0 s"],
  [7265, "2 h 1 min 5 s"],
])("how long a restore of %i seconds took is shown: %s", async (takes, shown) => {
  await run({ source: "manual", takes });
  expect(terminal.stdout).toContain(`\nThe restore took ${shown}.\n`);
});

test.each([
  [{}, "inherit"],
  [{ json: true }, "stderr"],
])(
  "what Terraform prints does not get between the results for a script: with %j it goes to %s",
  async (options, where) => {
    await run({ source: "manual" }, options);
    expect(printedTo).toBe(where);
  },
);

const isDone = `${automatic} is restored. A plain deploy changes nothing.`;

test("a restore succeeds when a plain deploy after it changes nothing", async () => {
  await run({ source: "manual" });
  expect(terminal.stdout).toContain(isDone);
});

test.each<[string, Outcome, string]>([
  [
    "would change something",
    "changes",
    `${automatic} is restored, but a plain deploy would change something. To see what, run: npm run diff -- redis-dev --var=a=b`,
  ],
  ["cannot be planned", "failed", "terraform plan failed:\n\nError: no credentials"],
])("a restore fails when the plain deploy after it %s", async (_what, after, why) => {
  await expect(run({ source: "manual", after })).rejects.toThrow(why);
  expect(done).toEqual(["plan the restore", "apply", "plan"]);
  expect(terminal.text).not.toContain(isDone);
});

test("what allows a run to replace protected data does not count for the plain deploy after it", async () => {
  const allowed = { UNPROTECT_STACK: "redis-dev", UPGRADE_STACK: "redis-dev", ROTATE_AUTH_STACK: "redis-dev" };
  const outside = process.env;
  process.env = { ...outside, ...allowed };
  try {
    await run({ source: "manual" });
  } finally {
    process.env = outside;
  }
  const environments = jest
    .mocked(shared.terraformIn)
    .mock.calls.slice(-2)
    .map(([, options]) => options?.env);
  expect(environments).toEqual([
    expect.objectContaining(allowed),
    expect.objectContaining({ UNPROTECT_STACK: undefined, UPGRADE_STACK: undefined, ROTATE_AUTH_STACK: undefined }),
  ]);
});
