import { DataAwsAvailabilityZones } from "@cdktf/provider-aws/lib/data-aws-availability-zones";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { Fn, TerraformStack } from "cdktf";
import type { Construct } from "constructs";

/** What the app has anyway: a VPC with private subnets, the security group of its servers, a pager. */
export class Network extends TerraformStack {
  public readonly vpc: Vpc;
  public readonly subnets: readonly Subnet[];
  public readonly servers: SecurityGroup;
  public readonly pager: SnsTopic;

  constructor(scope: Construct, id: string, { region }: { readonly region: string }) {
    super(scope, id);
    new AwsProvider(this, "aws", { region });

    this.vpc = new Vpc(this, "vpc", { cidrBlock: "10.20.0.0/16" });
    const zones = new DataAwsAvailabilityZones(this, "zones", { state: "available" });
    this.subnets = [0, 1].map(
      (i) =>
        new Subnet(this, `private-${i}`, {
          vpcId: this.vpc.id,
          cidrBlock: `10.20.${i}.0/24`,
          availabilityZone: Fn.element(zones.names, i) as string,
        }),
    );
    this.servers = new SecurityGroup(this, "servers", { name: "shop-servers", vpcId: this.vpc.id });
    this.pager = new SnsTopic(this, "pager", { name: "shop-pager" });
  }
}
