import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, Lazy, TerraformStack } from "cdktf";
import { PolicyStack, RedisStack, VaultStack, type RedisStackProps } from "../../stacks";
import type { CacheValues } from "../../stacks/variables/given";
import type { Rule } from "../../stacks/terraform/variable";
import { judge } from "../support/judge";
import type { Synthesized } from "../support/stacks";
import { synthesize } from "../support/synthesize";
import { describeTerraform } from "../support/terraform";

const cache = (props: Partial<RedisStackProps>): Synthesized =>
  synthesize((app) => new RedisStack(app, "cache", { name: "prod", region: "eu-west-1", ...props }));

test("a literal is the default of its variable, which keeps its rules", () => {
  const { variable, resource } = cache({ vpcId: "vpc-0123456789abcdef0" });
  expect(variable.vpc_id).toEqual({ ...cache({}).variable.vpc_id, default: "vpc-0123456789abcdef0" });
  expect(resource.terraform_data).not.toHaveProperty("given_values");
});

/** One of each, none of which a variable has by default. The names are those of the variables, as TypeScript writes them. */
const literals = {
  accountId: "210987654321",
  notificationEmail: "given@example.com",
  additionalNotificationEmails: ["more@example.com"],
  alarmActionArns: ["arn:aws:sns:eu-west-1:210987654321:pager"],
  runbookBaseUrl: "https://example.com/given",
  vpcId: "vpc-0fedcba9876543210",
  vpcCidr: "10.99.0.0/16",
  privateSubnetIds: ["subnet-0fedcba9876543210", "subnet-0123456789abcdef0"],
  allowedSecurityGroupIds: ["sg-0fedcba9876543210"],
  allowedCidrBlocks: ["10.98.0.0/24"],
  kmsKeyId: "arn:aws:kms:eu-west-1:210987654321:key/1234abcd-12ab-34cd-56ef-1234567890ab",
} satisfies Required<CacheValues>;
const snakeCase = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

test.each([
  ["a cache", cache, Object.keys(literals)],
  [
    "the policy",
    (props: object) => synthesize((app) => new PolicyStack(app, "policy", { region: "eu-west-1", ...props })),
    ["accountId", "notificationEmail", "additionalNotificationEmails", "alarmActionArns", "runbookBaseUrl"],
  ],
  [
    "the vault",
    (props: object) => synthesize((app) => new VaultStack(app, "vault", { region: "eu-west-1", ...props })),
    ["accountId", "notificationEmail", "additionalNotificationEmails", "runbookBaseUrl"],
  ],
] as const)(
  "every value that the app has for %s reaches the variable of its name, and no other",
  (_what, stack, properties) => {
    const [plain, given] = [stack({}), stack(literals)];
    const changed = Object.entries(given.variable).filter(([name, one]) => {
      return JSON.stringify(one.default) !== JSON.stringify(plain.variable[name]?.default);
    });
    expect(Object.fromEntries(changed.map(([name, one]) => [name, one.default]))).toEqual(
      Object.fromEntries(properties.map((name) => [snakeCase(name), literals[name as keyof typeof literals]])),
    );
  },
);

describe("a reference", () => {
  const plain = cache({});
  const given = cache({ vpcId: "${data.aws_vpc.own.id}", allowedSecurityGroupIds: ["${aws_security_group.own.id}"] });

  test("takes the place of its variable, converted to its type", () => {
    expect(Object.keys(plain.variable).filter((name) => !(name in given.variable))).toEqual([
      "allowed_security_group_ids",
      "vpc_id",
    ]);
    expect(given.locals).toMatchObject({
      given_vpc_id: "${data.aws_vpc.own.id}",
      given_allowed_security_group_ids: ["${aws_security_group.own.id}"],
    });
  });

  test("is read there also when it is the only one", () => {
    const one = cache({ vpcId: "${data.aws_vpc.own.id}" });
    expect(JSON.stringify({ ...one, variable: {} })).not.toMatch(/var\.vpc_id\b/);
  });

  test("is read wherever the variable was", () => {
    const text = (stack: Synthesized) => JSON.stringify({ ...stack, variable: {} });
    expect(text(given)).not.toMatch(/var\.(vpc_id|allowed_security_group_ids)\b/);
    expect(text(given)).toContain('"vpc_id":"${local.given_vpc_id}"');
  });

  test("is held to the rules of the variable, by preconditions made of the same expressions", () => {
    const rules = ["vpc_id", "allowed_security_group_ids"].flatMap((name) => plain.variable[name]?.validation ?? []);
    const { lifecycle } = given.resource.terraform_data?.given_values as { lifecycle: { precondition: Rule[] } };
    const replaced = JSON.stringify(rules)
      .replaceAll("var.vpc_id", "local.given_vpc_id")
      .replaceAll("var.allowed_security_group_ids", "toset(local.given_allowed_security_group_ids)");
    expect(lifecycle.precondition).toEqual(JSON.parse(replaced));
    expect(rules).not.toEqual([]);
  });
});

