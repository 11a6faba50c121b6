import { ElastiCacheClient } from "@aws-sdk/client-elasticache";
import { S3Client } from "@aws-sdk/client-s3";
import { existsSync } from "node:fs";
import { deploy } from "../../scripts/commands/deploy/deploy";
import type { Kind } from "../../scripts/commands/deploy";
import type { Plan } from "../../scripts/commands/deploy/plan";
import * as names from "../../scripts/commands/recover/taken";
import { isInteractive } from "../../scripts/shared/confirm";
import * as shared from "../../scripts/shared/terraform";
import type { Outcome, Run } from "../../scripts/shared/terraform";
import { afterInit } from "../support/after-init";
import { printedBy } from "../support/printed-by";
import { terminalOfEachTest } from "../support/terminal";

// What a person is asked before anything is changed, and what the answer does. Terraform itself: __tests__/e2e.
jest.mock("node:readline/promises");
jest.mock("../../scripts/shared/terraform-binary", () => ({ requireTerraform: () => undefined }));
// Its refusals: other-environment.test.ts.
jest.mock("../../scripts/shared/environment", () => ({ refuseOtherEnvironment: () => Promise.resolve() }));
jest.mock("../../scripts/shared/synthesize", () => ({
  hasCache: () => true,
  writeStack: (name: string) => ({ name, folder: "folder", provider: { aws: [{ region: "ap-northeast-1" }] } }),
}));
jest.mock("../../scripts/commands/recover/taken", () => ({
  ...jest.requireActual<typeof names>("../../scripts/commands/recover/taken"),
  takenNames: jest.fn(),
}));
// Jest does not find a TypeScript file by the name that it gets when it is compiled.
for (const name of ["full-vault", "test-cache"])
  jest.doMock(
    `../../scripts/commands/deploy/${name}.js`,
    () => jest.requireActual<object>(`../../scripts/commands/deploy/${name}`),
    { virtual: true },
  );
jest.mock("../../scripts/shared/terraform", () => ({
  ...jest.requireActual<typeof shared>("../../scripts/shared/terraform"),
  terraformIn: jest.fn(),
  runInTerminal: jest.fn(),
}));

const planTo = (action: string, address = "aws_sns_topic.x", before: object | null = null): Plan => ({
  resource_changes: [
    {
      ...{ address, mode: "managed", type: address.split(".")[0] ?? "" },
      change: { actions: [action], before: { ...before }, after: {} },
    },
  ],
});
/** What Terraform prints of a plan. */
const terraformsPlan = "# aws_sns_topic.x will be updated in-place";
const outputs = { endpoint: { value: "host", sensitive: false }, token: { value: "the-token", sensitive: true } };

const terminal = terminalOfEachTest();

interface Given {
  readonly answer?: string;
  readonly plan?: Outcome;
  /** @default - an update */
  readonly planned?: Plan;
  readonly apply?: Outcome;
}

let seen: string[][];
const applied = (): string[][] => seen.filter(([command]) => command === "apply");
/** What a person has read when the plan is applied. */
let shownBefore: string;

/** Runs the command in a terminal: the commands of Terraform that a person sees, the questions, and what is printed. */
async function run(
  kind: Kind,
  { answer = "", plan = "changes", planned = planTo("update"), apply = "succeeded" }: Given,
  options: object = {},
) {
  seen = [];
  const ok = (stdout: string): Run => ({ ok: true, status: 0, stdout, text: stdout });
  const terraform: shared.Terraform = ([command, ...args]) => {
    if (command === "show") return ok(printedBy(args, planned));
    return ok(command === "output" ? printedBy(args, outputs) : "");
  };
  jest.mocked(shared.terraformIn).mockImplementation(() => afterInit(terraform));
  jest.mocked(shared.runInTerminal).mockImplementation((_folder, args, { stdout } = {}) => {
    seen.push([...args]);
    if (args[0] === "plan" && typeof stdout === "function") stdout(terraformsPlan);
    if (args[0] === "apply") shownBefore = terminal.text;
    return Promise.resolve(args[0] === "plan" ? plan : apply);
  });
  terminal.answers(answer);
  await deploy({ stack: "redis-dev", values: ["--var=a=b"], ...options }, kind);
  return { seen, applied: applied() };
}

