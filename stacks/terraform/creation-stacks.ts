import { createRequire } from "node:module";

/**
 * Stops cdktf from capturing a stack trace for each token it makes. A resource has a token for every nested block it could have,
 * so the traces were a quarter of the time and most of the memory of a stack; all they do is lengthen the message of a token that
 * fails to resolve, which names the construct's path without them too.
 */
export function withoutCreationStacks(): void {
  // cdktf 0.21 has no setting for it. The module's own object has to be changed: an import would be a copy of it.
  const traces = createRequire(__filename)("cdktf/lib/tokens/private/stack-trace") as {
    captureStackTrace: () => string[];
  };
  traces.captureStackTrace = () => [];
  // Its successor, CDK Terrain, has.
  process.env.CDKTN_DISABLE_CREATION_STACK = "true";
}
