import {
  App,
  TerraformDataSource,
  TerraformElement,
  TerraformLocal,
  TerraformOutput,
  TerraformResource,
  TerraformStack,
  TerraformVariable,
} from "cdktf";
import { environments, type Environment } from "../../../stacks/environments";
import { RedisStack } from "../../../stacks/redis-stack";
import { withoutCreationStacks } from "../../../stacks/terraform/creation-stacks";

// `empty-stacks.ts <count> <folder>` does what many-stacks.ts does with as many elements of each kind that say nothing, by cdktf's own
// synthesis: what the library takes before there is anything to write.
withoutCreationStacks();
const [, , count = "3", outdir = "cdktf.out"] = process.argv;

type Make = (stack: TerraformStack, id: string) => TerraformElement;
const kinds: readonly (readonly [isOfKind: (element: TerraformElement) => boolean, make: Make])[] = [
  [
    (element) => TerraformResource.isTerraformResource(element),
    (stack, id) => new TerraformResource(stack, id, { terraformResourceType: "empty" }),
  ],
  [
    (element) => TerraformDataSource.isTerraformDataSource(element),
    (stack, id) => new TerraformDataSource(stack, id, { terraformResourceType: "empty" }),
  ],
  [(element) => element instanceof TerraformVariable, (stack, id) => new TerraformVariable(stack, id, {})],
  [(element) => element instanceof TerraformLocal, (stack, id) => new TerraformLocal(stack, id, true)],
  [(element) => element instanceof TerraformOutput, (stack, id) => new TerraformOutput(stack, id, { value: true })],
];

/** How each element of an environment is made without what it says. */
function elementsOf(environment: Environment): readonly Make[] {
  const model = new RedisStack(new App({ outdir }), "model", environment);
  return model.node
    .findAll()
    .filter((element) => TerraformElement.isTerraformElement(element))
    .flatMap((element) => kinds.filter(([isOfKind]) => isOfKind(element)).map(([, make]) => make));
}
const models = Object.values<Environment>(environments).map(elementsOf);

const start = performance.now();
const app = new App({ outdir });
for (let i = 0; i < Number(count); i++) {
  const stack = new TerraformStack(app, `x${i}`);
  models[i % models.length]?.forEach((make, k) => make(stack, `e${k}`));
}
app.synth();
console.log(performance.now() - start);
