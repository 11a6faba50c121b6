import { variablesAlone, withoutVariables } from "../../scripts/shared/variables-alone";

// What Terraform can evaluate without a provider: no plan of the rules of variables would need AWS.
describe("of the locals of a stack, those stay that variables alone make", () => {
  const variable = { vpc_id: {}, name: {} };
  const keptOf = (locals?: Readonly<Record<string, unknown>>): string[] =>
    Object.keys(variablesAlone({ variable, ...(locals !== undefined && { locals }) }).locals);

  test("and the variables stay as they are", () => {
    expect(variablesAlone({ variable })).toEqual({ variable, locals: {} });
    expect(variablesAlone({ variable, locals: { a: "${var.name}" } })).toEqual({
      variable,
      locals: { a: "${var.name}" },
    });
  });

  test.each([
    ["a constant", "text", true],
    ["variables", { a: ["${var.vpc_id}-${var.name}"] }, true],
    ["a variable that there is not", "${var.other}", false],
    ["a variable that there is not, beside one that there is", "${var.vpc_id}${var.other}", false],
    ["a data source", "${data.aws_vpc.redis.id}", false],
    ["a resource", "${aws_sns_topic.a.arn}", false],
    ["something random", "${random_id.a.hex}", false],
    ["what the state keeps", "${terraform_data.a.output}", false],
    ["a local that there is not", "${local.other}", false],
    ["a local of which there is only one with a longer name", "${local.bef}", false],
  ])("made of %s: %j", (_what, value, stays) => {
    expect(keptOf({ before: "a", it: value })).toEqual(stays ? ["before", "it"] : ["before"]);
  });

  test("also through other locals, in any order", () => {
    const locals = {
      third: "${local.second}",
      second: "${local.first}",
      first: "${aws_sns_topic.a.arn}",
      fine: "${local.own}",
      own: "${var.name}",
      mixed: "${local.own}${local.first}",
    };
    expect(keptOf(locals)).toEqual(["fine", "own"]);
  });
});

test("the environment has none of the person's values and settings of Terraform, and everything else", () => {
  const before = process.env;
  process.env = { PATH: "/bin", TF_VAR_vpc_id: "vpc-1", TF_LOG: "TRACE", TF_CLI_ARGS: "-x", MY_TF_VAR: "a" };
  try {
    expect(withoutVariables()).toEqual({ PATH: "/bin", MY_TF_VAR: "a" });
  } finally {
    process.env = before;
  }
});