test.each([
  ["-replace=random_password.redis_auth[0]", "-replace", "Unset it, and use --replace=<address>."],
  ["-parallelism=5 --target aws_sns_topic.x", "-target", "Unset it."],
  ["-var-file=other.tfvars", "-var-file", "Unset it."],
])("options of apply that would change the plan are refused before it is made: %s", async (given, option, instead) => {
  process.env.TF_CLI_ARGS_apply = given;
  jest.mocked(shared.runInTerminal).mockReset();
  try {
    await expect(run("deploy", { answer: "yes" })).rejects.toThrow(
      `Invalid TF_CLI_ARGS_apply: ${option} changes the plan, and this command applies only the plan that it shows. ${instead}`,
    );
    expect(jest.mocked(shared.runInTerminal)).not.toHaveBeenCalled();
    process.env.TF_CLI_ARGS_apply = "-parallelism=5";
    expect((await run("deploy", { answer: "yes" })).applied).toHaveLength(1);
  } finally {
    delete process.env.TF_CLI_ARGS_apply;
  }
});

describe.each<Kind>(["deploy", "destroy"])("%s", (kind) => {
  test.each(["", "y", "Y", "Yes", "YES", "yes ", " yes", "yes!", "no", "true"])(
    "the answer %j changes nothing, says so and fails",
    async (answer) => {
      const { applied } = await run(kind, { answer });
      expect(applied).toEqual([]);
      expect(terminal.text).toContain("Nothing was changed.");
      expect(process.exitCode).toBe(1);
    },
  );

  test("asks once, with the stack and what will change; yes applies the plan that was shown, and no other", async () => {
    const { seen, applied } = await run(kind, { answer: "yes" });
    expect(terminal.questions).toEqual([
      `Do you want to ${kind} redis-dev as planned (1 to update)? Only yes confirms: `,
    ]);
    const file = seen[0]?.find((argument) => argument.startsWith("-out="))?.slice("-out=".length);
    expect(file).toBeDefined();
    expect(applied).toEqual([["apply", "-input=false", file]]);
    // It has the AUTH token in it.
    expect(existsSync(file ?? "")).toBe(false);
    expect(process.exitCode).toBeUndefined();
  });

  test.each<[string, object]>([
    ["before the question", {}],
    ["before it is applied, with --auto-approve", { autoApprove: true }],
    ["before it is applied, with --auto-approve and --json", { autoApprove: true, json: true }],
  ])("the whole plan is shown %s", async (_when, options) => {
    await run(kind, { answer: "yes" }, options);
    const [plan = ""] = shownBefore.split("Do you want to");
    expect(plan).toContain("\nredis-dev: 1 to update.\n");
    expect(plan).toContain(`\n${terraformsPlan}\n`);
  });

  test("without a terminal it is refused before anything is planned, and with --auto-approve nobody is asked", async () => {
    process.stdin.isTTY = false;
    await expect(run(kind, { answer: "yes" })).rejects.toThrow(
      `Missing --auto-approve: there is no terminal in which to confirm the ${kind}.`,
    );
    const { applied } = await run(kind, {}, { autoApprove: true });
    expect(applied).toHaveLength(1);
    expect(terminal.questions).toEqual([]);
  });

  test.each<[Outcome, number]>([
    ["failed", 1],
    ["interrupted", 130],
  ])("a plan that %s asks nothing, and its exit code is %i", async (plan, code) => {
    const { applied } = await run(kind, { answer: "yes", plan });
    expect([applied, terminal.questions, process.exitCode]).toEqual([[], [], code]);
  });

  test.each<[Outcome, number]>([
    ["failed", 1],
    ["interrupted", 130],
  ])("an apply that %s has the exit code %i", async (apply, code) => {
    await run(kind, { answer: "yes", apply });
    expect(process.exitCode).toBe(code);
  });

  test("without changes nobody is asked, and nothing is applied", async () => {
    const { applied } = await run(kind, { plan: "succeeded" });
    expect([applied, terminal.questions, process.exitCode]).toEqual([[], [], undefined]);
  });
});

test("a plan that changes outputs alone is asked about as such, and has no summary of resources", async () => {
  accountWith({});
  const { applied } = await run("deploy", { answer: "yes", planned: { resource_changes: [] } });
  expect(terminal.questions).toEqual([
    "Do you want to deploy redis-dev as planned (outputs only)? Only yes confirms: ",
  ]);
  expect(applied).toHaveLength(1);
  expect(shownBefore).not.toContain("redis-dev:");
  expect(shownBefore).not.toContain("not deployed yet");
});

describe("what Terraform prints while it applies", () => {
  test.each([
    [{}, "inherit"],
    [{ json: true }, "stderr"],
  ])("does not get between the results for a script: with %j it goes to %s", async (options, stdout) => {
    await run("deploy", { answer: "yes" }, options);
    const [, , given] = jest.mocked(shared.runInTerminal).mock.calls.at(-1) ?? [];
    expect(given?.stdout).toBe(stdout);
  });
});

