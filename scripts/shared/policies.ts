/** The IAM policies that the credentials of a command need: docs/permissions.md. */
export interface Policies {
  /** Documents of docs/permissions. */
  readonly documents: readonly string[];
  /** The document that it needs as well where the state is in S3. @default - it reads no state */
  readonly state?: "state-plan" | "state-deploy";
  /** The AWS managed policy that suffices: the command only reads, and what it reads has any name. @default - the documents do */
  readonly managed?: string;
}

const toPlan = ["plan"];
const toDeploy = [...toPlan, "deploy-cache", "deploy-workflows", "deploy-alerts", "deploy-vault"];
const toOperate: Policies = { documents: ["operate"], state: "state-plan" };

/** By command, as `npm run help` lists them. */
export const policies: Readonly<Record<string, Policies>> = {
  deploy: { documents: toDeploy, state: "state-deploy" },
  diff: { documents: toPlan, state: "state-plan" },
  destroy: { documents: toDeploy, state: "state-deploy" },
  backup: toOperate,
  "restore-test": toOperate,
  "vault-copy": toOperate,
  restore: { documents: [...toDeploy, "restore"], state: "state-deploy" },
  adopt: { documents: [], managed: "ReadOnlyAccess" },
  // It writes nothing but the state.
  recover: { documents: toPlan, state: "state-deploy" },
  hcl: { documents: [] },
};

const listed = new Intl.ListFormat("en-US", { type: "conjunction" });

/** The policies of a command as a sentence; for one that is not of the table, where to look. */
export function policiesFor(command: string): string {
  const { documents = [], state, managed } = policies[command] ?? {};
  if (managed !== undefined) return `npm run ${command} needs the AWS managed policy ${managed} (docs/permissions.md).`;
  if (documents.length === 0) return "Use credentials that have it. docs/permissions.md lists what each command needs.";
  const what = documents.length === 1 ? "the policy" : "the policies";
  return `npm run ${command} needs ${what} ${listed.format(documents)}${state === undefined ? "" : `, and ${state} as well where the state is in S3`} (docs/permissions.md).`;
}
