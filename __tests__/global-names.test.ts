import { everyStack } from "./support/stacks";

/** Types whose names are global in an account: the same name in another Region is the same thing. */
const names: Readonly<Record<string, string>> = {
  aws_chatbot_slack_channel_configuration: "configuration_name",
  aws_cloudwatch_dashboard: "dashboard_name",
  aws_iam_role: "name",
};

const globals = Object.entries(everyStack).flatMap(([stack, synthesize]) =>
  Object.entries(names).flatMap(([type, attribute]) =>
    Object.entries(synthesize().resource[type] ?? {}).map(([name, block]): [string, string, unknown] => [
      stack,
      `${type}.${name}`,
      block[attribute],
    ]),
  ),
);

test("there are some", () => {
  expect(new Set(globals.map(([, address]) => address.split(".")[0]))).toEqual(new Set(Object.keys(names)));
});

test.each(globals)("%s: the name of %s carries the Region", (_stack, _address, name) => {
  expect(name).toContain("${local.region}");
});
