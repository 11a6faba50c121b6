import { runSimulation } from "@cloud-copilot/iam-simulate";

interface StatementBlock {
  readonly effect?: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly condition?: readonly {
    readonly test: string;
    readonly variable: string;
    readonly values: readonly string[];
  }[];
}

/** What Terraform's expressions are on AWS. */
const values: Readonly<Record<string, string>> = {
  "local.partition": "aws",
  "local.region": "ap-northeast-1",
  "local.account_id": "123456789012",
  "local.name": "prod-redis",
  "local.stack": "redis-prod",
  "local.replication_group_id": "prod-redis-cluster",
  "local.restore_test_validator_name": "validator",
  "local.vault_key_prefix": "a123456789012-apne1-prod-",
  "local.vault_landing_bucket": "landing",
  "var.vault_bucket_arn": "arn:aws:s3:::vault",
  "aws_security_group.restore_test.id": "sg-test",
  "var.vpc_id": "vpc-1",
  "data.aws_partition.current.dns_suffix": "amazonaws.com",
  "aws_elasticache_replication_group.redis.automatic_failover_enabled": "true",
  "aws_elasticache_replication_group.redis.multi_az_enabled": "true",
};

/** ARN of the customer managed key of the cache. */
export const cacheKey = "arn:aws:kms:ap-northeast-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";

/** A document of Terraform as the policy that AWS gets. */
export function policyOf(document: unknown): object {
  const filled = JSON.stringify(document)
    // An expression with others in it.
    .replaceAll(/\$\{coalesce\(var\.kms_key_id, .*?\)\}/g, cacheKey)
    .replaceAll(/\$\{([^}]*)\}/g, (_all, expression: string) => values[expression] ?? "filled-in");
  const { statement } = JSON.parse(filled) as { statement: readonly StatementBlock[] };
  return {
    Version: "2012-10-17",
    Statement: statement.map(({ effect = "Allow", actions, resources, condition = [] }) => ({
      Effect: effect,
      Action: actions,
      Resource: resources,
      Condition: condition.reduce<Record<string, Record<string, readonly string[]>>>(
        (all, { test, variable, values: wanted }) => ({ ...all, [test]: { ...all[test], [variable]: wanted } }),
        {},
      ),
    })),
  };
}

/**
 * The policy of a key that leaves it to IAM, as AWS makes it.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
export const keyPolicy = {
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { AWS: "arn:aws:iam::123456789012:root" }, Action: "kms:*", Resource: "*" },
  ],
};

export interface Request {
  readonly action: string;
  readonly resource: string;
  /** The condition keys of the request. */
  readonly context?: Readonly<Record<string, string>>;
}

/**
 * What IAM decides about a request of a role with one policy, by an evaluator that knows nothing of this project. It refuses condition
 * keys that the action does not have.
 *
 * @throws if the request is not one that AWS could get.
 */
export async function isAllowed(policy: object, request: Request): Promise<boolean> {
  return decided({
    request,
    principal: "arn:aws:iam::123456789012:role/role",
    owner: "123456789012",
    identity: policy,
    // Without it no policy of a role counts.
    ...(request.action.startsWith("kms:") && { resource: keyPolicy }),
  });
}

interface Question {
  readonly request: Request;
  readonly principal: string;
  /** The account of the resource. */
  readonly owner: string;
  /** The policy of the principal, and that of the resource. */
  readonly identity?: object;
  readonly resource?: object;
}

/** @throws if the request is not one that AWS could get. */
export async function decided({ request, principal, owner, identity, resource }: Question): Promise<boolean> {
  const { action, context = {} } = request;
  const simulated = await runSimulation(
    {
      request: {
        principal,
        action,
        resource: { resource: request.resource, accountId: owner },
        contextVariables: { ...context },
      },
      identityPolicies: identity === undefined ? [] : [{ name: "principal", policy: identity }],
      ...(resource && { resourcePolicy: resource }),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  if (simulated.resultType === "error") throw new Error(JSON.stringify(simulated.errors));
  const results = simulated.resultType === "single" ? [simulated.result] : simulated.results;
  const ignored = results.flatMap(({ ignoredContextKeys = [] }) => ignoredContextKeys);
  if (ignored.length > 0) throw new Error(`${action} has no condition keys ${ignored.join(", ")}.`);
  return simulated.overallResult === "Allowed";
}
