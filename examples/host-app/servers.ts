import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { SsmParameter } from "@cdktf/provider-aws/lib/ssm-parameter";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { RedisStack } from "elasticache-redis-backup";

export interface ServersProps {
  readonly region: string;
  readonly caches: Readonly<Record<string, RedisStack>>;
}

/** What reads the caches' attributes: here, the configuration from which servers learn where the caches are. */
export class Servers extends TerraformStack {
  constructor(scope: Construct, id: string, { region, caches }: ServersProps) {
    super(scope, id);
    new AwsProvider(this, "aws", { region });
    for (const [name, cache] of Object.entries(caches))
      new SsmParameter(this, name, {
        name: `/shop/caches/${name}`,
        type: "String",
        value: `${cache.endpoint}:${cache.port} ${cache.authSecretArn} ${cache.securityGroup.id}`,
      });
  }
}
