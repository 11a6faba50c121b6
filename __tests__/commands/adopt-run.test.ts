import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { environments, type Environment } from "../../stacks/environments";
import type { Options } from "../../scripts/commands/adopt";
import { adopt } from "../../scripts/commands/adopt/adopt";
import { look } from "../../scripts/commands/adopt/look";
import { planOf, type NotPlanned, type Planned } from "../../scripts/commands/adopt/plan";
import * as validation from "../../scripts/commands/adopt/validate";
import { live } from "../support/live-cluster";
import { stacks } from "../support/stacks";

// What the command asks, and what it writes of the answers. Terraform and AWS themselves: __tests__/e2e/adopt*.test.ts.
jest.mock("../../scripts/commands/adopt/look", () => ({ look: jest.fn() }));
jest.mock("../../scripts/commands/adopt/plan", () => ({ planOf: jest.fn() }));
jest.mock("../../scripts/commands/adopt/validate", () => ({
  ...jest.requireActual<typeof validation>("../../scripts/commands/adopt/validate"),
  validator: jest.fn(),
  refuseName: jest.fn(jest.requireActual<typeof validation>("../../scripts/commands/adopt/validate").refuseName),
}));

interface Given {
  /** What the rules of the stack refuse, by variable. @default - Terraform is not on the PATH */
  readonly refusals?: Readonly<Record<string, string>>;
  readonly planned?: Planned | NotPlanned;
  readonly found?: object;
  /** @default - the environment prod */
  readonly options?: Partial<Options>;
}

const before = process.cwd();
let folder: string;
let stdout: string;
let stderr: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "adopt-"));
  process.chdir(folder);
  stdout = stderr = "";
  jest.spyOn(console, "log").mockImplementation((text = "") => {
    stdout += `${String(text)}\n`;
  });
  jest.spyOn(console, "error").mockImplementation((text = "") => {
    stderr += `${String(text)}\n`;
  });
});

