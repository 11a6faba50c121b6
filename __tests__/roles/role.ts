import { everyStack, type Synthesized } from "../support/stacks";

export interface Statement {
  readonly sid?: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly condition?: readonly Condition[];
}

export interface Condition {
  readonly test: string;
  readonly variable: string;
  readonly values: readonly string[];
}

export interface Role {
  readonly stack: string;
  /** `backup_check` of `aws_iam_role.backup_check` */
  readonly name: string;
  readonly trust: readonly Statement[];
  readonly statements: readonly Statement[];
  /** What uses it, as a Terraform address. */
  readonly users: readonly User[];
}

export interface User {
  readonly type: string;
  readonly name: string;
  readonly block: Readonly<Record<string, unknown>>;
}

/** The roles of a stack, with what they may do and what uses them, put together from the references between the resources. */
export function rolesOf(stack: string): readonly Role[] {
  const synthesized = (everyStack[stack] ?? fail(stack))();
  const { resource } = synthesized;
  return Object.entries(resource.aws_iam_role ?? {}).map(([name, role]) => {
    const policies = Object.values(resource.aws_iam_role_policy ?? {}).filter((policy) =>
      refersTo(policy.role, `aws_iam_role.${name}`),
    );
    return {
      stack,
      name,
      trust: documents(synthesized, role.assume_role_policy),
      statements: policies.flatMap(({ policy }) => documents(synthesized, policy)),
      users: Object.entries(resource).flatMap(([type, blocks]) =>
        type.startsWith("aws_iam_role")
          ? []
          : Object.entries(blocks).flatMap(([own, block]) =>
              refersTo(block, `aws_iam_role.${name}`) ? [{ type, name: own, block }] : [],
            ),
      ),
    };
  });
}

/** Whether `${aws_iam_role.name.arn}`, also with an index, is somewhere in a value. */
const refersTo = (value: unknown, address: string): boolean =>
  new RegExp(`\\b${address.replaceAll(".", "\\.")}(\\[0\\])?\\.`).test(JSON.stringify(value));

function documents({ data }: Synthesized, policy: unknown): readonly Statement[] {
  const [, name = ""] = /^\$\{data\.aws_iam_policy_document\.(\w+)(?:\[0\])?\.json\}$/.exec(String(policy)) ?? [];
  const document = data.aws_iam_policy_document?.[name];
  if (document === undefined) throw new Error(`This is no policy document of the stack: ${String(policy)}`);
  return document.statement as readonly Statement[];
}

function fail(stack: string): never {
  throw new Error(`There is no stack ${stack}.`);
}

/** All roles of all stacks. */
export const roles: readonly Role[] = Object.keys(everyStack).flatMap(rolesOf);
