import { setFlagsFromString } from "node:v8";
import { format } from "@cdktf/hcl-tools";

// hclwrite is WebAssembly. Optimizing it takes V8 three times as long as all that is done with it, and keeps the process from ending.
setFlagsFromString("--liftoff-only");

export { format };
