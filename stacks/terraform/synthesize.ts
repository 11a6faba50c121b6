import { rmSync } from "node:fs";
import { join } from "node:path";
import { TerraformStack, type App } from "cdktf";

/**
 * Writes the stacks of an app. What the other of `cdktf synth` and `cdktf synth --hcl` has left is removed: Terraform would read every
 * block twice, and `cdktf deploy` would not end.
 */
export function synthesize(app: App): void {
  app.synth();
  for (const { node } of app.node.children.filter((child) => TerraformStack.isStack(child)))
    rmSync(join(app.outdir, "stacks", node.id, app.hclOutput ? "cdk.tf.json" : "cdk.tf"), { force: true });
}
