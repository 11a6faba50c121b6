import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { TerraformStack, type App } from "cdktf";
import { inOnePass } from "./passes";
import { lockFor, projectLock, terraformLock, type RequiredProviders } from "./provider-locks";

/**
 * Writes the stacks of an app. What the other of `cdktf synth` and `cdktf synth --hcl` has left is removed: Terraform would read every
 * block twice, and `cdktf deploy` would not end. Where the project has a lock file of providers, each stack gets its part.
 *
 * @throws InputError if that lock file lacks a provider
 */
export function synthesize(app: App): void {
  const synth = (): void => {
    app.synth();
  };
  if (!inOnePass(synth)) {
    // cdktf keeps what a stack depends on from the first time.
    for (const name of Object.keys(app.manifest.stacks)) Reflect.deleteProperty(app.manifest.stacks, name);
    synth();
  }
  for (const { node } of app.node.children.filter((child) => TerraformStack.isStack(child)))
    rmSync(join(app.outdir, "stacks", node.id, app.hclOutput ? "cdk.tf.json" : "cdk.tf"), { force: true });
  if (!app.hclOutput) writeLocks(app);
}

function writeLocks(app: App): void {
  const file = resolve(__dirname, "../..", projectLock);
  if (!existsSync(file)) return;
  const lock = readFileSync(file, "utf8");
  for (const { node } of app.node.children.filter((child) => TerraformStack.isStack(child))) {
    const folder = join(app.outdir, "stacks", node.id);
    const { terraform } = JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8")) as {
      readonly terraform: { readonly required_providers: RequiredProviders };
    };
    writeFileSync(join(folder, terraformLock), lockFor(lock, terraform.required_providers));
  }
}
