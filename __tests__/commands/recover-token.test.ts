import type { Values } from "../../scripts/commands/recover/resources";
import type { State } from "../../scripts/commands/recover/state";
import { recoverToken } from "../../scripts/commands/recover/token";
import type { Run, RunOptions, Terraform } from "../../scripts/shared/terraform";
import { fingerprint } from "../../stacks/cache/fingerprint";

// The AUTH token of an imported cache, which AWS never returns. With Terraform itself: __tests__/e2e/auth-token.test.ts.
const token = "the-token-of-the-cache";
const another = "another-token";
const [cache, password, version, kept] = [
  "aws_elasticache_replication_group.redis",
  "random_password.redis_auth[0]",
  "aws_secretsmanager_secret_version.redis_auth[0]",
  "terraform_data.redis_auth",
] as const;

/** A state with the attributes of these addresses. */
const stateOf = (all: Readonly<Record<string, Values>>): State => ({
  ...{ version: 4, lineage: "", serial: 1 },
  resources: Object.entries(all).map(([address, attributes]) => {
    const [, type = "", name = "", index] = /^(\w+)\.(\w+)(?:\[(\d)\])?$/.exec(address) ?? [];
    const instance = { ...(index !== undefined && { index_key: Number(index) }), schema_version: 0, attributes };
    return { mode: "managed", type, name, provider: "", instances: [instance] };
  }),
});

const imported = { tags_all: { AuthTokenFingerprint: fingerprint(token) } };
const secretOf = (auth_token: string): Values => ({ secret_string: JSON.stringify({ auth_token }) });

/** Recovers the token of this state: what was changed by which command, and what the state says of the cache afterwards. */
function recovered(state: Readonly<Record<string, Values>>, isOk = true) {
  const calls: { readonly args: readonly string[]; readonly options: RunOptions }[] = [];
  let pushed: State | undefined;
  const terraform: Terraform = (args, options = {}): Run => {
    const done = (stdout: string, ok = true): Run => ({ ok, status: ok ? 0 : 1, stdout, text: stdout });
    if (args.join(" ") === "state pull") return done(JSON.stringify(stateOf(state)));
    calls.push({ args, options });
    if (args.join(" ") === "state push -") pushed = JSON.parse(options.input ?? "") as State;
    // As Terraform does, which quotes the id.
    return isOk ? done("") : done(`Error: ${args.join(" ")}`, false);
  };
  const recover = (): boolean => recoverToken(terraform);
  const after = (): Values | undefined =>
    pushed?.resources.find(({ type }) => cache.startsWith(`${type}.`))?.instances[0]?.attributes;
  return { recover, after, calls, commands: () => calls.map(({ args }) => args.join(" ")) };
}

test.each<[string, Readonly<Record<string, Values>>, string[]]>([
  ["has no token", {}, []],
  ["has another token", { [password]: { result: another } }, [`state rm ${password}`]],
  ["has its beginning", { [password]: { result: token.slice(0, -1) } }, [`state rm ${password}`]],
])(
  "when the state %s, that of the secret is imported, and never as an argument of Terraform",
  (_what, more, before) => {
    const { recover, after, calls, commands } = recovered({ [cache]: imported, [version]: secretOf(token), ...more });
    expect(recover()).toBe(true);
    expect(commands()).toEqual([...before, `import ${password} ${token}`, "state push -"]);
    // Every user of the machine can read arguments: `secret` puts them into the environment (__tests__/shared/terraform.test.ts).
    const withToken = calls.filter(({ args }) => [token, another].some((one) => args.join(" ").includes(one)));
    expect(withToken.map(({ options }) => options)).toEqual([{ secret: true }]);
    // The next deploy finds nothing to set.
    expect(after()).toEqual({ ...imported, auth_token: token, auth_token_update_strategy: "SET" });
  },
);

test("a token that cannot be imported is not in the message", () => {
  const { recover } = recovered({ [cache]: imported, [version]: secretOf(token) }, false);
  expect(recover).toThrow(new Error(`${password} could not be imported from the secret.`));
});

test("the token that the state has already is not imported again", () => {
  const { recover, after, commands } = recovered({ [cache]: imported, [password]: { result: token } });
  expect(recover()).toBe(true);
  expect(commands()).toEqual(["state push -"]);
  expect(after()).toEqual({ ...imported, auth_token: token, auth_token_update_strategy: "SET" });
});

test.each<[string, Values]>([
  ["of another token", secretOf(another)],
  ["that is no JSON", { secret_string: token }],
  ["of another format", { secret_string: JSON.stringify({ password: token }) }],
])("a secret %s is not taken for that of the cache: the token is lost", (_what, secret) => {
  const { recover, after, commands } = recovered({ [cache]: imported, [version]: secret });
  expect(recover()).toBe(false);
  // What makes a plain deploy refused, because it would set a new token.
  expect(commands()).toEqual([`apply -auto-approve -target=${kept}`, `state rm ${password}`]);
  expect(after()).toBeUndefined();
});

test("a lost token: what the state keeps of another is not made again, and a password that it has is forgotten", () => {
  const ofState = {
    [kept]: { output: { value: { fingerprint: fingerprint(another) } } },
    [version]: secretOf(another),
  };
  const without = recovered({ [cache]: imported, ...ofState });
  expect(without.recover()).toBe(false);
  expect(without.commands()).toEqual([]);
  const withPassword = recovered({ [cache]: imported, ...ofState, [password]: { result: another } });
  expect(withPassword.recover()).toBe(false);
  expect(withPassword.commands()).toEqual([`state rm ${password}`]);
});

test.each([
  [fingerprint(token), []],
  [fingerprint(another), [`state rm ${kept}`]],
  [`${fingerprint(token)}0`, [`state rm ${kept}`]],
])("a fingerprint that the state keeps stays only if it is that of the cache: %s", (known, before) => {
  const ofState = { [password]: { result: token }, [kept]: { output: { value: { fingerprint: known } } } };
  const { recover, commands } = recovered({ [cache]: imported, ...ofState });
  expect(recover()).toBe(true);
  expect(commands()).toEqual([...before, "state push -"]);
});

test("without a cache nothing is changed", () => {
  const { recover, commands } = recovered({ [password]: { result: token } });
  expect(recover()).toBe(true);
  expect(commands()).toEqual([]);
});
