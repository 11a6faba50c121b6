import { lstatSync, realpathSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { Refusal } from "../../shared/aws-sdk";
import { fromHere } from "../../shared/options";

const left = [
  "node_modules",
  "cdktf.out",
  "hcl",
  "adopt",
  ".git",
  "coverage",
  "package-lock.json",
  "scripts/maintain/cdk-terrain.ts",
  "scripts/maintain/cdk-terrain",
  "__tests__/maintain/cdk-terrain.test.ts",
];

/** Whether a path of the project, seen from its folder, is in the copy: no state and no values of one's own are. */
export const isCopied = (path: string): boolean =>
  !left.includes(path) && !/\.tfstate|\.terraform|^(?!examples\/).*\.tfvars$|\.tfvars\.json$/.test(path);

/**
 * Where the copy will be kept, as an absolute path.
 *
 * @param root the project's folder
 * @throws unless it is a folder that does not exist yet, outside of the project.
 */
export function keptIn(named: string, root: string): string {
  const folder = real(fromHere(named));
  const fix = "Choose a folder that does not exist, outside of this project.";
  if (isThere(folder)) throw new Refusal(`Invalid folder ${folder}: it exists, and would be overwritten. ${fix}`);
  if (!relative(real(root), folder).startsWith(".."))
    throw new Refusal(`Invalid folder ${folder}: it is inside of this project, which is copied. ${fix}`);
  return folder;
}

const isThere = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

/** The path without symbolic links, whether its end exists or not. */
const real = (path: string): string => (isThere(path) ? realpathSync(path) : join(real(dirname(path)), basename(path)));
