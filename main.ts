import { App } from "cdktf";
import { environments } from "./stacks/environments";
import { PolicyStack } from "./stacks/backup-policy-stack";
import { RedisStack } from "./stacks/redis-stack";

export const app = new App();

new RedisStack(app, "redis-dev", environments.dev);
new RedisStack(app, "redis-staging", environments.staging);
new RedisStack(app, "redis-prod", environments.prod);

// For another Region of the account, one more line: new PolicyStack(app, "redis-backup-policy-eu-west-1", { region: "eu-west-1" });
new PolicyStack(app, "redis-backup-policy", { region: "ap-northeast-1" });

app.synth();
