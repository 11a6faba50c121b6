import { TerraformElement } from "cdktf";
import type { Construct } from "constructs";
import { expression } from "./expression";

/** Conditions and messages are Terraform: they are what users meet, and real Terraform judges them in the tests. */
export interface Rule {
  /** A Terraform expression without `${}`; true when the value is fine. */
  readonly condition: string;
  /** A full sentence that says what to write instead; a Terraform template (`${var.x}` is filled in). */
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

/** A Terraform variable; its construct id is its address, `var.<name>`. */
export class Variable extends TerraformElement {
  constructor(
    scope: Construct,
    address: `var.${string}`,
    private readonly props: VariableProps,
  ) {
    super(scope, address);
  }

  // cdktf's own TerraformVariable fails on a default of null, and loses false, 0 and "" in HCL.
  public override toTerraform(): object {
    const { type, description, nullable = false, rules } = this.props;
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
          ...(validation && { validation }),
        },
      },
    };
  }
}
