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
import { environments } from "../../../stacks/environments";
import { RedisStack } from "../../../stacks/redis-stack";
import { withoutCreationStacks } from "../../../stacks/terraform/creation-stacks";

// `empty-stacks.ts <count> <folder>` does what many-stacks.ts does with elements of the same number and kinds that say nothing, by cdktf's
// own synthesis: what the library takes before there is anything to write.
withoutCreationStacks();
const [, , count = "3", outdir = "cdktf.out"] = process.argv;
const model = new RedisStack(new App({ outdir }), "model", environments.prod);
const kinds = model.node.findAll().flatMap((element) => {
  if (!TerraformElement.isTerraformElement(element)) return [];
  return [
    TerraformResource.isTerraformResource(element)
      ? ("resource" as const)
      : TerraformDataSource.isTerraformDataSource(element)
        ? ("data" as const)
        : element instanceof TerraformVariable
          ? ("variable" as const)
          : element instanceof TerraformLocal
            ? ("local" as const)
            : element instanceof TerraformOutput
              ? ("output" as const)
              : undefined,
  ].filter((kind) => kind !== undefined);
});
const make = {
  resource: (stack: TerraformStack, id: string) => new TerraformResource(stack, id, { terraformResourceType: "empty" }),
  data: (stack: TerraformStack, id: string) => new TerraformDataSource(stack, id, { terraformResourceType: "empty" }),
  variable: (stack: TerraformStack, id: string) => new TerraformVariable(stack, id, {}),
  local: (stack: TerraformStack, id: string) => new TerraformLocal(stack, id, true),
  output: (stack: TerraformStack, id: string) => new TerraformOutput(stack, id, { value: true }),
};

const start = performance.now();
const app = new App({ outdir });
for (let i = 0; i < Number(count); i++) {
  const stack = new TerraformStack(app, `x${i}`);
  kinds.forEach((kind, k) => make[kind](stack, `e${k}`));
}
app.synth();
console.log(performance.now() - start);
