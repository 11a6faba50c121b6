import { App, DefaultTokenResolver, Fn, Lazy, StringConcat, TerraformStack, Token, Tokenization } from "cdktf";
import { dependable } from "cdktf/lib/tfExpression";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { environments } from "../../stacks/environments";
import { PolicyStack } from "../../stacks/backup-policy-stack";
import { RedisStack } from "../../stacks/redis-stack";
import { VaultStack } from "../../stacks/vault-stack";
import { resolved, type Json } from "../../stacks/terraform/resolve";

const scope = new TerraformStack(new App(), "resolve");
const topic = new SnsTopic(scope, "topic");
const plainExpression = Token.asString(Token.asAny("${local.name}"));
const number = Token.asNumber(Lazy.anyValue({ produce: () => 7 }));

test.each<[string, () => unknown]>([
  ["plain values", () => ["x", 1, -0.5, 1e21, true, null, {}, [], new Date(0)]],
  ["what is undefined", () => ({ gone: undefined, list: [undefined, 1, Lazy.anyValue({ produce: () => undefined })] })],
  ["an attribute, alone and in a text", () => [topic.arn, `${topic.arn}:*`, `\${local.name}-${topic.name}`]],
  [
    "an attribute within an expression, and after one",
    () => [`\${upper(${topic.arn})} ${topic.name}`, `{"map":{"of":"${topic.arn}"}} \${jsonencode({})} ${topic.arn}`],
  ],
  [
    "an expression within an expression",
    () => `\${[for x in y : {} if x == ${topic.arn}]} \${upper(${plainExpression})}`,
  ],
  ["what only looks like a token", () => `\${TfToken[?]} ${topic.arn}`],
  ["what is depended on", () => [topic, { fqn: "data.x.y" }, { fqn: "${data.x.y}" }].map((one) => dependable(one))],
  [
    "a number, alone, in a text and in a list",
    () => ({ number, text: `${number} days`, list: [number, 1], one: [number] }),
  ],
  ["a text that looks like such a number", () => "1e+289 -1.5e+3"],
  ["a list", () => ({ list: Token.asList(topic.arn), numbers: Token.asNumberList([1, 2]) })],
  [
    "a map",
    () => ({ strings: Token.asStringMap(topic.arn), numbers: Token.asNumberMap(topic.arn), any: Token.asAnyMap({}) }),
  ],
  ["a key", () => ({ [topic.arn]: { inner: topic.arn } })],
  ["functions", () => ({ joined: Fn.join("-", [topic.name, Fn.lower(topic.arn)]), length: Fn.lengthOf([topic.arn]) })],
  ["null as a token", () => ({ nothing: Token.nullValue() })],
])("resolved as cdktf does: %s", (_what, value) => {
  const theirs: unknown = Tokenization.resolve(value(), {
    scope,
    resolver: new DefaultTokenResolver(new StringConcat()),
  });
  expect(resolved(value(), { scope, preparing: false, known: new Map() })).toEqual(theirs);
});

describe("in one pass", () => {
  const pass = () => ({ scope, preparing: false, known: new Map<string, string>() });

  test("a text, and a list that is one token, are resolved once", () => {
    let times = 0;
    const lazy = () => Lazy.anyValue({ produce: () => `\${x${++times}}` });
    const values = [`${Token.asString(lazy())}:*`, Token.asList(lazy())];
    const same = pass();
    const found = [...values, ...values].map((value) => resolved(value, same));
    expect(found).toEqual(["${x1}:*", "${x2}", "${x1}:*", "${x2}"]);
    expect(resolved(values[0], pass())).toBe("${x3}:*");
  });

  test("what may be changed is another one for each who reads it", () => {
    const text = Token.asString(Lazy.anyValue({ produce: () => ["a"] }));
    const same = pass();
    const [one, other] = [resolved(text, same), resolved(text, same)];
    expect([one, other]).toEqual([["a"], ["a"]]);
    expect(one).not.toBe(other);
  });

  test("a list that begins like a known one is another one", () => {
    const list = Token.asList(Lazy.anyValue({ produce: () => "${x}" }));
    const outcome = (resolve: () => unknown): unknown => {
      try {
        return resolve();
      } catch (error) {
        return (error as Error).message.split("\n")[0];
      }
    };
    const same = pass();
    expect(resolved(list, same)).toBe("${x}");
    const theirs = outcome(() =>
      Tokenization.resolve([...list, "y"], { scope, resolver: new DefaultTokenResolver(new StringConcat()) }),
    );
    expect(outcome(() => resolved([...list, "y"], same))).toEqual(theirs);
    expect(theirs).not.toBe("${x}");
  });
});

test.each<[string, unknown, RegExp]>([
  ["a function", () => 1, /non-data object/],
  ["a construct", topic, /circular reference/i],
])("refused as cdktf does: %s", (_what, value, message) => {
  expect(() => resolved({ value }, { scope, preparing: false, known: new Map() })).toThrow(message);
});

test.each([
  ...Object.values(environments).map(
    (environment) =>
      [environment.name, (app: App) => new RedisStack(app, `redis-${environment.name}`, environment)] as const,
  ),
  ["policy", (app: App) => new PolicyStack(app, "redis-backup-policy", { region: "ap-northeast-1" })] as const,
  ["vault", (app: App) => new VaultStack(app, "redis-vault", { region: "ap-northeast-3" })] as const,
])("written as cdktf would, and nearly without cdktf, which takes twice as long: %s", (_name, create) => {
  const stack = create(new App());
  const theirs = jest.spyOn(Tokenization, "resolve");
  stack.prepareStack();
  const ours = withoutOutputs(stack.toTerraform());
  // Maps and lists that are one token as a whole.
  expect(theirs.mock.calls.map(([value]): unknown => value).filter((value) => typeof value !== "object")).toEqual([]);
  expect(theirs.mock.calls.length).toBeLessThan(8);
  theirs.mockRestore();
  expect(ours).toEqual(withoutOutputs(TerraformStack.prototype.toTerraform.call(stack) as object));
});

/** Without the names under which cdktf-cli prints outputs, which are ours. */
const withoutOutputs = (synthesized: object): object => {
  const { "//": comment, ...blocks } = synthesized as { "//": Json };
  return { ...blocks, metadata: comment.metadata };
};
