import { App, TerraformLocal, TerraformStack } from "cdktf";
import { accept, acceptedFindings, annotate, annotationsOf } from "../../stacks/terraform/annotation";

test("an element has its comments and its accepted findings, and neither as the other", () => {
  const element = new TerraformLocal(new TerraformStack(new App(), "stack"), "local", "x");
  element.node.addMetadata("of somebody else", { argument: "x", reason: "x", check: "x" });
  annotate(element, "Why it is there.");
  annotate(element, "Why it is so.", "lifecycle.ignore_changes");
  accept(element, "CKV_AWS_26", "Why it may be.");
  expect([...annotationsOf(element)]).toEqual([
    ["", "Why it is there."],
    ["lifecycle.ignore_changes", "Why it is so."],
  ]);
  expect([...acceptedFindings(element)]).toEqual([["CKV_AWS_26", "Why it may be."]]);
});
