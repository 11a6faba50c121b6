import { InputError } from "./input-error";

/**
 * What a plain deploy refuses, allowed for one run.
 *
 * These are no Terraform variables, because `lifecycle` takes literals only, and an override that is forgotten in the next deploy
 * must fall back to the safe side.
 */
export interface Overrides {
  /** Engine, version and parameter group family may move upwards. @default false */
  readonly upgrade?: boolean;
  /** A new AUTH token is added beside the old one (ROTATE). @default false */
  readonly rotateAuth?: boolean;
  /** The data of a protected environment may be destroyed or replaced. @default false */
  readonly unprotect?: boolean;
}

/** The environment variable of each override; its value is the name of the one stack that the override is for. */
const variables = {
  upgrade: "UPGRADE_STACK",
  rotateAuth: "ROTATE_AUTH_STACK",
  unprotect: "UNPROTECT_STACK",
} as const satisfies Record<keyof Overrides, string>;

const names = Object.keys(variables) as readonly (keyof Overrides)[];

/** The overrides of one run by stack, read from environment variables: `UPGRADE_STACK=redis-prod npx cdktf deploy redis-prod …`. */
export class RequestedOverrides {
  private readonly used = new Map(names.map((name) => [name, new Set<string>()]));

  constructor(private readonly env: Readonly<Record<string, string | undefined>>) {}

  /** The overrides for the stack `stackName`, as far as it supports them: all of them, if it has a cache. */
  public for(stackName: string, supported: readonly (keyof Overrides)[] = names): Overrides {
    for (const name of supported) this.used.get(name)?.add(stackName);
    return Object.fromEntries(
      names.map((name) => [name, supported.includes(name) && this.env[variables[name]] === stackName]),
    );
  }

  /**
   * Call it once every stack has asked for its overrides.
   *
   * @throws if an override is for another stack than those: a typing mistake would otherwise be a plain deploy.
   */
  public refuseUnknownStacks(): void {
    for (const [name, stacks] of this.used) {
      const variable = variables[name];
      const value = this.env[variable] ?? "";
      if (value !== "" && !stacks.has(value))
        throw new InputError(
          `Invalid ${variable} ${JSON.stringify(value)}: this app has no such stack with a cache. Set it to one of ${[...stacks].join(", ")}.`,
        );
    }
  }
}
