import { renameSync, writeFileSync } from "node:fs";
import { environments } from "../../../stacks/environments";
import { request } from "./control-calls";

/** What a deploy into the lab is given: `--var-file=lab.tfvars`. Git ignores it. */
export const valuesFile = "lab.tfvars";

interface Network {
  readonly vpcId: string;
  readonly cidr: string;
  readonly privateSubnetIds: readonly string[];
}

/** Makes a network in the Region of each environment, and writes the values file that names it into the working folder. */
export async function writeValuesFile(url: string): Promise<void> {
  const regions = [...new Set(Object.values(environments).map(({ region }) => region))];
  const networks = await Promise.all(regions.map((region) => request(url, "network", { region }) as Promise<Network>));
  const [network] = networks;
  if (network === undefined) return;
  // Another lab may be writing the same file: its ids are the same.
  const unfinished = `${valuesFile}.${process.pid}`;
  writeFileSync(unfinished, valuesFor(network));
  renameSync(unfinished, valuesFile);
}

/** The restore test is on, so that it can be tried without waiting for its schedule. */
export const valuesFor = ({
  vpcId,
  cidr,
  privateSubnetIds,
}: Network): string => `# Written by npm run lab, which makes this network.
vpc_id              = ${JSON.stringify(vpcId)}
vpc_cidr            = ${JSON.stringify(cidr)}
private_subnet_ids  = ${JSON.stringify(privateSubnetIds)}
notification_email  = "oncall@example.com"
enable_restore_test = true
`;
