import {
  TerraformBackend,
  TerraformElement,
  TerraformResource,
  TerraformDataSource,
  TerraformStack,
  type App,
} from "cdktf";
import type { Node } from "constructs";
import { addBackend } from "./backend";
import { withoutCreationStacks } from "./creation-stacks";
import { RequiredVersion } from "./elements";
import { type Json, merge, resolved } from "./resolve";

withoutCreationStacks();

/**
 * A stack in which a construct's id is its Terraform address: `aws_sns_topic.redis_events`, `var.vpc_id`, `output.redis_port`.
 * So an address can be searched for in the code, carries no hash, and does not change when code moves between files.
 *
 * It also refuses, at synth, what cdktf gets silently wrong: two elements with one address (cdktf merges them into one),
 * a raw `${…}` given to `Fn` (cdktf escapes it to a literal), a stack without a backend (this machine's path lands in the output).
 */
export abstract class BaseStack extends TerraformStack {
  private readonly addresses = new Map<string, string>();

  constructor(scope: App, name: string) {
    super(scope, name);
    addBackend(this, name);
    // 1.9: validations that see other variables. use_lockfile of the S3 backend needs 1.10 (OpenTofu 1.10).
    new RequiredVersion(this, ">= 1.9.0");
  }

  protected override allocateLogicalId(element: TerraformElement | Node): string {
    const node = TerraformElement.isTerraformElement(element) ? element.node : element;
    const address = node.id;
    const dot = address.lastIndexOf(".");
    const type = address.slice(0, dot);
    const expected = typeOf(element);
    if (dot < 0 || (expected !== undefined && type !== expected))
      throw new Error(
        `The construct id ${JSON.stringify(address)} (${node.path}) is not a Terraform address. Write its type and name, e.g. ${JSON.stringify(`${expected ?? "var"}.${address.slice(dot + 1)}`)}.`,
      );
    const taken = this.addresses.get(address);
    if (taken !== undefined && taken !== node.path)
      throw new Error(
        `Two constructs have the Terraform address ${JSON.stringify(address)}: ${taken} and ${node.path}. cdktf would merge them into one; give one of them another name.`,
      );
    this.addresses.set(address, node.path);
    return address.slice(dot + 1);
  }

  /**
   * Checks the addresses. cdktf would resolve every element here, and once more when it writes them: this first time is for
   * references between stacks, of which there are none, since a stack is given nothing of another. It is half of a synth.
   */
  public override prepareStack(): void {
    for (const construct of this.node.findAll()) {
      if (!TerraformElement.isTerraformElement(construct) || TerraformBackend.isBackend(construct)) continue;
      const name = construct.friendlyUniqueId;
      if (!construct.node.id.endsWith(`.${name}`))
        throw new Error(
          `${construct.node.path} was given the address ${JSON.stringify(name)} by overrideLogicalId. Write the address as the construct's id instead, so that it can be searched for and is checked.`,
        );
    }
  }

  /** What cdktf would give, of which a test makes sure, with each value resolved once and not twice: that is most of a synth. */
  public override toTerraform(): object {
    const synthesized = {
      "//": {
        metadata: {
          version: this.node.tryGetContext("cdktfVersion") as unknown,
          stackName: this.node.id,
          backend: "local",
        },
        outputs: {},
      },
      output: {},
    };
    for (const element of this.node.findAll()) {
      if (!TerraformElement.isTerraformElement(element)) continue;
      try {
        merge(synthesized["//"].metadata, resolved(element.toMetadata(), this) as Json);
        merge(synthesized, resolved(element.toTerraform(), this) as Json);
      } catch (cause) {
        throw new Error(`${element.node.path} cannot be written: ${String(cause)}`, { cause });
      }
    }
    // cdktf-cli prints outputs under the ids of their constructs, which are addresses here.
    const outputs = Object.keys(synthesized.output);
    synthesized["//"].outputs = { [this.node.id]: Object.fromEntries(outputs.map((name) => [name, name])) };
    return synthesized;
  }

  /** An override of the stack itself has no construct, so no address, and HCL writes it as an attribute. */
  public override addOverride(path: string): never {
    throw new Error(
      `The stack ${this.node.id} was given an override of ${path}. Write an element of its own instead (stacks/terraform/elements.ts), which has an address and is written as HCL too.`,
    );
  }
}

function typeOf(element: TerraformElement | Node): string | undefined {
  if (TerraformResource.isTerraformResource(element)) return element.terraformResourceType;
  if (TerraformDataSource.isTerraformDataSource(element)) return `data.${element.terraformResourceType}`;
  return undefined;
}
