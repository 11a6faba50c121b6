import type { Terraform } from "../../scripts/shared/terraform";

/** Terraform in a folder that nobody has initialized yet, as that of a stack which was just written: nothing works before `init`. */
export function afterInit(terraform: Terraform): Terraform {
  let isReady = false;
  return (args, options) => {
    isReady ||= args[0] === "init";
    if (!isReady) throw new Error(`terraform ${args.join(" ")} fails, because its folder was not initialized before.`);
    return terraform(args, options);
  };
}
