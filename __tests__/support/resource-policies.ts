import { decided, type Request } from "./iam";
import { evaluated } from "./console";
import type { Synthesized } from "./stacks";

/** The account of the stack; a number that nothing else here has. */
export const account = "111122223333";
/** Another account, whose backups the vault takes. */
export const source = "444455556666";
/** An account that is nowhere in the stacks. */
export const stranger = "777788889999";

export const role = (name: string, of = account): string => `arn:aws:iam::${of}:role/${name}`;

/** What Terraform's expressions read. */
const values: Readonly<Record<string, unknown>> = {
  "local.partition": "aws",
  "local.region": "ap-northeast-1",
  "local.account_id": account,
  "local.name": "prod-redis",
  "local.vault_landing_bucket": "vault_landing",
  "local.source_account_ids": [source, account],
  "var.deploy_role_arns": [role("deploy")],
  "var.reader_role_arns": [role("restore"), role("auditor-*", source)],
  "var.slack_topic_arns": ["staging-redis-backup-notifications", "redis-backup-policy-chat"].map(
    (topic) => `arn:aws:sns:ap-northeast-1:${account}:${topic}`,
  ),
  "var.secret_reader_arns": [role("app"), `arn:aws:iam::${account}:user/operator`],
};

/** What AWS calls a resource whose ARN Terraform knows after the apply. */
const arns: Readonly<Record<string, (name: string) => string>> = {
  aws_iam_role: role,
  aws_s3_bucket: (name) => `arn:aws:s3:::${name}`,
  aws_secretsmanager_secret: (name) => `arn:aws:secretsmanager:ap-northeast-1:${account}:secret:${name}-AbCdEf`,
  aws_sns_topic: (name) => `arn:aws:sns:ap-northeast-1:${account}:${name}`,
};

const arnOf = (type = "", name = ""): string => {
  const arn = arns[type]?.(name);
  if (arn === undefined) throw new Error(`It is not written here what the ARN of ${type}.${name} is.`);
  return arn;
};

/** A statement as AWS gets it, but with the parts that tests take away in lists. */
export interface Statement {
  readonly effect: "Allow" | "Deny";
  readonly actions: readonly string[];
  /** Nothing in the trust of a role, which is about the role. */
  readonly resources?: readonly string[];
  readonly principals: readonly { readonly type: string; readonly identifiers: readonly string[] }[];
  readonly condition: readonly {
    readonly test: string;
    readonly variable: string;
    readonly values: readonly string[];
  }[];
}

export interface ResourcePolicy {
  /** `aws_s3_bucket_policy.vault`; for the trust of a role, the role. */
  readonly id: string;
  /** ARN of what has the policy. */
  readonly arn: string;
  /** As the stack has it: the same of two stacks is the same policy. */
  readonly document: unknown;
  /** As Terraform writes it. */
  readonly statements: () => readonly Statement[];
}

/** The policies of a stack that resources have, and not those who use them. */
export function resourcePoliciesOf({ resource, data }: Synthesized): readonly ResourcePolicy[] {
  const attached = Object.entries(resource).flatMap(([type, blocks]) =>
    Object.entries(blocks).flatMap(([name, block]) => {
      const reference = /^\$\{data\.aws_iam_policy_document\.(\w+)(\[0\])?\.json\}$/;
      const [, found] = reference.exec(String(block.assume_role_policy ?? block.policy)) ?? [];
      if (found === undefined || type === "aws_iam_role_policy") return [];
      const [, of, named] = /(aws_\w+)\.(\w+)/.exec(String(block.arn ?? block.bucket ?? block.secret_arn)) ?? [];
      const arn = type === "aws_iam_role" ? arnOf(type, name) : arnOf(of, named);
      return [{ id: `${type}.${name}`, arn, name: found, document: data.aws_iam_policy_document?.[found] }];
    }),
  );
  let written: readonly (readonly Written[])[] | undefined;
  return attached.map(({ id, arn, document }, i) => ({
    id,
    arn,
    document,
    statements: () => ((written ??= writtenByTerraform(attached))[i] ?? []).map(complete),
  }));
}

