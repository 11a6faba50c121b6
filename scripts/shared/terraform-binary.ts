import { spawnSync } from "node:child_process";

/** The binary that cdktf would run. */
export const terraformBinary = process.env.TERRAFORM_BINARY_NAME ?? "terraform";

export const terraformIsThere = (): boolean => spawnSync(terraformBinary, ["version"]).status === 0;
