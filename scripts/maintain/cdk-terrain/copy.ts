import { lstatSync, realpathSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";

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
 * Where the copy is to be kept, as an absolute path; undefined if nowhere.
 *
 * @param root the project's folder
 * @throws unless it is a folder that does not exist yet, outside of the project.
 */
export function keptIn(args: readonly string[], root: string): string | undefined {
  const [named, ...more] = args;
  if (named === undefined) return undefined;
  const usage = "Write: npm run cdk-terrain -- <a folder that does not exist yet, outside of this project>.";
  if (named === "" || more.length > 0 || args.some((argument) => argument.startsWith("-")))
    throw new Error(
      `The folder of the migrated project is to be named and nothing else, not ${args.join(" ")}. ${usage}`,
    );
  // npm runs scripts in the project's folder, wherever it was called.
  const folder = real(resolve(process.env.INIT_CWD ?? "", named));
  if (isThere(folder)) throw new Error(`${folder} exists already, and what is in it would be written over. ${usage}`);
  if (!relative(real(root), folder).startsWith(".."))
    throw new Error(`${folder} is inside of this project, which is what is copied. ${usage}`);
  return folder;
}

const isThere = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

/** The path without symbolic links, whether its end exists or not. */
const real = (path: string): string => (isThere(path) ? realpathSync(path) : join(real(dirname(path)), basename(path)));
