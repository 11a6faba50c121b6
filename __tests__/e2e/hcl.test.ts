import { createNetwork, type Network } from "./support/aws";
import { destroyAll } from "./support/clean-up";
import { bothPlans } from "./support/hcl";
import { expectOk, Project } from "./support/project";
import { expectRefused } from "./support/refusing";

// What the HCL makes of a live cache: life-dev.
let network: Network;
let project: Project;

beforeAll(() => {
  network = createNetwork();
  project = new Project(network);
  expectOk(project.synth());
  expectOk(project.writeHcl());
});

afterAll(() => {
  destroyAll(project, network, {});
});

test.each(["redis-dev", "redis-staging", "redis-prod", "redis-backup-policy", "redis-vault"])(
  "%s as HCL is valid Terraform, and plans what the JSON plans",
  (stack) => {
    expectOk(project.terraform(stack, ["init", "-input=false"]));
    expectOk(project.terraformInHcl(stack, ["init", "-input=false"]));
    const { json, hcl } = bothPlans(project, stack);
    expect(JSON.stringify(json)).toContain('"actions":["create"]');
    expect(hcl).toEqual(json);
  },
);

test("the HCL refuses what the JSON refuses, in the same words", () => {
  const wrong = { TF_VAR_backup_retention_days: "0", TF_VAR_vpc_cidr: "10.0.0.1/16" };
  const refusals = /(backup_retention_days is \d+\. Use|vpc_cidr "[^"]*" is) [^.]*\./g;
  const sentences = (text: string): string[] => text.match(refusals)?.sort() ?? [];
  const json = project.terraform("redis-prod", ["plan"], wrong);
  const hcl = project.terraformInHcl("redis-prod", ["plan"], wrong);
  expectRefused(hcl, "backup_retention_days is 0. Use", 'vpc_cidr "10.0.0.1/16" is');
  expect(sentences(hcl.text)).toEqual(sentences(json.text));
  expect(sentences(json.text)).toHaveLength(2);
});
