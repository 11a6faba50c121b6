import type { TerraformElement } from "cdktf";
import { isAbsolute, join, relative } from "node:path";
import { acceptedFindings, annotationsOf } from "../../../stacks/terraform/annotation";
import { isObject, type HclOptions, type Json, type JsonObject } from "../../hcl-writer";

/** The folder of a stack's HCL, relative to the project's. */
export const hclFolder = (stackName: string): string => join("hcl", stackName);

/** Where cdktf writes its JSON, and Terraform runs. */
const jsonFolder = (stackName: string): string => join("cdktf.out", "stacks", stackName);

/** How this project lays out the HCL of a stack. */
export const layoutOf = (stackName: string): HclOptions => ({
  fileOf,
  commentsOf: annotationsOf,
  // https://www.checkov.io/2.Basics/Suppressing%20and%20Skipping%20Policies.html
  directivesOf: (element) => [...acceptedFindings(element)].map(([check, reason]) => `checkov:skip=${check}:${reason}`),
  // The state is a file of its own, because people change it when they take the folder elsewhere.
  settings: ({ backend, ...versions }) => ({
    "versions.tf": { ...versions, required_providers: withNamespaces(versions) },
    "backend.tf": { backend: sameState(backend as JsonObject, stackName) },
  }),
});

/** A construct of the stack is a topic and has its own file; what the stack holds itself is in main.tf. */
function fileOf(section: string, element?: TerraformElement): string {
  const own: Readonly<Record<string, string>> = {
    provider: "providers.tf",
    variable: "variables.tf",
    output: "outputs.tf",
  };
  const scopes = element?.node.scopes ?? [];
  const [topic, ...within] = scopes.slice(scopes.findIndex((scope) => scope === element?.cdktfStack) + 1);
  return own[section] ?? (topic === undefined || within.length === 0 ? "main.tf" : `${topic.node.id}.tf`);
}

/** cdktf leaves HashiCorp's namespace out, which people write. */
function withNamespaces({ required_providers: providers = {} }: JsonObject): JsonObject {
  const full = ([name, provider]: [string, Json]): [string, Json] => {
    if (!isObject(provider) || typeof provider.source !== "string") return [name, provider];
    const { source, ...requirement } = provider;
    return [name, { source: source.includes("/") ? source : `hashicorp/${source}`, ...requirement }];
  };
  return Object.fromEntries(Object.entries(providers as JsonObject).map(full));
}

/** The path of a local state counts from the folder in which Terraform runs, which is another one here. */
function sameState(backend: JsonObject, stackName: string): JsonObject {
  const { local } = backend;
  if (!isObject(local) || typeof local.path !== "string" || isAbsolute(local.path)) return backend;
  const path = relative(hclFolder(stackName), join(jsonFolder(stackName), local.path));
  return { ...backend, local: { ...local, path } };
}
