import { readFileSync } from "node:fs";
import { join } from "node:path";
import { awsByCli } from "./aws";

/** The account of the vault: another one than that of the caches. */
export const vaultAccount = "210987654321";
export const vaultRegion = "ap-northeast-3";

type Credentials = Readonly<Record<string, string>>;

/** Credentials of a role, of any account. One that the lab does not know is an administrator of its account. */
export function assume(roleArn: string): Credentials {
  const { Credentials: session } = awsByCli(
    ...["sts", "assume-role", "--role-arn", roleArn, "--role-session-name", "test"],
  ) as { Credentials: Record<"AccessKeyId" | "SecretAccessKey" | "SessionToken", string> };
  return {
    AWS_ACCESS_KEY_ID: session.AccessKeyId,
    AWS_SECRET_ACCESS_KEY: session.SecretAccessKey,
    AWS_SESSION_TOKEN: session.SessionToken,
  };
}

/** Credentials and Region of the vault's account, with which its stacks are deployed. */
export const administratorOfVault = (): Credentials => ({
  ...assume(`arn:aws:iam::${vaultAccount}:role/administrator`),
  AWS_REGION: vaultRegion,
  AWS_DEFAULT_REGION: vaultRegion,
});

/** What the aws CLI does with these credentials. */
export function as<Answer>(credentials: Credentials, act: () => Answer): Answer {
  const before = Object.keys(credentials).map((name): [string, string | undefined] => [name, process.env[name]]);
  Object.assign(process.env, credentials);
  try {
    return act();
  } finally {
    for (const [name, value] of before)
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
  }
}

export interface Version {
  readonly Key: string;
  readonly VersionId: string;
  readonly Size: number;
}

/** Every version of the objects in a bucket, in the order of their keys. */
export function versions(bucket: string): Version[] {
  const { Versions = [] } = awsByCli("s3api", "list-object-versions", "--bucket", bucket) as { Versions?: Version[] };
  return Versions.sort((one, other) => one.Key.localeCompare(other.Key));
}

/** Keys of the objects in a bucket without delete markers. */
export function keys(bucket: string): string[] {
  const { Contents = [] } = awsByCli("s3api", "list-objects-v2", "--bucket", bucket) as {
    Contents?: { Key: string }[];
  };
  return Contents.map(({ Key }) => Key).sort();
}

/** Why a call is refused, or `""` if it is not. */
export function refusal(act: () => unknown): string {
  try {
    act();
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** A queue that hears what a topic says, in the account and Region of the topic. */
export class CliListener {
  private readonly queueUrl: string;

  constructor(topicArn: string, name: string) {
    const { QueueUrl } = awsByCli("sqs", "create-queue", "--queue-name", name, ...endpoint()) as { QueueUrl: string };
    this.queueUrl = QueueUrl;
    const [, , , region = "", account = ""] = topicArn.split(":");
    awsByCli(
      ...["sns", "subscribe", "--topic-arn", topicArn, "--protocol", "sqs", "--attributes", "RawMessageDelivery=true"],
      ...["--notification-endpoint", `arn:aws:sqs:${region}:${account}:${name}`],
    );
  }

  /** What was said since the last time. */
  public hear(): string[] {
    const { Messages = [] } = awsByCli(
      ...["sqs", "receive-message", "--queue-url", this.queueUrl, "--max-number-of-messages", "10", ...endpoint()],
    ) as { Messages?: { Body: string; ReceiptHandle: string }[] };
    for (const { ReceiptHandle } of Messages)
      awsByCli("sqs", "delete-message", "--queue-url", this.queueUrl, "--receipt-handle", ReceiptHandle, ...endpoint());
    return Messages.map(({ Body }) => Body);
  }
}

/** Version 1 of the aws CLI forgets the endpoint for SQS. */
const endpoint = (): string[] => {
  const { AWS_ENDPOINT_URL: url } = process.env;
  return url === undefined ? [] : ["--endpoint-url", url];
};

/** A role that may do everything with S3 that bucket policies let it do; answers its ARN. */
export function createReader(name: string): string {
  const trust = { Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" };
  const { Role } = awsByCli(
    ...["iam", "create-role", "--role-name", name, "--assume-role-policy-document"],
    JSON.stringify({ Version: "2012-10-17", Statement: [trust] }),
  ) as { Role: { Arn: string } };
  const all = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }] };
  awsByCli(
    ...["iam", "put-role-policy", "--role-name", name, "--policy-name", "all", "--policy-document"],
    JSON.stringify(all),
  );
  return Role.Arn;
}

/** A network as `createNetwork` makes one, with the credentials and Region of the environment at that moment. */
export function networkByCli(): Readonly<Record<string, string>> {
  const cidr = "10.78.0.0/16";
  const { Vpc } = awsByCli("ec2", "create-vpc", "--cidr-block", cidr) as { Vpc: { VpcId: string } };
  const { AvailabilityZones } = awsByCli("ec2", "describe-availability-zones") as {
    AvailabilityZones: { ZoneName: string }[];
  };
  const subnets = AvailabilityZones.slice(0, 2).map(({ ZoneName }, i) => {
    const { Subnet } = awsByCli(
      ...["ec2", "create-subnet", "--vpc-id", Vpc.VpcId, "--cidr-block", `10.78.${i}.0/24`],
      ...["--availability-zone", ZoneName],
    ) as { Subnet: { SubnetId: string } };
    return Subnet.SubnetId;
  });
  return {
    TF_VAR_vpc_id: Vpc.VpcId,
    TF_VAR_vpc_cidr: cidr,
    TF_VAR_private_subnet_ids: JSON.stringify(subnets),
  };
}

/** What a restore reads of a manifest in the vault. */
interface Manifest {
  readonly clusterMode: boolean;
  readonly files: readonly { readonly key: string; readonly shard?: string; readonly slots?: string }[];
}

/** The manifest of that key, read by way of a file in `folder`. */
export function manifestIn(bucket: string, key: string, folder: string): Manifest {
  const file = join(folder, "manifest.json");
  awsByCli("s3api", "get-object", "--bucket", bucket, "--key", key, file);
  const found = JSON.parse(readFileSync(file, "utf8")) as Manifest | string;
  return typeof found === "string" ? (JSON.parse(found) as Manifest) : found;
}