test.each<[string, Kind, Plan, boolean]>([
  ["the first deploy", "deploy", planTo("create"), true],
  ["a later deploy", "deploy", planTo("update"), false],
  ["a destroy", "destroy", planTo("delete"), false],
  ["a destroy of what has only outputs", "destroy", { resource_changes: [] }, false],
])(
  "after %s, what to do next is shown only where nothing was deployed before",
  async (_what, kind, planned, expected) => {
    accountWith({});
    await run(kind, { answer: "yes", planned });
    expect(terminal.text.includes("\nNext:\n")).toBe(expected);
  },
);

/** What AWS has: a vault with an object, a restored test cache, names of the stack. */
interface InTheWay {
  readonly vault?: boolean;
  readonly testCache?: boolean;
  readonly names?: boolean;
}

function accountWith({ vault = false, testCache = false, names: taken = false }: InTheWay): void {
  const objects = vault ? { Versions: [{ Key: "a-backup.rdb" }] } : {};
  jest.spyOn(S3Client.prototype, "send").mockImplementation(() => Promise.resolve(objects) as never);
  const groups = { ReplicationGroups: testCache ? [{ Status: "available" }] : [] };
  jest.spyOn(ElastiCacheClient.prototype, "send").mockImplementation(() => Promise.resolve(groups) as never);
  jest.mocked(names.takenNames).mockResolvedValue(new Map(taken ? [["aws_sns_topic.x", "the-topic"]] : []));
}

// AWS itself says so only when half of the stack is created, or destroyed.
describe.each<[what: string, kind: Kind, planned: Plan, inTheWay: InTheWay, why: RegExp]>([
  [
    "a first deploy whose names are taken",
    "deploy",
    planTo("create"),
    { names: true },
    /already has a resource with a name that redis-dev would use[^]*aws_sns_topic\.x: the-topic[^]*Nothing was changed\.$/,
  ],
  [
    "a destroy of a vault that is not empty",
    "destroy",
    planTo("delete", "aws_s3_bucket.vault", { bucket: "the-vault" }),
    { vault: true },
    /the vault the-vault is not empty, its first object is a-backup\.rdb\.[^]*Nothing was changed\.$/,
  ],
  [
    "a destroy of the security group of a restored cache that exists",
    "destroy",
    planTo("delete", "aws_security_group.restore_test", { name: "dev-redis-restore-test-sg" }),
    { testCache: true },
    /the restored cache dev-redis-restore-test is available,[^]*Nothing was changed\.$/,
  ],
])("%s", (_what, kind, planned, inTheWay, why) => {
  test.each([{}, { autoApprove: true }])(
    "is refused before anybody is asked or anything is applied, with %j",
    async (options) => {
      accountWith(inTheWay);
      await expect(run(kind, { answer: "yes", planned }, options)).rejects.toThrow(why);
      expect([applied(), terminal.questions]).toEqual([[], []]);
    },
  );

  test("is applied when AWS has nothing in its way", async () => {
    accountWith({});
    expect((await run(kind, { answer: "yes", planned })).applied).toHaveLength(1);
  });
});

test("only destroy plans to destroy, and values and --replace go into the plan", async () => {
  const planOf = async (kind: Kind, options: object = {}): Promise<string[]> =>
    (await run(kind, { answer: "yes" }, options)).seen[0] ?? [];
  expect(await planOf("destroy")).toContain("-destroy");
  expect(await planOf("deploy")).not.toContain("-destroy");
  // Nobody sees a question for a value that is missing.
  expect(await planOf("deploy")).toContain("-input=false");
  expect(await planOf("deploy", { replace: ["random_id.x"] })).toEqual(
    expect.arrayContaining(["-replace=random_id.x", "--var=a=b"]),
  );
});

test("diff shows changes, and applies nothing whatever would be answered", async () => {
  const { applied } = await run("diff", { answer: "yes" });
  expect([applied, terminal.questions]).toEqual([[], []]);
  expect(terminal.text).toContain("redis-dev: 1 to update.");
  expect(terminal.text).toContain(terraformsPlan);
});

test("the result as JSON has no output that is secret", async () => {
  await run("deploy", { answer: "yes" }, { json: true });
  expect(JSON.parse(terminal.stdout)).toMatchObject({ stack: "redis-dev", outputs: { endpoint: "host" } });
  expect(terminal.text).not.toContain("the-token");
});

test.each([
  [true, true, true],
  [true, false, false],
  [false, true, false],
])("a person can be asked only where input (%j) and output (%j) are a terminal", (input, output, expected) => {
  process.stdin.isTTY = input;
  process.stdout.isTTY = output;
  expect(isInteractive()).toBe(expected);
});
