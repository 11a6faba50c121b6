import type { ForeignAuth } from "../../stacks/cache/adopted";
import { RedisStack } from "../../stacks/redis-stack";
import type { Overrides } from "../../stacks/terraform/overrides";
import { adoptedProd } from "../support/adopted";
import { blockAt, evaluatedArguments, type Given } from "../support/expressions";
import type { Synthesized } from "../support/stacks";
import { synthesize } from "../support/synthesize";
import { describeTerraform } from "../support/terraform";

// What the stack refuses to do with an adopted cluster whose clients present what the stack does not manage: docs/adopt.md.

type Live = ForeignAuth["live"];
type Run = "plain" | "rotateAuth" | "unprotect";

const lives: readonly Live[] = ["none", "token", "users"];
const runs: readonly Run[] = ["plain", "rotateAuth", "unprotect"];

function stackOf(live: Live, run: Run): Synthesized {
  const opted = { managedHere: false, optOutReason: "Its clients present their own." } as const;
  const authToken: ForeignAuth = live === "users" ? { ...opted, live, userGroupIds: ["people"] } : { ...opted, live };
  const overrides: Overrides = { [run]: true };
  return synthesize(
    (app) =>
      new RedisStack(app, "redis-prod", {
        ...adoptedProd,
        adopted: adoptedProd.adopted && { ...adoptedProd.adopted, authToken },
        overrides,
      }),
  );
}

const stacks = new Map(lives.flatMap((live) => runs.map((run) => [`${live}, ${run}`, stackOf(live, run)] as const)));
const known = (live: Live, run: Run): Synthesized => {
  const stack = stacks.get(`${live}, ${run}`);
  if (stack === undefined) throw new Error(`There is no stack for ${live} in a run that is ${run}.`);
  return stack;
};

const keeps: Readonly<Record<Live, RegExp>> = {
  none: /^The adopted cluster keeps accepting clients without an AUTH token, and .* set authToken: true in the environment's entry \(stacks\/environments\.ts\) and run, with enable_auth = true: ROTATE_AUTH_STACK=redis-prod npx cdktf deploy redis-prod;/,
  token:
    /^The adopted cluster keeps the AUTH token that it had, .* run, with enable_auth = true: ROTATE_AUTH_STACK=redis-prod/,
  users: /^The adopted cluster keeps the user groups \(RBAC\) that it had, and .* either users or an AUTH token\./,
};
const managed = /^The AUTH token of the live cache is already managed by this stack\./;
const restored = /^A cluster restored now would accept clients without AUTH,/;
const replaced = /^With UNPROTECT_STACK this cluster can be destroyed .*, but not replaced:/;

const snapshot = { "var.restore_from_snapshot": "a" };
const file = { "var.restore_from_vault": ["arn:aws:s3:::bucket/a-0001.rdb"] };
const given = (live: Live): Given => ({
  "local.stack": "redis-prod",
  "terraform_data.redis_engine": { output: { engine: "redis", version: "7.1", family: "redis7" } },
  "terraform_data.redis_auth": { input: { fingerprint: live }, output: { fingerprint: live } },
});

interface Row {
  readonly live: Live;
  readonly run: Run;
  readonly with?: Given;
  readonly refusals: readonly RegExp[];
}

const rows: readonly Row[] = [
  ...lives.flatMap((live): Row[] => [
    { live, run: "plain", refusals: [] },
    { live, run: "plain", with: { "var.enable_auth": true }, refusals: [keeps[live]] },
    { live, run: "rotateAuth", refusals: [keeps[live]] },
    { live, run: "rotateAuth", with: { "var.enable_auth": true }, refusals: [keeps[live]] },
    {
      live,
      run: "plain",
      with: { "terraform_data.redis_auth": { input: { fingerprint: "1a2b3c4d" } } },
      refusals: [managed],
    },
    { live, run: "plain", with: snapshot, refusals: live === "token" ? [restored] : [] },
    { live, run: "plain", with: file, refusals: live === "token" ? [restored] : [] },
    { live, run: "unprotect", refusals: live === "token" ? [replaced] : [] },
  ]),
];

describeTerraform("an adopted cluster whose clients present", () => {
  let messages: readonly (readonly string[])[];
  beforeAll(() => {
    const evaluated = evaluatedArguments(
      rows.map(({ live, run, with: more }) => {
        const stack = known(live, run);
        const { lifecycle } = blockAt(stack, "aws_elasticache_replication_group.redis");
        const { precondition } = lifecycle as { readonly precondition: readonly object[] };
        return { stack, given: { ...given(live), ...more }, argument: precondition };
      }),
    ) as readonly (readonly { readonly condition: boolean; readonly error_message: string }[])[];
    messages = evaluated.map((rules) =>
      rules.flatMap(({ condition, error_message }) => (condition ? [] : [error_message])),
    );
  });

  test.each(
    rows.map(({ live, run, with: more = {}, refusals }, i) => [live, run, JSON.stringify(more), refusals, i] as const),
  )("%s, in a run that is %s, with %s", (_live, _run, _with, refusals, i) => {
    expect(messages[i]).toEqual(refusals.map((message) => expect.stringMatching(message) as unknown));
  });

  test.each([
    ["none", { enabled: false, fingerprint: "none" }],
    ["token", { enabled: true, fingerprint: "token" }],
    ["users", { enabled: true, fingerprint: "users" }],
  ] as const)("%s is remembered as what it has", (live, is) => {
    const stack = known(live, "plain");
    const { input } = blockAt(stack, "terraform_data.redis_auth");
    expect(evaluatedArguments([{ stack, argument: input }])).toEqual([is]);
  });

  test.each(lives)("%s is asked for no AUTH by default, and Terraform touches none", (live) => {
    const { variable, resource } = known(live, "plain");
    expect(variable.enable_auth?.default).toBe(false);
    expect(resource.aws_elasticache_replication_group?.redis?.lifecycle).toMatchObject({
      ignore_changes: expect.arrayContaining(["auth_token", "auth_token_update_strategy"]) as unknown,
    });
  });
});
