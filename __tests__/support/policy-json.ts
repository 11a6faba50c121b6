import type { Block } from "./stacks";

const blocks = (value: unknown): readonly Block[] => (value ?? []) as readonly Block[];

/**
 * A policy as AWS gets it, without spaces, of the statements of an `aws_iam_policy_document`: by a few characters longer, since the provider
 * writes a list of one as its element.
 */
export const policyJson = (statements: readonly Block[]): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: statements.map(({ sid, effect = "Allow", actions, resources, principals, condition }) => ({
      Sid: sid,
      Effect: effect,
      ...(principals !== undefined && {
        Principal: Object.fromEntries(blocks(principals).map(({ type, identifiers }) => [String(type), identifiers])),
      }),
      Action: actions,
      Resource: resources,
      ...(condition !== undefined && {
        Condition: blocks(condition).map(({ test, variable, values }) => ({
          [String(test)]: { [String(variable)]: values },
        })),
      }),
    })),
  });
