import { App } from "cdktf";
import {
  BackupPolicyStack,
  InputError,
  RedisStack,
  RequestedOverrides,
  type RedisStackProps,
} from "elasticache-redis-backup";
import { Network } from "./network";
import { Servers } from "./servers";

const region = "ap-northeast-1";

function synth(): void {
  const app = new App();
  const overrides = new RequestedOverrides(process.env);
  const network = new Network(app, "network", { region });

  const cache = (id: string, settings: Partial<RedisStackProps>): RedisStack =>
    new RedisStack(app, id, {
      name: "prod",
      region,
      vpcId: network.vpc.id,
      vpcCidr: network.vpc.cidrBlock,
      privateSubnetIds: network.subnets.map((subnet) => subnet.id),
      allowedSecurityGroupIds: [network.servers.id],
      alarmActionArns: [network.pager.arn],
      notificationEmail: "oncall@example.com",
      overrides: overrides.for(id),
      tags: { Application: "shop" },
      ...settings,
    });

  // Two caches of one environment in one account: each has a name prefix of its own.
  const orders = cache("orders-cache", { namePrefix: "prod-orders", restoreTest: true });
  const sessions = cache("sessions-cache", {
    namePrefix: "prod-sessions",
    nodeType: "cache.t4g.small",
    protectData: false,
  });
  new Servers(app, "servers", { region, caches: { orders, sessions } });
  new BackupPolicyStack(app, "backup-policy", { region, notificationEmail: "oncall@example.com" });

  overrides.refuseUnknownStacks();
  app.synth();
}

try {
  synth();
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
