import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { adopt } from "../../scripts/commands/adopt/adopt";
import { look } from "../../scripts/commands/adopt/look";
import { planOf, type NotPlanned, type Planned } from "../../scripts/commands/adopt/plan";
import * as validation from "../../scripts/commands/adopt/validate";
import { live } from "../support/live-cluster";

// What the command asks, and what it writes of the answers. Terraform and AWS themselves: __tests__/e2e/adopt*.test.ts.
jest.mock("../../scripts/commands/adopt/look", () => ({ look: jest.fn() }));
jest.mock("../../scripts/commands/adopt/plan", () => ({ planOf: jest.fn() }));
jest.mock("../../scripts/commands/adopt/validate", () => ({
  ...jest.requireActual<typeof validation>("../../scripts/commands/adopt/validate"),
  validator: jest.fn(),
}));

interface Given {
  /** What the rules of the stack refuse, by variable. @default - Terraform is not on the PATH */
  readonly refusals?: Readonly<Record<string, string>>;
  readonly planned?: Planned | NotPlanned;
  readonly found?: object;
}

const before = process.cwd();
let folder: string;
let stdout: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "adopt-"));
  process.chdir(folder);
  stdout = "";
  jest.spyOn(console, "log").mockImplementation((text = "") => {
    stdout += `${String(text)}\n`;
  });
  jest.spyOn(console, "error").mockImplementation(() => undefined);
});

afterEach(() => {
  jest.restoreAllMocks();
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

/** The report of `orders`, and whether a plan was made. */
async function run({ refusals, planned, found = live }: Given) {
  jest.mocked(look).mockResolvedValue(found as never);
  jest
    .mocked(validation.validator)
    .mockReturnValue(refusals === undefined ? undefined : () => Promise.resolve(refusals));
  jest.mocked(planOf).mockReset();
  jest.mocked(planOf).mockResolvedValue(planned ?? { refusals: [], before: {}, after: {}, taken: new Map() });
  await adopt({ id: "orders", region: "ap-northeast-1", environment: "prod", json: true });
  const written = (file: string): string => readFileSync(join("adopt/orders", file), "utf8");
  const plans = jest.mocked(planOf).mock.calls;
  return { written, plans, output: JSON.parse(stdout) as Readonly<Record<string, unknown>> };
}

const unchecked = "Terraform is not on the PATH, so neither the values nor the deploy were checked.";

test("without Terraform the files hold the live values, and the report says that nobody has checked them", async () => {
  const { written, plans, output } = await run({});
  expect(written("report.md")).toContain(unchecked);
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
