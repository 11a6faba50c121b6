import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App, Lazy, TerraformOutput, TerraformStack } from "cdktf";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { BaseStack } from "../../stacks/terraform/base-stack";
import { Output } from "../../stacks/terraform/output";
import { synthesize as synthesizeApp } from "../../stacks/terraform/synthesize";

class EmptyStack extends BaseStack {}

describe("a stack that reads another one", () => {
  /** Two topics of a base stack, whose ARNs a stock stack reads, which in turn has a VPC for the base stack. */
  function apps() {
    const app = new App();
    const base = new EmptyStack(app, "redis-test");
    const other = new TerraformStack(app, "other");
    new AwsProvider(base, "provider.aws");
    new AwsProvider(other, "aws");
    const topics = ["one", "two"].map((name) => new SnsTopic(base, `aws_sns_topic.${name}`, { name }));
    return { app, base, other, topics };
  }
  const synthesized = ({ app, base, other }: ReturnType<typeof apps>) => {
    for (const stack of [base, other]) stack.prepareStack();
    expect(app.node.children).toContain(base);
    return { base: base.toTerraform(), other: other.toTerraform() as object };
  };

  test("gets each attribute by an output of its own", () => {
    const stacks = apps();
    stacks.topics.forEach(({ arn }, i) => new TerraformOutput(stacks.other, `arn${i}`, { value: arn }));
    const { base, other } = synthesized(stacks);
    expect(base).toHaveProperty("output", {
      cross_stack_aws_sns_topic_one_arn: { value: "${aws_sns_topic.one.arn}", sensitive: true },
      cross_stack_aws_sns_topic_two_arn: { value: "${aws_sns_topic.two.arn}", sensitive: true },
    });
    const read = (name: string) =>
      `\${data.terraform_remote_state.cross-stack-reference-input-redis-test.outputs.cross_stack_aws_sns_topic_${name}_arn}`;
    expect(other).toMatchObject({ output: { arn0: { value: read("one") }, arn1: { value: read("two") } } });
  });

  test("is written with the outputs and dependencies that cdktf's two passes give", () => {
    const write = (synth: (app: App) => void): object => {
      const { app, other, topics } = apps();
      topics.forEach(({ arn }, i) => new TerraformOutput(other, `arn${i}`, { value: arn }));
      synth(app);
      const read = (path: string): unknown => JSON.parse(readFileSync(join(app.outdir, path), "utf8"));
      return [read("manifest.json"), ...["redis-test", "other"].map((name) => read(`stacks/${name}/cdk.tf.json`))];
    };
    const inTwoPasses = write((app) => {
      app.synth();
    });
    expect(write(synthesizeApp)).toEqual(inTwoPasses);
    expect(JSON.stringify(inTwoPasses)).toContain('"dependencies":["redis-test"]');
  });

  test("has each value resolved more than once, and no other stack has: that is a third of a synth", () => {
    const timesResolved = (isRead: boolean): number => {
      const { app, base, other, topics } = apps();
      let times = 0;
      const value = Lazy.anyValue({ produce: () => ++times > 0 });
      new TerraformOutput(base, "output.x", { value });
      if (isRead) new TerraformOutput(other, "arn", { value: topics[0]?.arn });
      synthesizeApp(app);
      return times;
    };
    expect(timesResolved(false)).toBe(1);
    expect(timesResolved(true)).toBeGreaterThan(1);
  });

  // The name of the other stack, redis-test, may begin with that of the reader, or the other way round.
  test.each(["reader", "redis", "redis-test-eu"])(
    "by an output of its own depends on it, so that %s is deployed after it",
    (name) => {
      const { app, base } = apps();
      const reader = new EmptyStack(app, name);
      const { reference } = new Output(base, "output.name", { value: "x" });
      new TerraformOutput(reader, "output.read", { value: reference });
      reader.prepareStack();
      expect(reader.dependsOn(base)).toBe(true);
      expect(reader.toTerraform()).toMatchObject({
        output: { read: { value: "${data.terraform_remote_state.redis-test.outputs.name}" } },
      });
    },
  );

  test.each(["reader", "redis"])(
    "and is named %s gets an attribute through an output of the other one, also where its name begins that of the other",
    (name) => {
      const { app, base, topics } = apps();
      const reader = new EmptyStack(app, name);
      new TerraformOutput(reader, "output.read", { value: `${topics[0]?.arn ?? ""}:*` });
      for (const stack of [base, reader]) stack.prepareStack();
      expect(reader.toTerraform()).toHaveProperty(
        "output.read.value",
        expect.stringContaining("data.terraform_remote_state."),
      );
    },
  );

  test("gets one output for an attribute that it reads twice", () => {
    const stacks = apps();
    for (const id of ["x", "y"]) new TerraformOutput(stacks.other, id, { value: stacks.topics[0]?.arn });
    expect(Object.keys((synthesized(stacks).base as { output: object }).output)).toHaveLength(1);
  });

  test("is refused two attributes whose outputs would have one name", () => {
    const stacks = apps();
    const alike = new SnsTopic(stacks.base, "aws_sns_topic.one_display", { name: "x" });
    new TerraformOutput(stacks.other, "x", { value: alike.name });
    new TerraformOutput(stacks.other, "y", { value: stacks.topics[0]?.displayName });
    expect(() => synthesized(stacks)).toThrow(
      'Another stack reads aws_sns_topic.one_display.name and aws_sns_topic.one.display_name of redis-test, and both would be "output.cross_stack_aws_sns_topic_one_display_name".',
    );
  });

  test("of this kind reads a stock stack by its remote state", () => {
    const stacks = apps();
    const topic = new SnsTopic(stacks.other, "topic", { name: "x" });
    new SnsTopic(stacks.base, "aws_sns_topic.copy", { name: topic.name });
    expect(synthesized(stacks).base).toMatchObject({
      data: { terraform_remote_state: { other: { backend: "local" } } },
      resource: {
        aws_sns_topic: {
          copy: { name: expect.stringMatching(/^\$\{data\.terraform_remote_state\.other\.outputs\./) as unknown },
        },
      },
    });
  });
});
