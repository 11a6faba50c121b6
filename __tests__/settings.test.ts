import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import guard from "./e2e/support/guard";
import { forgetSettings } from "./support/settings";

const outside = process.env;

beforeEach(() => {
  process.env = {};
});

afterEach(() => {
  process.env = outside;
});

test("what says which stacks, which state and what a run may do is forgotten, and nothing else", () => {
  const kept = { PATH: "/bin", AWS_PROFILE: "sandbox", TF_CLI_CONFIG_FILE: "rc", TF_CLI_ARGS_init: "-plugin-dir=x" };
  Object.assign(process.env, kept, {
    STATE_BUCKET: "live",
    STATE_REGION: "eu-west-1",
    STATE_KEY_PREFIX: "team",
    STATE_KMS_KEY_ID: "key",
    UPGRADE_STACK: "redis-prod",
    ROTATE_AUTH_STACK: "redis-prod",
    UNPROTECT_STACK: "redis-prod",
    TF_VAR_environment: "prod",
    TF_WORKSPACE: "live",
    TF_CLI_ARGS: "-lock=false",
    TF_CLI_ARGS_apply: "-replace=random_id.redis_final_snapshot",
    CDKTF_CONTEXT_JSON: '{"stateBucket":"live"}',
  });
  forgetSettings();
  expect(process.env).toEqual(kept);
});

test("deployment tests are refused while the bucket of a live state is named", () => {
  process.env.STATE_BUCKET = "live";
  expect(guard).toThrow("STATE_BUCKET names the state of your live stacks (live)");
});

test("deployment tests without the aws CLI are refused in a sentence", () => {
  process.env.PATH = "/nonexistent";
  expect(guard).toThrow("the aws CLI, which is not on the PATH");
});

test("what refuses all deployment tests is said once, without a stack trace", () => {
  const { status, stdout, stderr } = spawnSync("node", ["--import", "tsx", "scripts/maintain/e2e.ts"], {
    cwd: resolve(__dirname, ".."),
    encoding: "utf8",
    env: { ...outside, E2E_EACH: "", E2E_PARALLEL: "1", STATE_BUCKET: "live" },
  });
  expect(status).toBe(1);
  expect(stdout).toBe("");
  expect(stderr).toMatch(/^STATE_BUCKET names .*\n$/);
});

test.each([
  [{ E2E_MINUTES: "soon" }, /^Invalid E2E_MINUTES "soon": .* e\.g\. E2E_MINUTES=50/],
  [{ E2E_PARALLEL: "0" }, /^Invalid E2E_PARALLEL "0": /],
  [{ E2E_PARALLEL: "2" }, /^Invalid E2E_PARALLEL: the files would share one AWS account/],
])("settings of the deployment tests are refused before anything runs: %j", (settings, why) => {
  const { status, stderr } = spawnSync("node", ["--import", "tsx", "scripts/maintain/e2e.ts"], {
    cwd: resolve(__dirname, ".."),
    encoding: "utf8",
    env: { ...outside, E2E_EACH: "", E2E_PARALLEL: "1", ...settings },
  });
  expect(status).toBe(1);
  expect(stderr).toMatch(why);
});

test("deployment tests for which there was no time are named", () => {
  const { status, stdout } = spawnSync("node", ["--import", "tsx", "scripts/maintain/e2e.ts", "tags", "network"], {
    cwd: resolve(__dirname, ".."),
    encoding: "utf8",
    env: { ...outside, E2E_EACH: "env", E2E_PARALLEL: "1", E2E_MINUTES: "0" },
  });
  expect(stdout).toContain("*** NOT RUN, because the time that E2E_MINUTES allows had passed: tags, network.");
  expect(stdout).toContain("0 passed, 0 failed");
  expect(status).toBe(0);
});
