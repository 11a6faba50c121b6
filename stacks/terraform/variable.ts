import { TerraformElement, Token } from "cdktf";
import type { Construct } from "constructs";
import { expression } from "./expression";
import { oneCopy } from "./one-copy";

/** Conditions and messages are Terraform: they are what users meet, and real Terraform judges them in the tests. */
export interface Rule {
  /** A Terraform expression without `${}`; true when the value is fine. */
  readonly condition: string;
  /** What is wrong, then what to do, in full sentences; a Terraform template (`${var.x}` is filled in). */
  readonly errorMessage: string;
}

export interface VariableProps {
  /** A Terraform type constraint, e.g. `list(string)`. */
  readonly type: string;
  /** What it is, its unit and bounds. */
  readonly description: string;
  /** @default - required */
  readonly default?: unknown;
  /** Whether null is a value of its own. @default false: null takes the default */
  readonly nullable?: boolean;
  /** @default - whatever the type allows */
  readonly rules?: readonly Rule[];
}

/**
 * A Terraform variable; its construct id is its address, `var.<name>`.
 *
 * A default cannot be a reference. Given one, the variable becomes a local, and the base stack writes the local's name wherever an
 * expression has the variable's.
 */
export class Variable extends TerraformElement {
  private readonly props: VariableProps;
  private given: unknown;

  constructor(scope: Construct, address: `var.${string}`, props: VariableProps) {
    super(scope, address);
    const rules = props.rules?.map(({ condition, errorMessage }) => ({
      condition: oneCopy(condition),
      errorMessage: oneCopy(errorMessage),
    }));
    this.props = { ...props, rules };
  }

  public get rules(): readonly Rule[] {
    return this.props.rules ?? [];
  }

  /** Whether a reference takes the variable's place. */
  public get isReplaced(): boolean {
    return isReference(this.given);
  }

  /** What expressions have in its place: a local, of the variable's type. */
  public get replacement(): string {
    const conversion = /^(set|list)\(/.exec(this.props.type)?.[1];
    return conversion === undefined ? `local.${this.local}` : `to${conversion}(local.${this.local})`;
  }

  /** Gives it a value of the app: a default, or a reference that takes its place. */
  public give(value: unknown): void {
    this.given = value;
  }

  private get local(): string {
    return `given_${this.friendlyUniqueId}`;
  }

  // cdktf's own TerraformVariable fails on a default of null, and loses false, 0 and "" in HCL.
  public override toTerraform(): object {
    const { type, description, nullable = false, rules } = this.props;
    if (this.isReplaced) return { locals: { [this.local]: this.given } };
    const validation = rules?.map(({ condition, errorMessage }) => ({
      condition: expression(condition),
      error_message: errorMessage,
    }));
    return {
      variable: {
        [this.friendlyUniqueId]: {
          type,
          description,
          nullable,
          ...("default" in this.props && { default: this.props.default }),
          ...(this.given !== undefined && { default: this.given }),
          ...(validation && { validation }),
        },
      },
    };
  }
}

/** A token of cdktf, or an expression written as such. */
const isReference = (value: unknown): boolean =>
  Token.isUnresolved(value) || (Array.isArray(value) ? value.some(isReference) : String(value).includes("${"));
