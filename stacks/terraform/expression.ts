import { Token, type IResolvable, type TerraformResource } from "cdktf";

/**
 * A Terraform expression written as in a `.tf` file: `expression("var.vpc_id")` is `${var.vpc_id}`.
 *
 * Never pass one to `Fn`: cdktf would escape it to a literal `$${…}`. The base stack refuses a synth in which that happened.
 */
export const expression = (hcl: string): string => `\${${hcl}}`;

/** An attribute of a resource of the same stack as text, which is equal in equal stacks; a token of cdktf is another one in each. */
export const attribute = ({ terraformResourceType, friendlyUniqueId }: TerraformResource, name: string): string =>
  expression(`${terraformResourceType}.${friendlyUniqueId}.${name}`);

/** An expression where cdktf's types ask for a number. */
export const numberExpression = (hcl: string): number => Token.asNumber(expression(hcl));

/** An expression where cdktf's types ask for a boolean. */
export const booleanExpression = (hcl: string): IResolvable => Token.asAny(expression(hcl));

/** An expression where cdktf's types ask for a list of strings. */
export const listExpression = (hcl: string): string[] => Token.asList(expression(hcl));

/** A text in which Terraform must find no expression. */
export const literal = (text: string): string => text.replaceAll(/[$%](?=\{)/g, "$&$&");
