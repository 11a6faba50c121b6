/** The lab's AWS account. */
export const labAccount = "123456789012";

const defaultRegion = "ap-northeast-1";

/**
 * An environment without the settings for AWS of the person who calls: a profile, an endpoint of one service or a role would
 * take some calls away from the lab. The Region is kept.
 */
export function withoutAwsSettings(outside: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const inherited = Object.entries(outside).filter(([name]) => !/^(AWS|MOTO)_/.test(name));
  const region = outside.AWS_REGION ?? defaultRegion;
  return { ...Object.fromEntries(inherited), AWS_REGION: region, AWS_DEFAULT_REGION: region };
}

export interface RunningLab {
  /** Its address. */
  readonly url: string;
  /** Where its log is. */
  readonly log: string;
  readonly region: string;
}

/** What every AWS SDK, the aws CLI and the Terraform provider need to call the lab instead of AWS. */
export const settingsFor = ({ url, log, region }: RunningLab): Record<string, string> => ({
  AWS_ENDPOINT_URL: url,
  AWS_ACCESS_KEY_ID: "lab",
  AWS_SECRET_ACCESS_KEY: "lab",
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
  // Otherwise the settings of the default profile apply, an endpoint of a single service among them.
  AWS_CONFIG_FILE: "/dev/null",
  AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  AWS_EC2_METADATA_DISABLED: "true",
  // S3 Control puts the account in front of the host name, which no resolver knows then. A proxy is asked instead, and the lab is one.
  HTTP_PROXY: url,
  NO_PROXY: "127.0.0.1",
  LAB_URL: url,
  LAB_LOG: log,
  // The account that the deployment tests may use.
  E2E_ACCOUNT_ID: labAccount,
});

/** The environment of a command whose AWS is the lab. */
export function environmentFor(lab: RunningLab, outside: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { NO_PROXY: direct } = outside;
  return {
    ...withoutAwsSettings(outside),
    ...settingsFor(lab),
    NO_PROXY: direct === undefined || direct === "" ? "127.0.0.1" : `${direct},127.0.0.1`,
  };
}
