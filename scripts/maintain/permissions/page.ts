import { markdown } from "../tables";
import type { documents } from "./documents";
import type { Grant } from "./grant";
import { terraformTypes } from "./terraform-types";

/** The most characters of a managed policy; white space does not count. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const policySizeLimit = 6144;

export const sizeOf = (document: object): number => JSON.stringify(document).length;

const code = (texts: readonly string[]): string => texts.map((text) => `\`${text}\``).join(", ");
const actionsOf = (grants: readonly Grant[]): string =>
  code([...new Set(grants.flatMap(({ actions }) => actions))].sort());

/** The tables of docs/permissions.md by name. */
export function permissionTables(all: Awaited<ReturnType<typeof documents>>): Readonly<Record<string, string>> {
  const types = Object.entries(terraformTypes).sort(([one], [other]) => one.localeCompare(other));
  const grants = types.flatMap(([type, { read, write }]) => [...read, ...write].map((grant) => ({ type, ...grant })));
  return {
    permission_documents: markdown(
      ["Document", "Characters"],
      Object.entries(all).map(([name, document]) => [
        `[${name}.json](permissions/${name}.json)`,
        sizeOf(document).toLocaleString("en-US"),
      ]),
    ),
    permission_types: markdown(
      ["Terraform type", "To plan", "To deploy as well"],
      types.map(([type, { read, write }]) => [`\`${type}\``, actionsOf(read) || "–", actionsOf(write) || "–"]),
    ),
    permission_reasons: markdown(
      ["Actions", "Of", "Why"],
      grants
        .filter(({ reason }) => reason !== undefined)
        .map(({ type, actions, reason = "" }) => [code(actions), `\`${type}\``, reason]),
    ),
  };
}
