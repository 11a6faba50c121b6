import { isAbsolute, join, relative } from "node:path";
import { hclBlock } from "./blocks";
import { isObject, type Json, type JsonObject } from "./value";

/** Where a stack is written, seen from the project's folder. */
export const hclFolder = (stackName: string): string => join("hcl", stackName);

/** Where cdktf writes it, and Terraform runs. */
const jsonFolder = (stackName: string): string => join("cdktf.out", "stacks", stackName);

/** The `terraform` block in two files: what versions it needs, and where its state is, which people change when they take the folder elsewhere. */
export function settingsFiles({ backend, ...versions }: JsonObject, stackName: string) {
  const shape = { kind: "terraform", blocks: new Map<string, boolean>(), reasons: new Map<string, string>() };
  const block = (body: JsonObject): string => hclBlock(["terraform"], body, shape);
  return [
    { file: "versions.tf", local: false, text: block({ ...versions, required_providers: withNamespaces(versions) }) },
    { file: "backend.tf", local: false, text: block({ backend: sameState(backend as JsonObject, stackName) }) },
  ];
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
