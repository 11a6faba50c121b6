import { Refusal } from "../../shared/aws-sdk";
import type { Values } from "./resources";
import { attributesOf, complete, pull, type State } from "./state";
import type { Terraform } from "./terraform";
import { fingerprint, isFingerprint } from "../../../stacks/cache/fingerprint";
import { cacheTags } from "../../../stacks/terraform/names";

const group = "aws_elasticache_replication_group.redis";
const password = "random_password.redis_auth[0]";
const version = "aws_secretsmanager_secret_version.redis_auth[0]";
const kept = "terraform_data.redis_auth";

/** Whether the state has a cache without the token that its tag tells of, because it was imported and nothing more. */
export function lacksToken(state: State): boolean {
  const cache = attributesOf(state, group);
  return typeof cache?.auth_token !== "string" && isFingerprint(fingerprintOf(cache) ?? "");
}

const fingerprintOf = (cache: Values | undefined): string | undefined =>
  (cache?.tags_all as Record<string, string> | undefined)?.[cacheTags.authTokenFingerprint];

/**
 * AWS never tells an AUTH token, so an imported cache comes without one, and the next deploy would set whatever token the state
 * has. This sees to it that it is the one that the cache has, or that a plain deploy is refused.
 *
 * @returns whether the token of the cache is known, or there is no cache
 */
export function recoverToken(terraform: Terraform): boolean {
  const state = pull(terraform);
  const cache = attributesOf(state, group);
  if (cache === undefined) return true;
  const live = fingerprintOf(cache);
  const ofState = attributesOf(state, password)?.result;
  const ofSecret = tokenOf(attributesOf(state, version)?.secret_string);
  const token = [ofState, ofSecret].find((one): one is string => typeof one === "string" && fingerprint(one) === live);
  if (token === undefined) {
    // The cache has another token than the one kept here. A new one is made by the next deploy, which is refused unless it is a rotation.
    const nothingKept = attributesOf(state, kept) === undefined;
    if (nothingKept) demand(terraform(["apply", "-auto-approve", `-target=${kept}`]));
    if (nothingKept || ofState !== undefined) demand(terraform(["state", "rm", password]));
    return false;
  }
  if (token !== ofState) {
    if (ofState !== undefined) demand(terraform(["state", "rm", password]));
    // Nothing of what it prints may be shown: it tells the id.
    const { ok } = terraform(["import", password, token], { secret: true });
    if (!ok) throw new Refusal(`${password} could not be imported from the secret.`);
  }
  const { fingerprint: known } = (attributesOf(state, kept)?.output as Kept | undefined)?.value ?? {};
  // A deploy without the state kept the token that it made, and died before the cache was given it.
  if (known !== undefined && known !== live) demand(terraform(["state", "rm", kept]));
  // SET is accepted after ROTATE only, so the next deploy must find nothing to set.
  complete(terraform, group, { auth_token: token, auth_token_update_strategy: "SET" });
  return true;
}

/** The output of `kept` in a state. */
interface Kept {
  readonly value?: { readonly fingerprint?: string };
}

function demand({ ok, text }: { ok: boolean; text: string }): void {
  if (!ok)
    throw new Refusal(`The AUTH token of the imported cache is not known, and Terraform cannot keep that:\n${text}`);
}

function tokenOf(secret: unknown): unknown {
  if (typeof secret !== "string") return undefined;
  try {
    return (JSON.parse(secret) as { auth_token?: unknown }).auth_token;
  } catch {
    // Not as this stack writes it. The error would quote it.
    return undefined;
  }
}
