import { stacks } from "./support/stacks";
import { describeTerraform, planVariables } from "./support/terraform";

describeTerraform.each(Object.entries(stacks))("variables of %s", (_name, synthesize) => {
  const stack = synthesize();

  test("the environment's own values are valid", () => {
    expect(planVariables(stack, {})).toMatchObject({ ok: true });
  });
});