/** The policy of a role with lists that Terraform puts together, as AWS gets it. */
export function rolePolicyOf({ data }: Synthesized, name: string): object {
  const [written = []] = writtenByTerraform([{ name, document: data.aws_iam_policy_document?.[name] }]);
  return {
    Version: "2012-10-17",
    Statement: written.map(({ actions, resources }) => ({ Effect: "Allow", Action: actions, Resource: resources })),
  };
}

type Written = Partial<Statement> & Pick<Statement, "actions">;

/** All at once: Terraform takes longer to start than to write them. */
function writtenByTerraform(
  documents: readonly { readonly name: string; readonly document: unknown }[],
): readonly (readonly Written[])[] {
  const locals: Record<string, unknown> = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name.replace(".", "_"), value]),
  );
  for (const { name, document } of documents) Object.assign(locals, localsOf(name, document));
  const all = documents.map(({ name }) => `concat(local.${name}, local.${name}_dynamic)`);
  return evaluated(locals, `[${all.join(", ")}]`) as readonly (readonly Written[])[];
}

/** The statements of a document, as locals of Terraform that read other locals. */
function localsOf(name: string, document: unknown): Readonly<Record<string, unknown>> {
  const text = JSON.stringify(document)
    .replaceAll(/\$\{(aws_\w+)\.(\w+)(?:\[0\])?\.arn\}/g, (_all, type: string, of: string) => arnOf(type, of))
    .replaceAll(/\b(var|local)\.(\w+)/g, "local.$1_$2")
    .replaceAll("statement.value", `local.${name}_each[0]`);
  const { statement, dynamic } = JSON.parse(text) as {
    readonly statement: unknown;
    readonly dynamic?: { readonly statement: { readonly for_each: unknown; readonly content: unknown } };
  };
  return {
    [name]: statement,
    [`${name}_each`]: dynamic?.statement.for_each ?? [],
    [`${name}_dynamic`]: dynamic === undefined ? [] : [dynamic.statement.content],
  };
}

const complete = (written: Written): Statement => ({
  effect: written.effect ?? "Allow",
  actions: written.actions,
  // The provider makes ${…} of it.
  ...(written.resources && { resources: written.resources.map((one) => one.replaceAll("&{", "${")) }),
  principals: written.principals ?? [],
  condition: written.condition ?? [],
});

const asJson = (statements: readonly Statement[]): object => ({
  Version: "2012-10-17",
  Statement: statements.map(({ effect, actions, resources, principals, condition }) => ({
    Effect: effect,
    Action: actions,
    ...(resources && { Resource: resources }),
    Principal: principals.some(({ type }) => type === "*")
      ? "*"
      : Object.fromEntries(principals.map(({ type, identifiers }) => [type, identifiers])),
    Condition: condition.reduce<Record<string, Record<string, readonly string[]>>>(
      (all, { test, variable, values: wanted }) => ({ ...all, [test]: { ...all[test], [variable]: wanted } }),
      {},
    ),
  })),
});

/** A request to something that has a policy. */
export interface Asked {
  /** A service, or the ARN of a role, a user or the root user. */
  readonly by: string;
  /** The ARN goes on so: `/key` of an object. @default - it does not */
  readonly to?: string;
  readonly action: string;
  /** @default - over TLS, with the ARN and the account of `by` */
  readonly context?: Request["context"];
  /** The policies of `by` allow nothing, so that the policy of the resource is all. @default - they allow everything */
  readonly powerless?: boolean;
}

const everything = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
};

/** What a policy has to allow, and what it must not, with a title each. */
export interface Cases {
  readonly allowed: readonly (readonly [what: string, asked: Asked])[];
  readonly denied: readonly (readonly [what: string, asked: Asked])[];
}

/** What AWS decides with a policy of a resource of `account`. */
export async function isLetIn(
  { arn, statements }: { readonly arn: string; readonly statements: readonly Statement[] },
  { by, to = "", action, context = {}, powerless = false }: Asked,
): Promise<boolean> {
  const isService = !by.startsWith("arn:");
  const [, , , , of = ""] = by.split(":");
  return decided({
    principal: by,
    owner: account,
    request: {
      action,
      resource: `${arn}${to}`,
      context: {
        "aws:SecureTransport": "true",
        ...(!isService && { "aws:PrincipalArn": by, "aws:PrincipalAccount": of }),
        ...context,
      },
    },
    ...(!isService && !powerless && { identity: everything }),
    resource: asJson(statements),
  });
}
