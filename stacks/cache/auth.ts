import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SecretsmanagerSecretPolicy } from "@cdktf/provider-aws/lib/secretsmanager-secret-policy";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
import { Password } from "@cdktf/provider-random/lib/password";
import { TerraformLocal } from "cdktf";
import { Construct } from "constructs";
import { foreignTokenRules } from "./adopted-auth";
import type { Environment } from "../settings";
import type { Overrides } from "../terraform/overrides";
import { Check, TerraformData } from "../terraform/elements";
import { expression, listExpression } from "../terraform/expression";
import { accept, annotate } from "../terraform/annotation";
import { inOrder } from "../terraform/rules";
import type { Rule } from "../terraform/variable";
import { named } from "../terraform/names";
import { fingerprintExpression } from "./fingerprint";
import type { Topology } from "./topology";

const counted = expression("var.enable_auth ? 1 : 0");

export interface AuthProps {
  readonly environment: Environment;
  readonly topology: Topology;
  readonly overrides: Overrides;
}

/** The AUTH token of the cache, and the secret that clients read it from. */
export class Auth extends Construct {
  /** The AUTH token, null while AUTH is off. */
  public readonly token = expression("one(random_password.redis_auth[*].result)");
  /** ROTATE adds the new token beside the old one. SET, after a ROTATE, leaves only the new one. */
  public readonly updateStrategy: string;
  /** The user groups (RBAC) that an adopted cluster had. */
  public readonly userGroupIds: readonly string[];
  /** Preconditions of the cache: changes that this run does not allow on a live one. */
  public readonly preconditions: readonly Rule[];
  /** Attributes in the cache's `ignore_changes`: Terraform neither sets nor removes a token that this stack does not manage. */
  public readonly ignoredAttributes: readonly string[];

