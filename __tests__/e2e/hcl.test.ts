import { createNetwork, deleteNetwork, type Network } from "./support/aws";
import { expectOk, Project } from "./support/project";

let network: Network;
let project: Project;

beforeAll(() => {
  network = createNetwork();
  project = new Project(network);
  expectOk(project.synth());
  expectOk(project.writeHcl());
});

afterAll(() => {
  project.destroy("redis-dev");
  deleteNetwork(network);
  project.remove();
});

/** What a plan would do. The configuration is told in other words, and the moment differs. */
function plans(stack: string, values: NodeJS.ProcessEnv = {}): { json: object; hcl: object } {
  const args = ["plan", "-out=compared.tfplan", "-input=false"];
  expectOk(project.terraform(stack, args, values));
  expectOk(project.terraformInHcl(stack, args, values));
  const effects = (form: "hcl" | "cdktf.out/stacks"): object => {
    const { configuration, timestamp, ...rest } = project.showPlan(form, stack, "compared.tfplan");
    expect([configuration, timestamp]).not.toContain(undefined);
    return { ...rest, relevant_attributes: inOrder(rest.relevant_attributes) };
  };
  return { json: effects("cdktf.out/stacks"), hcl: effects("hcl") };
}

/** Terraform lists these in any order. */
const inOrder = (list: unknown): string[] => ((list ?? []) as object[]).map((each) => JSON.stringify(each)).sort();

describe.each(["redis-dev", "redis-staging", "redis-prod", "redis-backup-policy"])("%s as HCL", (stack) => {
  test("is valid Terraform", () => {
    expectOk(project.terraform(stack, ["init", "-input=false"]));
    expectOk(project.terraformInHcl(stack, ["init", "-input=false"]));
    expect(project.terraformInHcl(stack, ["validate"]).text).toContain("The configuration is valid.");
  });

  test("plans what the JSON plans", () => {
    const { json, hcl } = plans(stack);
    expect(JSON.stringify(json)).toContain('"actions":["create"]');
    expect(hcl).toEqual(json);
  });
});

test("the HCL refuses what the JSON refuses, in the same words", () => {
  const wrong = { TF_VAR_backup_retention_days: "0", TF_VAR_vpc_cidr: "10.0.0.1/16" };
  const sentences = (text: string): string[] =>
    text.match(/(backup_retention_days is \d+\. Write|vpc_cidr "[^"]*" is) [^.]*\./g)?.sort() ?? [];
  const json = sentences(project.terraform("redis-prod", ["plan"], wrong).text);
  const hcl = project.terraformInHcl("redis-prod", ["plan"], wrong);
  expect(hcl.ok).toBe(false);
  expect(sentences(hcl.text)).toEqual(json);
  expect(json).toHaveLength(2);
});

describe("what was deployed from the JSON", () => {
  const stack = "redis-dev";

  beforeAll(() => {
    expectOk(project.deploy(stack));
  });

  test("is the same state to the HCL: no changes", () => {
    expect(project.terraformInHcl(stack, ["plan", "-detailed-exitcode"]).text).toContain("No changes.");
  });

  test("is changed by the HCL as by the JSON", () => {
    const { json, hcl } = plans(stack, { TF_VAR_num_cache_nodes: "3", TF_VAR_log_retention_days: "90" });
    expect(JSON.stringify(json)).toContain('"actions":["update"]');
    expect(hcl).toEqual(json);
  });

  test("is protected by the HCL as by the JSON", () => {
    const plan = project.terraformInHcl(stack, ["plan"], { TF_VAR_redis_version: "7.0" });
    expect(plan.ok).toBe(false);
    expect(plan.text).toContain("The live cache was deployed as redis 7.1");
  });

  test("is upgraded by the HCL as by the JSON, when both are written for that run", () => {
    expectOk(project.synth({ UPGRADE_STACK: stack }));
    expectOk(project.writeHcl({ UPGRADE_STACK: stack }));
    const { json, hcl } = plans(stack, { TF_VAR_engine: "valkey", TF_VAR_redis_version: "8.0" });
    expect(JSON.stringify(json)).toContain('"engine_version":"8.0"');
    expect(hcl).toEqual(json);
  });
});
