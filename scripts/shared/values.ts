import { resolve } from "node:path";

/** The options of `parseArgs` by which a script is given values of Terraform variables, as `cdktf deploy` is. */
export const valueOptions = {
  var: { type: "string", multiple: true },
  "var-file": { type: "string", multiple: true },
} as const;

/** Those values as `cdktf deploy` and `terraform` take them: `--var=…`, `--var-file=…` with absolute paths. */
export const valuesOf = (given: {
  readonly var?: readonly string[] | undefined;
  readonly "var-file"?: readonly string[] | undefined;
}): readonly string[] => [
  // In cdktf's order: what files say counts. They are named from where npm was called.
  ...(given.var ?? []).map((value) => `--var=${value}`),
  ...(given["var-file"] ?? []).map((file) => `--var-file=${resolve(process.env.INIT_CWD ?? "", file)}`),
];
