import { aws } from "./aws";
import { lab } from "./lab";
import { expectNoChanges, expectOk, type Project } from "./project";

interface Group {
  readonly ReplicationGroupId: string;
  readonly ReplicationGroupCreateTime: string | number;
  readonly Status: string;
}

/** The cache of dev as AWS has it; nothing if there is none. */
export const cache = (): Group | undefined =>
  (aws("elasticache", "describe-replication-groups") as { ReplicationGroups: Group[] }).ReplicationGroups.find(
    ({ ReplicationGroupId }) => ReplicationGroupId === "dev-redis-cluster",
  );

/** When it was created: what was replaced was created later. */
export const born = (): string | number | undefined => cache()?.ReplicationGroupCreateTime;

export const secrets = (): string[] =>
  (aws("secretsmanager", "list-secrets") as { SecretList: { ARN: string; Name: string }[] }).SecretList.filter(
    ({ Name }) => Name.startsWith("dev-redis-"),
  ).map(({ ARN }) => ARN);

/** The AUTH token that clients read. */
export function token(project: Project, stack: string): string {
  const arn = String(project.outputs(stack).redis_auth_secret_arn?.value);
  const { SecretString } = aws("secretsmanager", "get-secret-value", "--secret-id", arn) as { SecretString: string };
  return (JSON.parse(SecretString) as { auth_token: string }).auth_token;
}

/** Recovers, and deploys the same cache, of which nothing is replaced. Answers what recover said. */
export function expectRecovery(project: Project, stack: string, environment: NodeJS.ProcessEnv = {}): string {
  const before = born();
  const recovery = project.recover(stack, ["--yes"], environment);
  expectOk(recovery);
  const plan = project.terraform(stack, ["plan"], environment);
  expect(plan.text).toMatch(/Plan: \d+ to add, \d+ to change, 0 to destroy\.|No changes\./);
  expectOk(project.deploy(stack, environment));
  expectNoChanges(project, stack, environment);
  expect(born()).toBe(before);
  return recovery.text;
}

/**
 * Kills an apply (kill -9) after AWS has answered a call that creates something, and before Terraform has heard that it is there:
 * the lab lets `next`, the call that follows it, take long.
 */
export async function killBetween(
  project: Project,
  stack: string,
  { isThere, next }: { readonly isThere: () => boolean; readonly next: string },
  environment: NodeJS.ProcessEnv = {},
): Promise<void> {
  await lab("fail", { action: next, seconds: 120, times: 99 });
  await project.kill(stack, "apply", isThere, environment);
  await lab("fail", { action: next, times: 0 });
}
