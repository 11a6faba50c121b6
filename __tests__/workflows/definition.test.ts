import { definitionText, jsonata, type Definition } from "../../stacks/workflows/definition";

const withValue = (value: unknown): Definition => ({
  Comment: "A test",
  QueryLanguage: "JSONata",
  StartAt: "Only",
  TimeoutSeconds: 60,
  States: { Only: { Type: "Pass", Output: value, End: true } },
});

test("a definition keeps JSONata and Terraform expressions as they are", () => {
  const definition = withValue({ group: "${local.replication_group_id}", at: jsonata('$now() & "x"') });
  expect(JSON.parse(definitionText(definition))).toEqual(definition);
});

test.each([
  ["a Terraform expression with a quote", '${var.engine == "redis"}'],
  ["a Terraform directive", "{%{'a': 1}%}"],
])("%s is refused, since Terraform could not read it", (_what, value) => {
  expect(() => definitionText(withValue(value))).toThrow(/Give the expression to a local/);
});