  constructor(scope: Construct, id: string, { environment, topology, overrides }: AuthProps) {
    super(scope, id);
    const { rotateAuth = false } = overrides;

    const password = new Password(this, "random_password.redis_auth", {
      length: 64,
      overrideSpecial: "!&#$^<>-",
      lifecycle: { ignoreChanges: ["override_special"] },
    });
    password.addOverride("count", counted);
    annotate(
      password,
      "The only special characters that ElastiCache accepts.\nhttps://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth.html",
      "override_special",
    );
    annotate(
      password,
      "A token imported from the secret has no override_special, and must not be replaced because of that.",
      "lifecycle",
    );

    const secret = new SecretsmanagerSecret(this, "aws_secretsmanager_secret.redis_auth", {
      namePrefix: named("auth-token-"),
      description: "How clients connect to the Redis cache: AUTH token, endpoints, port",
      recoveryWindowInDays: environment.secretRecoveryDays,
      kmsKeyId: expression("var.secret_kms_key_id"),
      tags: { Name: named("auth") },
    });
    secret.addOverride("count", counted);
    annotate(
      secret,
      "A prefix, because a deleted secret occupies its name until its recovery window ends, and the next deploy would fail.",
      "name_prefix",
    );

    new Check(this, "check.redis_auth_key", [
      {
        // The provider leaves a missing key out of UpdateSecret, which then changes nothing.
        // https://github.com/hashicorp/terraform-provider-aws/issues/21623
        condition:
          'var.secret_kms_key_id != null || alltrue([for secret in aws_secretsmanager_secret.redis_auth : secret.kms_key_id == null ? true : secret.kms_key_id == ""])',
        errorMessage:
          "secret_kms_key_id is null, but the secret still has its customer managed key, and every plan will show that. Set secret_kms_key_id to the ARN of the key that AWS manages: aws kms describe-key --region ${local.region} --key-id alias/aws/secretsmanager --query KeyMetadata.Arn",
      },
    ]);
    accept(secret, "CKV_AWS_149", "Encrypted with aws/secretsmanager, unless secret_kms_key_id is set.");
    accept(
      secret,
      "CKV2_AWS_57",
      "Clients need both tokens during a rotation, so it takes two deploys: ROTATE_AUTH_STACK, then a plain one.",
    );
    const readers = new DataAwsIamPolicyDocument(this, "data.aws_iam_policy_document.redis_auth", {
      statement: [
        {
          sid: "DenyOtherReaders",
          effect: "Deny",
          actions: ["secretsmanager:GetSecretValue"],
          resources: [expression("aws_secretsmanager_secret.redis_auth[0].arn")],
          principals: [{ type: "*", identifiers: ["*"] }],
          condition: [
            {
              test: "ArnNotLike",
              variable: "aws:PrincipalArn",
              values: listExpression("sort(setunion(var.secret_reader_arns, var.deploy_role_arns))"),
            },
          ],
        },
      ],
    });
    const restricted = expression("var.enable_auth && length(var.secret_reader_arns) > 0 ? 1 : 0");
    readers.addOverride("count", restricted);
    const policy = new SecretsmanagerSecretPolicy(this, "aws_secretsmanager_secret_policy.redis_auth", {
      secretArn: expression("aws_secretsmanager_secret.redis_auth[0].arn"),
      policy: expression("data.aws_iam_policy_document.redis_auth[0].json"),
      blockPublicPolicy: true,
    });
    policy.addOverride("count", restricted);

    const version = new SecretsmanagerSecretVersion(this, "aws_secretsmanager_secret_version.redis_auth", {
      secretId: expression("aws_secretsmanager_secret.redis_auth[0].id"),
      secretString: expression(
        `jsonencode({ auth_token = random_password.redis_auth[0].result, ${topology.endpointsOfSecret}, port = aws_elasticache_replication_group.redis.port, tls = aws_elasticache_replication_group.redis.transit_encryption_enabled })`,
      ),
    });
    version.addOverride("count", counted);

    annotate(
      new TerraformLocal(
        this,
        "local.auth",
        expression(
          `{ enabled = var.enable_auth, fingerprint = var.enable_auth ? ${fingerprintExpression("one(random_password.redis_auth[*].result)")} : "" }`,
        ),
      ),
      "Eight hexadecimal digits of a hash distinguish tokens without revealing them, so plans and a tag of the cache can contain them.",
    );
    const foreign =
      environment.adopted === null || environment.adopted.authToken === true ? null : environment.adopted.authToken;
    annotate(
      new TerraformData(this, "terraform_data.redis_auth", {
        input:
          foreign === null
            ? expression("local.auth")
            : expression(`{ enabled = ${(foreign.live !== "none").toString()}, fingerprint = "${foreign.live}" }`),
        triggersReplace: expression("random_id.redis_final_snapshot.hex"),
        lifecycle: rotateAuth ? {} : { ignoreChanges: ["input"] },
        // For an adopted cluster with its own token, the precondition reads this value to reject the rotation, so it must not change first.
        ...(rotateAuth && foreign === null && { after: ["aws_elasticache_replication_group.redis"] }),
      }),
      "Remembers which token the cache has, and changes only after a successful rotation. Terraform's state contains a new token even when AWS has rejected it, so the next plan would show no change.",
    );

    this.updateStrategy = rotateAuth ? "ROTATE" : "SET";
    this.userGroupIds = foreign?.live === "users" ? foreign.userGroupIds : [];
    this.ignoredAttributes = foreign === null ? [] : ["auth_token", "auth_token_update_strategy"];
    if (foreign !== null) {
      this.preconditions = foreignTokenRules(foreign.live, overrides);
      return;
    }
    this.preconditions = rotateAuth
      ? [
          {
            condition: "var.enable_auth",
            errorMessage:
              "ROTATE_AUTH_STACK is set, but enable_auth is false. AUTH cannot be disabled on a live cache. Set enable_auth = true.",
          },
        ]
      : inOrder(
          {
            condition: "var.enable_auth || !terraform_data.redis_auth.output.enabled",
            errorMessage:
              "enable_auth is false, but the live cache has an AUTH token, which ElastiCache removes only when it is replaced by users (RBAC). Set enable_auth = true, or restore a backup into a new environment without AUTH.",
          },
          {
            condition: "!var.enable_auth || terraform_data.redis_auth.output.enabled",
            errorMessage:
              "enable_auth is true, but the live cache has no AUTH token. To enable AUTH without locking clients out, run ROTATE_AUTH_STACK=${local.stack} npx cdktf deploy ${local.stack}, distribute the token from the secret to the clients, then deploy again without ROTATE_AUTH_STACK.",
          },
          {
            condition: "terraform_data.redis_auth.output.fingerprint == local.auth.fingerprint",
            errorMessage:
              "The AUTH token in the state is not the token of the live cache, so clients could be locked out. To add it beside the live one, run ROTATE_AUTH_STACK=${local.stack} npx cdktf deploy ${local.stack}, then deploy again without ROTATE_AUTH_STACK.",
          },
        );
  }
}
