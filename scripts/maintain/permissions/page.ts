import { policies } from "../../shared/policies";
import { markdown } from "../tables";
import { commandCalls } from "./commands";
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
  const grants = [
    ...types.flatMap(([type, { read, write }]) => [...read, ...write].map((grant) => ({ of: type, ...grant }))),
    ...commandCalls.flatMap((calls) =>
      calls.grants.map((grant) => ({ of: `npm run ${calls.commands.join(", ")}`, ...grant })),
    ),
  ];
  return {
    permission_documents: markdown(
      ["Document", "Characters"],
      Object.entries(all).map(([name, document]) => [
        `[${name}.json](permissions/${name}.json)`,
        sizeOf(document).toLocaleString("en-US"),
      ]),
    ),
    permission_commands: markdown(
      ["Command", "Policies", "As well, with the state in S3"],
      Object.entries(policies)
        .filter(([, { documents: names, managed }]) => names.length > 0 || managed !== undefined)
        .map(([command, { documents: names, managed, state }]) => [
          code([`npm run ${command}`]),
          managed === undefined ? code(names) : `${code([managed])} of AWS`,
          state === undefined ? "–" : code([state]),
        ]),
    ),
    permission_calls: markdown(
      ["Command", "Calls for itself", "Document"],
      commandCalls
        .filter(({ grants: calls }) => calls.some(({ reason }) => reason === undefined))
        .map(({ commands, document, grants: calls }) => [
          code(commands.map((command) => `npm run ${command}`)),
          actionsOf(calls),
          code([document]),
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
        .map(({ of, actions, reason = "" }) => [code(actions), code([of]), reason]),
    ),
  };
}