test("a value of a variable that a stack does not have changes nothing of it", () => {
  const vault = (props: object): Synthesized =>
    synthesize((app) => new VaultStack(app, "vault", { region: "eu-west-1", ...props }));
  expect(vault({ vpcId: "vpc-0123456789abcdef0", kmsKeyId: "${data.aws_kms_key.own.arn}" })).toEqual(vault({}));
});

test("attributes are the outputs, read by their names from another stack", () => {
  const app = new App();
  const redis = new RedisStack(app, "cache", { name: "prod", region: "eu-west-1" });
  const other = new TerraformStack(app, "other");
  new AwsProvider(other, "aws");
  new SnsTopic(other, "topic", {
    name: "x",
    displayName: `${redis.endpoint}:${redis.port}`,
    tags: { url: redis.dashboardUrl },
  });
  for (const stack of [redis, other]) stack.prepareStack();
  const read = (name: string) => `\${data.terraform_remote_state.cross-stack-reference-input-cache.outputs.${name}}`;
  expect(other.toTerraform()).toMatchObject({
    resource: {
      aws_sns_topic: {
        topic: {
          display_name: `${read("redis_endpoint")}:${read("redis_port")}`,
          tags: { url: read("redis_dashboard_url") },
        },
      },
    },
  });
  expect(other.dependsOn(redis)).toBe(true);
});

describe("two caches of one environment", () => {
  const names = (stack: Synthesized): string[] =>
    [...JSON.stringify(stack).matchAll(/prod-redis/g)].map(([name]) => name);

  test("share no name", () => {
    const stack = cache({ namePrefix: "prod-orders" });
    expect(stack.locals.name).toBe("prod-orders");
    expect(names({ ...stack, variable: {} })).toEqual([]);
    // Nor the beginning of their keys in the vault, by which a copy is found again.
    expect(stack.locals.vault_key_prefix).not.toBe(cache({}).locals.vault_key_prefix);
  });

  test.each(["Orders", "orders-", "or--ders", "", "nineteen-characters"])("cannot have the prefix %j", (namePrefix) => {
    expect(() => cache({ namePrefix })).toThrow(/^Invalid namePrefix .* of cache: .* e\.g\. "orders-prod"\.$/);
  });
});

test("tags of the app are beside the stack's own, which win", () => {
  const { provider, locals } = cache({ tags: { Team: "orders", ManagedBy: "me" } }) as Synthesized & {
    readonly provider: { readonly aws: readonly object[] };
  };
  expect(locals).toMatchObject({
    app_tags: { Team: "orders", ManagedBy: "me" },
    tags: "${merge(local.app_tags, var.tags)}",
  });
  const own = {
    default_tags: [
      {
        tags: '${merge(local.tags, { Environment = var.environment, ManagedBy = "Terraform", Stack = "cache", RedisBackupStack = "cache" })}',
      },
    ],
  };
  expect(provider.aws).toMatchObject([own, { ...own, alias: "global" }]);
});

test("tags of the app may be known at apply only, as references and as tokens", () => {
  const reference = '${data.external.team.result["na\'me"]}';
  const { locals } = cache({ tags: { Team: reference, Owner: Lazy.stringValue({ produce: () => reference }) } });
  expect(locals.app_tags).toEqual({ Team: reference, Owner: reference });
});

test.each<Readonly<Record<string, string>>>([
  { Owner: "o'brien" },
  { "": "x" },
  { Team: "a\nb" },
  { Team: "x".repeat(257) },
])("the tags %j of the app are refused, since AWS does not accept them", (tags) => {
  expect(() => cache({ tags })).toThrow(/^Invalid tag ".*AWS does not accept it\. Use a key of/);
});

const many = (count: number, name = "app"): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`${name}-${i.toString()}`, "x"]));

test("more tags of the app than a resource has room for beside the stack's own are refused", () => {
  expect(() => cache({ tags: many(40) })).not.toThrow();
  expect(() => cache({ tags: many(41) })).toThrow(
    /^Invalid tags of cache: 41 are too many\. AWS accepts 50 on a resource, .* at most 40\.$/,
  );
});

test("with as many tags as the app may have, the cache has as many as AWS accepts", () => {
  const { provider, resource } = cache({ tags: many(40) }) as Synthesized & {
    readonly provider: { readonly aws: readonly { readonly default_tags: readonly { readonly tags: string }[] }[] };
  };
  const own = [...(provider.aws[0]?.default_tags[0]?.tags ?? "").matchAll(/(\w+) = /g)].map(([, key]) => key);
  const ofGroup = Object.keys(resource.aws_elasticache_replication_group?.redis?.tags ?? {});
  expect(new Set([...Object.keys(many(40)), ...own, ...ofGroup]).size).toBe(50);
});

describeTerraform("the variable tags beside tags of the app", () => {
  test("has what AWS accepts on a resource after the app's and the stack's own", () => {
    const stack = cache({ tags: many(20) });
    const both = { ...many(10), ...many(20, "variable") };
    expect(judge(stack, [{ tags: many(20, "variable") }, { tags: both }, { tags: many(21, "variable") }])).toEqual([
      [],
      [],
      [
        expect.stringMatching(
          /^tags has 21 tags, and the app that deploys the stack has 20: together they are 41, and AWS accepts 50 .* Use at most 40 of both\.$/,
        ),
      ],
    ]);
  });
});
