import { App } from "cdktf";
import { environments } from "./stacks/environments";
import { RedisStack } from "./stacks/redis-stack";

export const app = new App();

new RedisStack(app, "redis-dev", environments.dev);
new RedisStack(app, "redis-staging", environments.staging);
new RedisStack(app, "redis-prod", environments.prod);

app.synth();
