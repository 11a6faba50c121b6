import { TerraformElement, TerraformResource, type TerraformResourceLifecycle } from "cdktf";
import type { Construct } from "constructs";
import { expression } from "./expression";
import type { Rule } from "./variable";

/** `terraform { required_version = … }`. An override on the stack would be rendered as an attribute in HCL. */
export class RequiredVersion extends TerraformElement {
  constructor(
    scope: Construct,
    private readonly constraint: string,
  ) {
    super(scope, "terraform.required_version");
  }

  public override toTerraform(): object {
    return { terraform: { required_version: this.constraint } };
  }

  public override toHclTerraform(): object {
    return this.toTerraform();
  }
}

/** `terraform_data`. cdktf's own DataResource runs `terraform version` at every synth, once for each one, and fails without Terraform. */
export class TerraformData extends TerraformResource {
  constructor(
    scope: Construct,
    address: `terraform_data.${string}`,
    private readonly props: {
      readonly input: string;
      /** @default - never replaced */
      readonly triggersReplace?: string;
      readonly lifecycle: TerraformResourceLifecycle;
      /** Addresses of what must have succeeded before. @default - whatever the expressions refer to */
      readonly after?: readonly string[];
    },
  ) {
    super(scope, address, {
      terraformResourceType: "terraform_data",
      lifecycle: props.lifecycle,
      dependsOn: props.after?.map((fqn) => ({ fqn })),
    });
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return { input: this.props.input, triggers_replace: this.props.triggersReplace };
  }

  protected override synthesizeHclAttributes(): Record<string, unknown> {
    return this.synthesizeAttributes();
  }
}

/** A `check` block: it warns at every plan and apply, and never stops one. */
export class Check extends TerraformElement {
  constructor(
    scope: Construct,
    address: `check.${string}`,
    private readonly rules: readonly Rule[],
  ) {
    super(scope, address);
  }

  public override toTerraform(): object {
    const assert = this.rules.map(({ condition, errorMessage }) => ({
      condition: expression(condition),
      error_message: errorMessage,
    }));
    return { check: { [this.friendlyUniqueId]: { assert } } };
  }
}

export interface ImportProps {
  /** The address that the live thing gets, e.g. `aws_sns_topic.redis_events`. */
  readonly to: string;
  /** A Terraform expression: the set of ids to import, at most one. */
  readonly ids: string;
}

/** An `import` block: the next apply takes what is live into the state. Terraform passes over it once the address is there. */
export class Import extends TerraformElement {
  constructor(
    scope: Construct,
    address: `import.${string}`,
    private readonly props: ImportProps,
  ) {
    super(scope, address);
  }

  public override toTerraform(): object {
    const { to, ids } = this.props;
    return { import: [{ for_each: expression(ids), to, id: expression("each.value") }] };
  }
}
