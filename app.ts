import { readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { App, type AppConfig } from "cdktf";
import { fromUrl } from "hosted-git-info";
import { environments, type Environment } from "./stacks/environments";
import { PolicyStack } from "./stacks/backup-policy-stack";
import { RedisStack, type RedisStackProps } from "./stacks/redis-stack";
import { VaultStack } from "./stacks/vault-stack";
import { stateBucketFrom, stateFolderKey } from "./stacks/terraform/backend";
import { refuseForgottenState } from "./stacks/terraform/state-moves";
import { refuseStateElsewhere } from "./stacks/terraform/state-settings";
import { RequestedOverrides } from "./stacks/terraform/overrides";

/**
 * Builds the stacks without synthesizing them.
 *
 * `env` has the settings of this run: STATE_BUCKET, STATE_REGION, STATE_KEY_PREFIX, STATE_KMS_KEY_ID, UPGRADE_STACK, ROTATE_AUTH_STACK, UNPROTECT_STACK,
 * MOVE_STATE_STACK.
 *
 * @throws InputError if one of them cannot be used.
 */
export function buildApp(env: Readonly<Record<string, string | undefined>> = {}, config?: AppConfig): App {
  refuseStateElsewhere(env);
  const app = new App(config);
  const { CDKTF_OUTDIR: outdir = "" } = env;
  if (outdir !== "") app.node.setContext(stateFolderKey, relative(resolve(outdir, "stacks", "one"), resolve()));
  const overrides = new RequestedOverrides(env);
  const state = stateBucketFrom((variable, key) => env[variable] ?? (app.node.tryGetContext(key) as unknown));
  const runbookBaseUrl = runbookUrl(JSON.parse(readFileSync(join(__dirname, "package.json"), "utf8")) as PackageJson);
  const redis = (name: string, environment: Environment, props: Pick<RedisStackProps, "namePrefix"> = {}): RedisStack =>
    new RedisStack(app, name, { ...environment, ...props, state, runbookBaseUrl, overrides: overrides.for(name) });

  redis("redis-dev", environments.dev);
  redis("redis-staging", environments.staging);
  redis("redis-prod", environments.prod);

  // For another Region of the account, one more line: new PolicyStack(app, "redis-backup-policy-eu-west-1", { region: "eu-west-1", state, runbookBaseUrl });
  new PolicyStack(app, "redis-backup-policy", { region: "ap-northeast-1", state, runbookBaseUrl });

  // Deployed first, best with the credentials of another account: docs/vault.md.
  new VaultStack(app, "redis-vault", {
    region: "ap-northeast-3",
    state,
    runbookBaseUrl,
    overrides: overrides.for("redis-vault", ["unprotect"]),
  });

  overrides.refuseUnknownStacks();
  refuseForgottenState({
    stacks: app.node.children.map(({ node }) => node.id),
    state,
    moved: env.MOVE_STATE_STACK,
    folder: __dirname,
    outdir: resolve(app.outdir),
  });
  return app;
}

/** https://docs.npmjs.com/cli/configuring-npm/package-json#repository */
export interface PackageJson {
  readonly repository?: string | { readonly url?: string; readonly directory?: string };
}

/** Where the code host shows docs/runbook.md, for the links in alarms; undefined without a repository, or on an unknown host. */
export function runbookUrl({ repository = "" }: PackageJson): string | undefined {
  const { url = "", directory = "" } = typeof repository === "string" ? { url: repository } : repository;
  // The types of the library are those of an older version.
  const host = fromUrl(url) as { browseFile(path: string): string } | undefined;
  return host?.browseFile(join(directory, "docs/runbook.md"));
}
