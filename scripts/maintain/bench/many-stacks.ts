import { App } from "cdktf";
import { environments, type Environment } from "../../../stacks/environments";
import { RedisStack } from "../../../stacks/redis-stack";
import { withoutCreationStacks } from "../../../stacks/terraform/creation-stacks";
import { synthesize } from "../../../stacks/terraform/synthesize";

// `many-stacks.ts <count> <folder>` synthesizes that many stacks into the folder and prints how long it took, modules loaded.
withoutCreationStacks();
const [, , count = "3", outdir = "cdktf.out"] = process.argv;
const kinds = Object.values<Environment>(environments);

const start = performance.now();
const app = new App({ outdir });
for (let i = 0; i < Number(count); i++) {
  const environment = kinds[i % kinds.length];
  if (environment !== undefined) new RedisStack(app, `redis-x${i}`, { ...environment, name: `x${i}` });
}
synthesize(app);
console.log(performance.now() - start);
