import { rmSync } from "node:fs";
import { join } from "node:path";
import { expectOk, type Project } from "./project";

/** What the plans of a stack's JSON and of its HCL would do. The configuration is told in other words, and the moment differs. */
export function bothPlans(
  project: Project,
  stack: string,
  values: NodeJS.ProcessEnv = {},
): { readonly json: object; readonly hcl: object } {
  const args = ["plan", "-out=compared.tfplan", "-input=false"];
  expectOk(project.terraform(stack, args, values));
  expectOk(project.terraformInHcl(stack, args, values));
  const effects = (form: "hcl" | "cdktf.out/stacks"): object => {
    const { configuration, timestamp, ...rest } = project.showPlan(form, stack, "compared.tfplan");
    // Nobody but this test saves it, and it may hold the AUTH token.
    rmSync(join(project.folder, form, stack, "compared.tfplan"));
    expect([configuration, timestamp]).not.toContain(undefined);
    return { ...rest, relevant_attributes: inOrder(rest.relevant_attributes) };
  };
  return { json: effects("cdktf.out/stacks"), hcl: effects("hcl") };
}

/** Terraform lists these in any order. */
const inOrder = (list: unknown): string[] => ((list ?? []) as object[]).map((each) => JSON.stringify(each)).sort();
