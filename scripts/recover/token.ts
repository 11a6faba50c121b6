import { createHash } from "node:crypto";
import { attributesOf, complete, pull } from "./state";
import type { Terraform } from "./terraform";

const group = "aws_elasticache_replication_group.redis";
const password = "random_password.redis_auth[0]";
const version = "aws_secretsmanager_secret_version.redis_auth[0]";
const kept = "terraform_data.redis_auth";

/**
 * AWS never tells an AUTH token, so an imported cache comes without one, and the next deploy would set whatever token the state
 * has. This sees to it that it is the one that the cache has, or that a plain deploy is refused.
 *
 * @returns whether the token of the cache is known
 */
export function recoverToken(terraform: Terraform): boolean {
  const state = pull(terraform);
  const tags = attributesOf(state, group)?.tags_all as Record<string, string> | undefined;
  const ofState = attributesOf(state, password)?.result;
  const ofSecret = tokenOf(attributesOf(state, version)?.secret_string);
  const token = [ofState, ofSecret].find(
    (one): one is string => typeof one === "string" && fingerprint(one) === tags?.AuthTokenFingerprint,
  );
  if (token === undefined) {
    // The cache has another token than the one kept here. A new one is made by the next deploy, which is refused unless it is a rotation.
    if (attributesOf(state, kept) === undefined) demand(terraform(["apply", "-auto-approve", `-target=${kept}`]));
    demand(terraform(["state", "rm", password]));
    return false;
  }
  if (token !== ofState) {
    if (ofState !== undefined) demand(terraform(["state", "rm", password]));
    // Nothing of what it prints may be shown: it tells the id.
    const { ok } = terraform(["import", password, token], { secret: true });
    if (!ok) throw new Error(`${password} could not be imported from the secret.`);
  }
  // SET is accepted after ROTATE only, so the next deploy must find nothing to set.
  complete(terraform, group, { auth_token: token, auth_token_update_strategy: "SET" });
  return true;
}

function demand({ ok, text }: { ok: boolean; text: string }): void {
  if (!ok)
    throw new Error(`The AUTH token of the imported cache is not known, and Terraform cannot keep that:\n${text}`);
}

/** As stacks/auth.ts writes it into the cache's tag. */
const fingerprint = (token: string): string => createHash("sha256").update(token).digest("hex").slice(0, 8);

function tokenOf(secret: unknown): unknown {
  return typeof secret === "string" ? (JSON.parse(secret) as { auth_token?: unknown }).auth_token : undefined;
}
