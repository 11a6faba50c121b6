/**
 * What `npm audit --json` reports, as far as it is read here.
 *
 * @see https://docs.npmjs.com/cli/commands/npm-audit
 */
export interface AuditReport {
  readonly vulnerabilities: Readonly<Record<string, Vulnerability>>;
}

interface Vulnerability {
  /** Highest severity of its advisories. */
  readonly severity: string;
  /** Its advisories, or the names of the dependencies whose advisories it is reported for. */
  readonly via: readonly (string | Advisory)[];
  /** Where it is installed: `node_modules/cdktf/node_modules/glob`. */
  readonly nodes: readonly string[];
}

interface Advisory {
  readonly title: string;
  readonly url: string;
  readonly severity: string;
}

const archives = [
  "cdktf packs it in its own tarball, so no override reaches it, and its last version is 0.21.0.",
  "It is part of archiver, which cdktf calls for assets of the type ARCHIVE. This project has no assets.",
].join(" ");

/** Packages with advisories that cannot affect this project, by where they are installed, with the reason. */
export const accepted: Readonly<Record<string, string>> = Object.fromEntries(
  ["brace-expansion", "glob", "glob/node_modules/minimatch", "lodash", "minimatch"].map((name) => [
    `node_modules/cdktf/node_modules/${name}`,
    archives,
  ]),
);

/** The lowest severity that matters first. Critical ones are never accepted: malicious code is reported as critical. */
const severities = ["high", "critical"];

/** A line for each installed package with an advisory of high or critical severity, unless there is a reason to accept it. */
export const unexplained = ({ vulnerabilities }: AuditReport): readonly string[] =>
  Object.entries(vulnerabilities).flatMap(([name, { via, nodes }]) => {
    const advisories = via
      .filter((one) => typeof one !== "string")
      .filter(({ severity }) => severities.includes(severity));
    const isCritical = advisories.some(({ severity }) => severity === "critical");
    if (advisories.length === 0) return [];
    return nodes
      .filter((node) => isCritical || !(node in accepted))
      .map(
        (node) =>
          `${name} (${node}): ${advisories.map(({ severity, title, url }) => `${severity}: ${title} ${url}`).join("; ")}`,
      );
  });
