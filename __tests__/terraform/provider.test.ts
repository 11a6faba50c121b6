import { evaluatedArguments, type Given } from "../support/expressions";
import { everyStack, type Block, type Synthesized } from "../support/stacks";
import { describeTerraform } from "../support/terraform";

// Which account and Region a deploy may change, and which tags, as the descriptions of account_id, tags and ignored_tags promise it.

const providersOf = (stack: Synthesized): readonly Block[] =>
  (stack as Synthesized & { readonly provider: { readonly aws: readonly Block[] } }).provider.aws;

const providers = Object.entries(everyStack).flatMap(([name, synthesize]) => {
  const stack = synthesize();
  return providersOf(stack).map((provider) => ({ name, stack, provider }));
});
const all = (argument: string, given: Given = {}): readonly unknown[] =>
  evaluatedArguments(providers.map(({ stack, provider }) => ({ stack, given, argument: provider[argument] })));
const each = (value: unknown): readonly unknown[] => providers.map(() => value);

describeTerraform("every AWS provider, also that of another Region,", () => {
  test("may change the account of account_id, and no other", () => {
    expect(all("allowed_account_ids", { "var.account_id": "111111111111" })).toEqual(each(["111111111111"]));
    expect(all("forbidden_account_ids")).toEqual(each(null));
  });

  test("may change any account when account_id is null", () => {
    expect(all("allowed_account_ids", { "var.account_id": null })).toEqual(each(null));
  });

  test("puts the tags of the variable on every resource, and its own where they have the same key", () => {
    const tags = { Team: "orders", Stack: "another", ManagedBy: "hand" };
    const found = all("default_tags", { "local.tags": tags, "var.tags": tags });
    expect(found).toEqual(
      providers.map(({ name }) => [
        { tags: expect.objectContaining({ Team: "orders", Stack: name, ManagedBy: "Terraform" }) as unknown },
      ]),
    );
  });

  test("leaves alone the tags of ignored_tags: keys, and what begins like those that end with *", () => {
    expect(all("ignore_tags", { "var.ignored_tags": ["awsApplication", "acme:*"] })).toEqual(
      each([{ keys: ["awsApplication"], key_prefixes: ["acme:"] }]),
    );
    expect(all("ignore_tags")).toEqual(each([{ keys: [], key_prefixes: [] }]));
  });

  test("is in the Region that the environments promise; that of IAM's events is us-east-1", () => {
    const regions = Object.entries(everyStack).map(([name, synthesize]) => [
      name,
      providersOf(synthesize()).map(({ region }) => region),
    ]);
    expect(Object.fromEntries(regions)).toEqual({
      ...Object.fromEntries(
        ["dev", "staging", "prod", "sharded"].map((name) => [`redis-${name}`, ["ap-northeast-1", "us-east-1"]]),
      ),
      "redis-backup-policy": ["ap-northeast-1"],
      // Another Region than that of the environments.
      "redis-vault": ["ap-northeast-3"],
    });
  });
});
