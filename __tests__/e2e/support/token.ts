import { aws } from "./aws";
import { lab, onLab } from "./lab";
import type { Project } from "./project";

/** The AUTH token that clients read from the secret of a stack. A matcher that fails would print it: compare it by `===`. */
export function token(project: Project, stack: string): string {
  const arn = String(project.outputs(stack).redis_auth_secret_arn?.value);
  const { SecretString } = aws("secretsmanager", "getSecretValue", { SecretId: arn }) as { SecretString: string };
  return (JSON.parse(SecretString) as { auth_token: string }).auth_token;
}

/** With which of the tokens a cache lets clients in, told by their names; "none" is a client without one. AWS hides it: only the lab tells. */
export async function letIn(cache: string, known: Readonly<Record<string, string>>): Promise<string[]> {
  const { auth_tokens: tokens } = await lab<{ auth_tokens: (string | null)[] }>("replication-group", {
    replicationGroupId: cache,
  });
  const names = Object.entries(known);
  return tokens.map((one) => (one === null ? "none" : (names.find(([, is]) => is === one)?.[0] ?? "an unknown one")));
}

/** Expects that the cache lets clients in with the token of the secret and with nothing else, on the lab; nothing elsewhere. */
export async function expectOnlySecretLetsIn(project: Project, stack: string, cache: string): Promise<void> {
  if (!onLab) return;
  expect(await letIn(cache, { "the secret's": token(project, stack) })).toEqual(["the secret's"]);
}
