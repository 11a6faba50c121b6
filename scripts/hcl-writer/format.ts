import { setFlagsFromString } from "node:v8";

/** Formats HCL as `terraform fmt` does. */
export async function format(hcl: string): Promise<string> {
  // hclwrite is WebAssembly. Optimizing it takes V8 three times as long as all that is done with it, and keeps the process from ending.
  setFlagsFromString("--liftoff-only");
  const tools = await import("@cdktf/hcl-tools");
  return tools.format(hcl);
}
