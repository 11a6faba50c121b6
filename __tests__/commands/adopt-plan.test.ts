import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { planOf } from "../../scripts/commands/adopt/plan";
import * as names from "../../scripts/commands/recover/taken";
import { root, type Stack } from "../../scripts/shared/synthesize";
import * as shared from "../../scripts/shared/terraform";
import type { Run } from "../../scripts/shared/terraform";

// How the deploy of an adopted cluster is planned, and what is read of the plan. Terraform itself: __tests__/e2e/adopt*.test.ts.
jest.mock("../../scripts/commands/recover/taken", () => ({ takenNames: jest.fn() }));
jest.mock("../../scripts/shared/synthesize", () => ({
  root: jest
    .requireActual<typeof import("node:fs")>("node:fs")
    .mkdtempSync(`${jest.requireActual<typeof import("node:os")>("node:os").tmpdir()}/adopt-plan-`),
}));
jest.mock("../../scripts/shared/terraform", () => ({
  ...jest.requireActual<typeof shared>("../../scripts/shared/terraform"),
  terraformIn: jest.fn(),
  withConfiguration: jest.fn(),
}));

const stack = {
  terraform: { backend: { s3: {} }, required_providers: {} },
  provider: { aws: [{ region: "ap-northeast-1" }] },
} as unknown as Stack;
const group = "aws_elasticache_replication_group.redis";

const ran = (ok: boolean, stdout = "", text = stdout): Run => ({ ok, status: ok ? 0 : 1, stdout, text });
const error = (summary: string, detail = ""): string =>
  JSON.stringify({ type: "diagnostic", diagnostic: { severity: "error", summary, detail } });

interface Given {
  readonly init?: Run;
  readonly plan?: Run;
  readonly changes?: readonly object[];
}

/** What was run, with which values of variables and in which environment, and the answer. */
async function planned({ init = ran(true), plan = ran(true), changes = [] }: Given) {
  const runs: { command: string; values: readonly string[]; env: NodeJS.ProcessEnv }[] = [];
  const configurations: object[] = [];
  jest.mocked(shared.terraformIn).mockImplementation((_folder, { values = [], env = {} } = {}) => (args) => {
    runs.push({ command: args.join(" "), values, env });
    const show = ran(true, JSON.stringify({ resource_changes: changes }));
    return { init, plan, show }[args[0] as "init"];
  });
  jest.mocked(shared.withConfiguration).mockImplementation((configuration, act) => {
    configurations.push(configuration);
    return Promise.resolve(act("copy"));
  });
  jest.mocked(names.takenNames).mockReset();
  jest.mocked(names.takenNames).mockResolvedValue(new Map([["aws_sns_topic.redis_events", "events"]]));
  const answer = await planOf("redis-prod", stack, { vpc_id: "vpc-1" });
  return { answer, runs, configurations };
}

const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

const change = (address: string, of: object): object => ({ address, change: of });
const other = change("aws_sns_topic.redis_events", { before: { name: "a" }, after: { name: "b" } });

test("what the deploy makes of the cluster itself is read, and what AWS has under the names of the rest", async () => {
  const alike = change(`${group}_sessions`, { before: { port: 1 }, after: { port: 2 } });
  const changes = [other, alike, change(group, { before: { port: 6379 }, after: { port: 6380 } })];
  const { answer, runs } = await planned({ changes });
  expect(answer).toEqual({
    refusals: [],
    before: { port: 6379 },
    after: { port: 6380 },
    taken: new Map([["aws_sns_topic.redis_events", "events"]]),
  });
  expect(runs.map(({ command }) => command)).toEqual(["init", "plan -json -out=plan", "show -json plan"]);
});

test("names that AWS has are looked for with the providers, the values and the plan of the deploy", async () => {
  await planned({ changes: [other] });
  const folder = join(root, "cdktf.out/adopt/redis-prod");
  expect(jest.mocked(names.takenNames).mock.calls).toEqual([
    [
      { ...stack, name: "redis-prod", folder },
      { resource_changes: [other] },
      [`--var-file=${folder}/values.tfvars.json`],
    ],
  ]);
});

test("a plan that says nothing of the cluster changes nothing of it", async () => {
  expect((await planned({ changes: [other] })).answer).toMatchObject({ before: {}, after: {} });
});

test("it is planned with the values, an address that a person will set, and no state of anybody", async () => {
  const { runs, configurations } = await planned({});
  const file = join(root, "cdktf.out/adopt/redis-prod/values.tfvars.json");
  expect(runs.find(({ command }) => command.startsWith("plan"))?.values).toEqual([`--var-file=${file}`]);
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({ notification_email: "oncall@example.com", vpc_id: "vpc-1" });
  expect(existsSync(join(root, "cdktf.out/adopt/redis-prod/cdk.tf.json"))).toBe(true);
  expect(JSON.parse(JSON.stringify(configurations))).toEqual([{ ...stack, terraform: { required_providers: {} } }]);
});

test("values and a workspace that are set for another deploy do not count, where Terraform finds its providers does", async () => {
  process.env = { PATH: "/bin", TF_PLUGIN_CACHE_DIR: "/cache", TF_CLI_CONFIG_FILE: "/rc", MY_TF_WORKSPACE: "eu" };
  const kept = { ...process.env };
  Object.assign(process.env, {
    ...{ TF_VAR_vpc_id: "vpc-2", TF_CLI_ARGS: "-no-color", TF_CLI_ARGS_plan: "-refresh=false", TF_WORKSPACE: "eu" },
  });
  const { runs } = await planned({});
  for (const { env } of runs) expect(env).toEqual(kept);
});

test.each<[string, string, string]>([
  [
    "the first error",
    "\nError: Failed to query available provider packages\n\nmore",
    "Failed to query available provider packages",
  ],
  ["the end of what Terraform printed, where it names no error", "  killed\n", "killed"],
  ["no more than the last 200 characters of that", `begin${"-".repeat(190)}the end...`, `${"-".repeat(190)}the end...`],
])("where Terraform cannot be initialized, the reason is %s", async (_what, text, reason) => {
  const { answer, runs } = await planned({ init: ran(false, "", text) });
  expect(answer).toEqual({ failure: `terraform init failed: ${reason}` });
  expect(runs.map(({ command }) => command)).toEqual(["init"]);
});

const checked = "\n\nThis was checked by the validation rule at main.tf.json:1,2-3.";
test.each<[string, string, string, string]>([
  ["a rule of a variable", "Invalid value for variable", `It is 3.${checked}`, "It is 3."],
  ["a rule of a resource", "Resource precondition failed", "No such VPC.", "No such VPC."],
  ["a rule of what is read", "Resource postcondition failed", "No such key.", "No such key."],
  ["an error of AWS", "creating SNS Topic", "AccessDenied", "creating SNS Topic: AccessDenied"],
  [
    "an error about a rule of something else",
    "Upstream Resource precondition failed",
    "No answer.",
    "Upstream Resource precondition failed: No answer.",
  ],
  ["an error without details", "Reference to undeclared resource", "", "Reference to undeclared resource"],
])("%s is a refusal, once, in words that can be read alone", async (_what, summary, detail, sentence) => {
  const plan = ran(false, [error(summary, detail), error(summary, detail)].join("\n"));
  const { answer, runs } = await planned({ plan, changes: [change(group, { before: {}, after: { port: 1 } })] });
  expect(answer).toEqual({ refusals: [sentence], before: {}, after: {}, taken: new Map() });
  expect(runs.map(({ command }) => command)).toEqual(["init", "plan -json -out=plan"]);
});
