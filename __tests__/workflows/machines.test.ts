import validate from "asl-validator";
import { stacks } from "../support/stacks";

const [name, synthesize] = Object.entries(stacks)[0] ?? fail();
const machines = Object.entries(synthesize().resource.aws_sfn_state_machine ?? {});

describe.each(machines)(`the state machine %s of ${name}`, (_machine, { definition }) => {
  // Terraform fills in the expressions; a number where one stands alone in JSONata, a text elsewhere.
  const text = String(definition).replaceAll(/\$\{[^}]*\}/g, "1");

  test("is valid in the Amazon States Language", () => {
    const { isValid, errorsText } = validate(JSON.parse(text) as object, { checkPaths: true });
    expect(isValid ? "" : errorsText("\n")).toBe("");
  });
});

test("a broken definition is found", () => {
  const broken = {
    QueryLanguage: "JSONata",
    StartAt: "Only",
    States: { Only: { Type: "Pass", Output: "{% $a[ %}", Next: "Nowhere" } },
  };
  expect(validate(broken, { checkPaths: true }).isValid).toBe(false);
});

function fail(): never {
  throw new Error("There is no stack.");
}
