import { Refusal } from "../../shared/aws-sdk";
import type { Values } from "./resources";
import { attributesOf, complete, pull, type State } from "./state";
import { fingerprint, isFingerprint } from "../../../stacks/cache/fingerprint";
import { cacheTags } from "../../../stacks/terraform/names";
import { assertOk, type Run, type Terraform } from "../../shared/terraform";

const group = "aws_elasticache_replication_group.redis";
const password = "random_password.redis_auth[0]";
const version = "aws_secretsmanager_secret_version.redis_auth[0]";
const kept = "terraform_data.redis_auth";

/** Whether the state has a cache without the token whose fingerprint is in its tag, because it was only imported. */
export function lacksToken(state: State): boolean {
  const cache = attributesOf(state, group);
  return typeof cache?.auth_token !== "string" && isFingerprint(fingerprintOf(cache) ?? "");
}

const fingerprintOf = (cache: Values | undefined): string | undefined =>
  (cache?.tags_all as Record<string, string> | undefined)?.[cacheTags.authTokenFingerprint];

/**
 * AWS never returns an AUTH token, so an imported cache has none, and the next deploy would set whatever token the state has. This
 * makes sure that it is the one of the cache, or that a plain deploy is refused.
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
    if (nothingKept) change(terraform(["apply", "-auto-approve", `-target=${kept}`]));
    if (nothingKept || ofState !== undefined) change(terraform(["state", "rm", password]));
    return false;
  }
  if (token !== ofState) {
    if (ofState !== undefined) change(terraform(["state", "rm", password]));
    // Its output must not be shown: it contains the id, which is the token.
    const { ok } = terraform(["import", password, token], { secret: true });
    if (!ok) throw new Refusal(`${password} could not be imported from the secret.`);
  }
  const { fingerprint: known } = (attributesOf(state, kept)?.output as Kept | undefined)?.value ?? {};
  // A deploy without the state kept the token that it generated, and was killed before it set it.
  if (known !== undefined && known !== live) change(terraform(["state", "rm", kept]));
  // SET is accepted after ROTATE only, so the next deploy must find nothing to set.
  complete(terraform, group, { auth_token: token, auth_token_update_strategy: "SET" });
  return true;
}

/** The output of `kept` in a state. */
interface Kept {
  readonly value?: { readonly fingerprint?: string };
}

const change = (run: Run): Run =>
  assertOk(run, "The AUTH token of the imported cache cannot be written into the state:");

function tokenOf(secret: unknown): unknown {
  if (typeof secret !== "string") return undefined;
  try {
    return (JSON.parse(secret) as { auth_token?: unknown }).auth_token;
  } catch {
    // Another format than this stack writes. The error would quote the secret.
    return undefined;
  }
}
