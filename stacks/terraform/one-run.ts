/**
 * What a plain deploy refuses, allowed for one run by naming the stack in an environment variable:
 *
 *     UPGRADE_STACK=redis-prod npx cdktf deploy redis-prod …
 *
 * They are no Terraform variables, because `lifecycle` takes literals only, and no options, because what is forgotten in the
 * next deploy must fall back to the safe side.
 */
export interface OneRun {
  /** `UPGRADE_STACK`: engine, version and family may move upwards. */
  readonly upgrade: boolean;
  /** `ROTATE_AUTH_STACK`: a new AUTH token is added beside the old one (ROTATE). */
  readonly rotateAuth: boolean;
  /** `UNPROTECT_STACK`: the data of a protected environment may be destroyed or replaced. */
  readonly unprotect: boolean;
}

/**
 * Reads what this run may do with the stack `stackName`.
 *
 * @throws if a variable is set to something other than the name of a Redis stack, since a typo would otherwise be a plain deploy.
 */
export function oneRun(stackName: string, env: NodeJS.ProcessEnv = process.env): OneRun {
  const named = (variable: string): boolean => {
    const value = env[variable];
    if (value === undefined || value === "") return false;
    if (!/^redis-[a-z][a-z0-9-]*$/.test(value))
      throw new Error(
        `${variable} is ${JSON.stringify(value)}, which is no stack. Write the name of the one stack it is for, e.g. ${variable}=${stackName}.`,
      );
    return value === stackName;
  };
  return {
    upgrade: named("UPGRADE_STACK"),
    rotateAuth: named("ROTATE_AUTH_STACK"),
    unprotect: named("UNPROTECT_STACK"),
  };
}