afterEach(() => {
  jest.restoreAllMocks();
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

/** The report of `orders`, and whether a plan was made. */
async function run({ refusals, planned, found = live, options = {} }: Given) {
  jest.mocked(look).mockResolvedValue(found as never);
  jest
    .mocked(validation.validator)
    .mockReturnValue(refusals === undefined ? undefined : () => Promise.resolve(refusals));
  jest.mocked(planOf).mockReset();
  jest.mocked(planOf).mockResolvedValue(planned ?? { refusals: [], before: {}, after: {}, taken: new Map() });
  await adopt({ id: "orders", region: "ap-northeast-1", environment: "prod", json: true, ...options });
  const written = (file: string): string => readFileSync(join("adopt/orders", file), "utf8");
  const plans = jest.mocked(planOf).mock.calls;
  return { written, plans, output: JSON.parse(stdout) as Readonly<Record<string, unknown>> };
}

const unchecked = "Terraform is not on the PATH, so neither the values nor the deploy were checked.";

test("without Terraform the files hold the live values, and the report says that nobody has checked them", async () => {
  const { written, plans, output } = await run({});
  expect(written("report.md")).toContain(unchecked);
  expect(written("report.md")).toContain("\n- Parameter group: default.redis7 -> the stack's own. ");
  expect(plans).toEqual([]);
  expect(written("prod.tfvars")).toMatch(/^vpc_id += "vpc-0123456789abcdef0"$/m);
  expect(written("entry.ts")).toContain('replicationGroupId: "orders"');
  const files = ["entry.ts", "prod.tfvars", "report.md"].map((file) => `adopt/orders/${file}`);
  expect(output).toMatchObject({ id: "orders", region: "ap-northeast-1", adoptable: true, files });
});

test("with Terraform the deploy is planned with the live values, and what would refuse it is reported", async () => {
  const refusal = "The subnet group is in another VPC.";
  const planned = { refusals: [refusal], before: {}, after: {}, taken: new Map<string, never>() };
  const { written, plans } = await run({ refusals: {}, planned });
  expect(plans).toEqual([
    ["redis-prod", expect.anything(), expect.objectContaining({ vpc_id: live.subnetGroup.vpcId })],
  ]);
  expect(written("report.md")).toContain(refusal);
  expect(written("report.md")).not.toContain(unchecked);
});

test("a deploy that Terraform cannot plan is reported with its reason", async () => {
  const { written } = await run({ refusals: {}, planned: { failure: "terraform init failed: no registry" } });
  expect(written("report.md")).toContain("Terraform could not plan it. terraform init failed: no registry");
});

test("while a rule refuses the live cluster, no deploy is planned", async () => {
  const { written, plans } = await run({ refusals: { node_type: "node_type is not supported." } });
  expect(plans).toEqual([]);
  expect(written("report.md")).toContain("node_type is not supported.");
  expect(written("report.md")).toContain("The deploy itself: run this command again when the above is done.");
});

test.each<[string, Given, boolean]>([
  ["while it is planned", { refusals: {} }, true],
  ["not without Terraform", {}, false],
  ["not while a rule refuses the live cluster", { refusals: { node_type: "node_type is not supported." } }, false],
])("who waits reads that the deploy is planned %s", async (_when, given, expected) => {
  await run(given);
  expect(stderr.includes("Planning the deploy ...")).toBe(expected);
});

test("changes of the plan that no rule of the stack makes are in the report", async () => {
  const planned = { refusals: [], before: { port: 6379 }, after: { port: 6380 }, taken: new Map<string, never>() };
  const { written } = await run({ refusals: {}, planned });
  expect(written("report.md")).toContain("- port: 6379 -> 6380. Terraform plans this change.");
});

test.each(Object.values(environments))(
  "the entry of $name is that environment's, with the cluster in it",
  async (base) => {
    jest.mocked(validation.refuseName).mockClear();
    const { written } = await run({ options: { environment: base.name } });
    // It would need Terraform.
    expect(validation.refuseName).not.toHaveBeenCalled();
    const entry = written("entry.ts");
    expect(entry).toContain(`the column ${base.name} of the table`);
    for (const key of ["nodeType", "protectData", "backupWindow"] as const)
      expect(entry).toContain(`  ${key}: ${JSON.stringify(base[key])},\n`);
    expect(written(`${base.name}.tfvars`)).toMatch(new RegExp(`^environment = "${base.name}"$`, "m"));
  },
);

/** The entry that is written, as the table of environments would have it. */
const entryOf = (file: string): Environment =>
  runInNewContext(`(${/export const entry = (\{[^]*\}) as const satisfies/.exec(file)?.[1] ?? ""})`) as Environment;

test("an environment with a new name is prod under that name, also where its name begins like another's", async () => {
  jest.mocked(validation.refuseName).mockClear().mockResolvedValueOnce();
  const { written } = await run({ options: { environment: "pro" } });
  expect(jest.mocked(validation.refuseName).mock.calls).toEqual([["pro"]]);
  expect(entryOf(written("entry.ts"))).toEqual({
    ...environments.prod,
    ...{ name: "pro", adopted: expect.objectContaining({ replicationGroupId: "orders" }) as unknown },
  });
  expect(written("pro.tfvars")).toMatch(/^environment = "pro"$/m);
});

test.each(["Bad Name", "../prod", ""])(
  "the name %j, which no environment can have, is refused before AWS is asked",
  async (name) => {
    jest.mocked(look).mockClear();
    await expect(adopt({ id: "orders", environment: name })).rejects.toThrow(JSON.stringify(name));
    expect(look).not.toHaveBeenCalled();
  },
);

/** What the stack sets itself, as Terraform is given it. */
const ofStack = JSON.parse(JSON.stringify(stacks["redis-prod"]?.())) as {
  readonly provider: { readonly aws: readonly [{ readonly default_tags: readonly [{ readonly tags: string }] }] };
  readonly resource: {
    readonly aws_elasticache_replication_group: { readonly redis: { readonly tags: object } };
    readonly aws_elasticache_parameter_group: {
      readonly redis: { readonly parameter: readonly { readonly name: string }[] };
    };
  };
};

test("the entry keeps the cluster's tags and parameters, but none that the stack sets", async () => {
  const { provider, resource } = ofStack;
  const ofProvider = [...provider.aws[0].default_tags[0].tags.matchAll(/(\w+) = /g)].map(([, key = ""]) => key);
  // With the tag of this project, the cluster would be managed already.
  const ofAll = ofProvider.filter((key) => key !== "RedisBackupStack");
  const ofGroup = Object.keys(resource.aws_elasticache_replication_group.redis.tags);
  const names = resource.aws_elasticache_parameter_group.redis.parameter.map(({ name }) => name);
  for (const keys of [ofAll, ofGroup, names]) expect(keys).not.toEqual([]);
  const all = (keys: readonly string[], own: string) => Object.fromEntries([...keys, own].map((key) => [key, "x"]));
  for (const keys of [ofAll, ofGroup]) {
    const found = { ...live, tags: all(keys, "Team"), parameters: all(names, "timeout") };
    const { adopted } = entryOf((await run({ found })).written("entry.ts"));
    expect(adopted).toMatchObject({ tags: { Team: "x" }, parameters: { timeout: "x" } });
    expect([adopted?.tags, adopted?.parameters].map((kept) => Object.keys(kept ?? {}))).toEqual([
      ["Team"],
      ["timeout"],
    ]);
    stdout = "";
  }
});

test("of a cluster with shards, the entry leaves out what the parameter group of shards sets", async () => {
  const shards = [{ id: "0001", slots: 16_384 }];
  const found = { ...live, shards, parameters: { "cluster-enabled": "yes", timeout: "300" } };
  expect(entryOf((await run({ found })).written("entry.ts")).adopted?.parameters).toEqual({ timeout: "300" });
});

test("a cluster in the Region of its environment keeps the schedules of that environment, not of prod's Region", async () => {
  const eu = { ...environments.prod, name: "eu", region: "eu-west-1" };
  Object.assign(environments, { eu });
  try {
    const { written } = await run({ found: { ...live, region: eu.region }, options: { environment: eu.name } });
    expect(written("eu.tfvars")).not.toContain("_schedule");
    expect(entryOf(written("entry.ts"))).toMatchObject({ region: eu.region, localTime: eu.localTime });
  } finally {
    Reflect.deleteProperty(environments, "eu");
  }
});

test("values that the deploy takes from the cluster are no changes", async () => {
  const differences = { retentionDays: 9, backupWindow: "01:00-02:30", maintenanceWindow: "tue:03:00-tue:04:00" };
  const { written } = await run({ found: { ...live, ...differences } });
  expect(written("report.md")).not.toMatch(/^- (Backup|Maintenance|Nodes)/m);
});

test("a cluster in another Region gets schedules of that Region's night", async () => {
  const schedules = /^(manual_backup_schedule|restore_test_schedule) = "cron\(0 16 .*\)"$/gm;
  expect((await run({})).written("prod.tfvars")).not.toMatch(/^(manual_backup|restore_test)_schedule/m);
  stdout = "";
  const { written } = await run({ found: { ...live, region: "us-east-1" } });
  expect(written("prod.tfvars").match(schedules)).toHaveLength(2);
});

test.each([
  ["managed by a stack of this project", { RedisBackupStack: "redis-dev" }, /^orders is managed by redis-dev already/],
  ["with a tag that would be lost", JSON.parse('{ "__proto__": "x" }') as object, /^orders has a tag named __proto__/],
])("a cluster %s is refused, and no file is written", async (_what, tags, message) => {
  jest.mocked(look).mockResolvedValue({ ...live, tags } as never);
  await expect(adopt({ id: "orders", environment: "prod" })).rejects.toThrow(message);
  expect(readdirSync(".")).toEqual([]);
});

test("a cluster that has no room for the stack's tags is refused, and no file is written", async () => {
  const tags = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`tag-${i}`, "x"]));
  jest.mocked(look).mockResolvedValue({ ...live, tags });
  await expect(adopt({ id: "orders", environment: "prod" })).rejects.toThrow(
    /^orders has 50 tags and would have \d+ with those that the stack sets/,
  );
  expect(readdirSync(".")).not.toContain("adopt");
});

test("a node of no group is reported, and no file is written", async () => {
  jest.mocked(look).mockResolvedValue({ id: "lone", region: "ap-northeast-1", tags: {} });
  await adopt({ id: "lone", environment: "prod" });
  expect(stdout).toContain("# lone (ap-northeast-1) is a node without a replication group");
  expect(readdirSync(".")).toEqual([]);
  stdout = "";
  await adopt({ id: "lone", environment: "prod", json: true });
  expect(JSON.parse(stdout)).toEqual({ id: "lone", region: "ap-northeast-1", adoptable: false, files: [] });
});
