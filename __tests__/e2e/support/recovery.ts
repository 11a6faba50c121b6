import { aws } from "./aws";
import { lab } from "./lab";
import { expectNoChanges, expectOk, type Project } from "./project";

interface Group {
  readonly ReplicationGroupId: string;
  readonly ReplicationGroupCreateTime: string;
  readonly Status: string;
}

/** The cache of dev as AWS has it; nothing if there is none. */
export const cache = (): Group | undefined =>
  (aws("elasticache", "describeReplicationGroups") as { ReplicationGroups: Group[] }).ReplicationGroups.find(
    ({ ReplicationGroupId }) => ReplicationGroupId === "dev-redis-cluster",
  );

/** When it was created: what was replaced was created later. */
export const born = (): string | undefined => cache()?.ReplicationGroupCreateTime;

export const secrets = (): string[] =>
  (aws("secretsmanager", "listSecrets") as { SecretList: { ARN: string; Name: string }[] }).SecretList.filter(
    ({ Name }) => Name.startsWith("dev-redis-"),
  ).map(({ ARN }) => ARN);

export const parameterGroups = (): string[] =>
  (
    aws("elasticache", "describeCacheParameterGroups") as {
      CacheParameterGroups: { CacheParameterGroupName: string }[];
    }
  ).CacheParameterGroups.map(({ CacheParameterGroupName }) => CacheParameterGroupName).filter((name) =>
    name.startsWith("dev-redis-"),
  );

/** The AUTH token that clients read. */
export function token(project: Project, stack: string): string {
  const arn = String(project.outputs(stack).redis_auth_secret_arn?.value);
  const { SecretString } = aws("secretsmanager", "getSecretValue", { SecretId: arn }) as { SecretString: string };
  return (JSON.parse(SecretString) as { auth_token: string }).auth_token;
}

/** Recovers, and deploys the same cache; nothing is replaced, and as much `destroyed` as is said. Answers what recover said. */
export function expectRecovery(
  project: Project,
  stack: string,
  environment: NodeJS.ProcessEnv = {},
  destroyed = 0,
): string {
  const before = born();
  const recovery = project.recover(stack, ["--yes"], environment);
  expectOk(recovery);
  const plan = project.terraform(stack, ["plan"], environment);
  const [, destroys = "0"] = /Plan: \d+ to add, \d+ to change, (\d+) to destroy\./.exec(plan.text) ?? [];
  expect(plan.ok).toBe(true);
  expect(Number(destroys)).toBe(destroyed);
  expectOk(project.deploy(stack, environment));
  expectNoChanges(project, stack, environment);
  expect(born()).toBe(before);
  return recovery.text;
}

/** Destroys what is left of dev when its tests are over, also what the state does not know when one has failed. */
export function destroyWhatIsLeft(project: Project, stack: string, environment: NodeJS.ProcessEnv = {}): void {
  project.destroy(stack, environment);
  if (cache() === undefined && secrets().length === 0 && parameterGroups().length === 0) return;
  project.recover(stack, ["--yes"], environment);
  project.destroy(stack, environment);
}

/**
 * Kills an apply (kill -9) after AWS has created something, and before Terraform has written it into the state: the lab lets the
 * calls that are next take long.
 */
export async function killBetween(
  project: Project,
  stack: string,
  { isThere, next }: { readonly isThere: () => boolean; readonly next: readonly string[] },
  environment: NodeJS.ProcessEnv = {},
): Promise<void> {
  for (const action of next) await lab("fail", { action, seconds: 120, times: 99 });
  await project.kill(stack, "apply", isThere, environment);
  for (const action of next) await lab("fail", { action, times: 0 });
}
