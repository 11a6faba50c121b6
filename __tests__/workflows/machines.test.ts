import validate from "asl-validator";
import { stacks } from "../support/stacks";

// The environments differ in values only.
const machines = ["redis-dev", "redis-backup-policy"].flatMap((name) =>
  Object.entries((stacks[name] ?? fail)().resource.aws_sfn_state_machine ?? {}).map(
    ([machine, { definition }]) => [`${name} ${machine}`, definition] as const,
  ),
);

describe.each(machines)("the state machine of %s", (_machine, definition) => {
  // Terraform fills in the expressions; a number where one stands alone in JSONata, a text elsewhere.
  const filled = String(definition).replaceAll(/\$\{[^}]*\}/g, "1");
  // The validator takes no empty text; AWS does.
  const text = filled.replaceAll(':""', ':"empty"');

  test("is valid in the Amazon States Language", () => {
    const verdict = validate(JSON.parse(text) as object, { checkPaths: true });
    expect(verdict.isValid ? "" : verdict.errorsText("\n")).toBe("");
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
