import {
  argumentOf,
  blockAt,
  cacheStacks,
  evaluatedArguments,
  promised,
  type Given,
  type Promised,
} from "../support/expressions";
import { describeTerraform } from "../support/terraform";

const row = (address: string, argument: string, promise: string, is: unknown, given: Given = {}): Promised => ({
  address,
  argument,
  promise,
  given,
  is,
});
const token = "random_password.redis_auth";
const secret = "aws_secretsmanager_secret.redis_auth";
const version = "aws_secretsmanager_secret_version.redis_auth";
const policy = "aws_secretsmanager_secret_policy.redis_auth";
const readers = "data.aws_iam_policy_document.redis_auth";
const role = (name: string): string => `arn:aws:iam::111111111111:role/${name}`;

/** By environment, as the README's table has it; the example with shards has its own. */
const recoveryDays: Readonly<Record<string, number>> = {
  "redis-dev": 0,
  "redis-staging": 7,
  "redis-prod": 30,
  "redis-sharded": 0,
};

describeTerraform("the AUTH token", () => {
  test.each(
    promised(cacheStacks, [
      row(token, "length", "has the 64 characters that docs/article.md promises", 64),
      row(
        token,
        "override_special",
        // https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth.html
        "has no special character that ElastiCache refuses in a token",
        "!&#$^<>-",
      ),
      {
        ...row(
          secret,
          "recovery_window_in_days",
          "can be recovered for as long as its environment promises",
          undefined,
        ),
        by: recoveryDays,
      },
      row(secret, "kms_key_id", "is encrypted with the key of secret_kms_key_id", "key", {
        "var.secret_kms_key_id": "key",
      }),
      row(secret, "kms_key_id", "is encrypted with aws/secretsmanager when secret_kms_key_id is null", null),
    ]),
  )("%s", (_promise, expectKept) => {
    expectKept();
  });

  test("is not replaced when it was imported from the secret, which does not say how it was made", () => {
    for (const synthesize of Object.values(cacheStacks))
      expect(blockAt(synthesize(), token).lifecycle).toEqual({ ignore_changes: ["override_special"] });
  });

  test("is in the secret with everything that a client needs to connect", () => {
    const given = {
      [token]: [{ result: "token" }],
      "aws_elasticache_replication_group.redis": {
        primary_endpoint_address: "primary",
        reader_endpoint_address: "reader",
        configuration_endpoint_address: "configuration",
        port: 6379,
        transit_encryption_enabled: true,
      },
    };
    const found = evaluatedArguments(
      Object.values(cacheStacks).map((synthesize) => ({
        stack: synthesize(),
        given,
        argument: argumentOf(synthesize(), version, "secret_string"),
      })),
    ).map((text) => JSON.parse(text as string) as object);
    const client = { auth_token: "token", port: 6379, tls: true };
    expect(found).toEqual(
      Object.keys(cacheStacks).map((stack) =>
        stack === "redis-sharded"
          ? { ...client, host: "configuration", cluster_mode: true }
          : { ...client, host: "primary", reader_host: "reader" },
      ),
    );
  });
});

const off = { "var.enable_auth": false };
const made = { [secret]: [{ id: "id", arn: "arn" }] };
const one = { "var.secret_reader_arns": [role("app")] };
const two = { "var.secret_reader_arns": [role("app"), role("worker")] };

describeTerraform("the secret", () => {
  test.each(
    promised(cacheStacks, [
      ...[token, secret, version].flatMap((address) => [
        row(address, "count", `has its ${address} with AUTH, as every environment has by default`, 1),
        row(address, "count", `has no ${address} without AUTH`, 0, off),
      ]),
      ...[policy, readers].flatMap((address) => [
        row(address, "count", `is left to IAM when secret_reader_arns is empty: no ${address}`, 0),
        row(address, "count", `is closed to all others for a single reader: ${address}`, 1, one),
        row(address, "count", `is closed to all others for several readers: ${address}`, 1, two),
        row(address, "count", `that does not exist has no readers: ${address}`, 0, { ...off, ...one }),
      ]),
      row(version, "secret_id", "has the version with the token", "id", made),
      row(policy, "secret_arn", "has the policy that closes it", "arn", made),
      row(policy, "policy", "is closed by the policy with the readers", "{}", { [readers]: [{ json: "{}" }] }),
    ]),
  )("%s", (_promise, expectKept) => {
    expectKept();
  });

  test("is denied to everybody but its readers and the roles that deploy", () => {
    const statements = Object.values(cacheStacks).map((synthesize) => {
      const stack = synthesize();
      const [statement] = argumentOf(stack, readers, "statement") as readonly {
        readonly resources: readonly string[];
        readonly condition: readonly object[];
      }[];
      return { stack, statement };
    });
    for (const { statement } of statements)
      expect(statement).toMatchObject({
        effect: "Deny",
        actions: ["secretsmanager:GetSecretValue"],
        principals: [{ type: "*", identifiers: ["*"] }],
      });
    const found = evaluatedArguments(
      statements.map(({ stack, statement }) => ({
        stack,
        given: { ...two, ...made, "var.deploy_role_arns": [role("deploy")] },
        argument: [statement?.resources, statement?.condition],
      })),
    );
    expect(found).toEqual(
      statements.map(() => [
        ["arn"],
        [
          {
            test: "ArnNotLike",
            variable: "aws:PrincipalArn",
            values: [role("app"), role("deploy"), role("worker")],
          },
        ],
      ]),
    );
  });
});
