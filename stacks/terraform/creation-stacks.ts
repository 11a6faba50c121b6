import { createRequire } from "node:module";

/**
 * Stops cdktf from capturing a stack trace for each token, in this whole process: only an app of our own calls it, never the package.
 * A resource has a token for every nested block it could have, so the traces take a quarter of the time and most of the memory of a
 * synth. They only lengthen the message of a token that fails to resolve, which names the construct's path without them too.
 */
export function withoutCreationStacks(): void {
  // cdktf 0.21 has no setting for it. The module's own object has to be changed: an import would be a copy of it.
  const traces = createRequire(__filename)("cdktf/lib/tokens/private/stack-trace") as Record<string, () => string[]>;
  // The first is cdktf's, the second that of CDK Terrain.
  for (const name of ["captureStackTrace", "captureCreationStack"]) traces[name] = () => [];
}
