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

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
const buckets = Object.entries(everyStack).flatMap(([stack, synthesize]) => {
  const { resource, locals } = synthesize();
  return Object.entries(resource.aws_s3_bucket ?? {}).map(([name, { bucket }]): [string, string, string] => {
    const [, local = ""] = /^\$\{local\.(\w+)\}$/.exec(String(bucket)) ?? [];
    return [stack, name, String(locals[local] ?? bucket)];
  });
});

test.each(buckets)(
  "%s: the name of the bucket %s, which is global among all accounts, carries account and Region",
  (...row) => {
    expect(row[2]).toContain("${local.account_id}");
    expect(row[2]).toContain("${local.region}");
  },
);
