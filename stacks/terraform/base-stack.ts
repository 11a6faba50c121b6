import {
  ref,
  TerraformBackend,
  TerraformDataSource,
  TerraformElement,
  TerraformOutput,
  TerraformRemoteState,
  TerraformResource,
  TerraformStack,
} from "cdktf";
import type { Construct, Node } from "constructs";
import { isOnlyPass, noteReference } from "./passes";
import { localBackend, s3Backend, type StateBucket } from "./backend";
import { RequiredVersion } from "./elements";
import { type Json, merge, type Pass, registerReferences, resolved } from "./resolve";
import { StackSynthesizer } from "./stack-synthesizer";
import { Variable } from "./variable";

export interface BaseStackProps {
  /**
   * Where the state is kept.
   *
   * @default - in a backend that is added to the stack (`new S3Backend(stack, …)`); without one, in `terraform.<stack>.tfstate` beside cdktf.json
   */
  readonly state?: StateBucket;
}

/**
 * A stack in which a construct's id is its Terraform address: `aws_sns_topic.redis_events`, `var.vpc_id`, `output.redis_port`.
 * So an address can be searched for in the code, carries no hash, and does not change when code moves between files.
 *
 * It also refuses, at synth, what cdktf gets silently wrong: two elements with one address (cdktf merges them into one),
 * a raw `${…}` given to `Fn` (cdktf escapes it to a literal), a stack without a backend (this machine's path lands in the output).
 */
export abstract class BaseStack extends TerraformStack {
  private readonly addresses = new Map<string, string>();
  private readonly crossStackReads = new Map<
    string,
    { readonly identifier: string; readonly output: TerraformOutput }
  >();

  constructor(scope: Construct, name: string, { state }: BaseStackProps = {}) {
    super(scope, name);
    this.synthesizer = new StackSynthesizer(this, this.synthesizer);
    if (state !== undefined) s3Backend(this, state);
    // 1.9: validations that see other variables. use_lockfile of the S3 backend needs 1.10 (OpenTofu 1.10).
    new RequiredVersion(this, ">= 1.9.0");
  }

  protected override allocateLogicalId(element: TerraformElement | Node): string {
    const node = TerraformElement.isTerraformElement(element) ? element.node : element;
    const address = node.id;
    const dot = address.lastIndexOf(".");
    const type = address.slice(0, dot);
    const expected = typeOf(element);
    if (dot <= 0 || (expected !== undefined && type !== expected))
      throw new Error(
        `The construct id ${JSON.stringify(address)} (${node.path}) is not a Terraform address. Use its type and name, e.g. ${JSON.stringify(`${expected ?? "var"}.${address.slice(dot + 1)}`)}.`,
      );
    const taken = this.addresses.get(address);
    if (taken !== undefined && taken !== node.path)
      throw new Error(
        `Two constructs have the Terraform address ${JSON.stringify(address)}: ${taken} and ${node.path}. cdktf would merge them into one; give one of them another name.`,
      );
    this.addresses.set(address, node.path);
    return address.slice(dot + 1);
  }

  public override ensureBackendExists(): TerraformBackend {
    return this.node.findAll().find((construct) => TerraformBackend.isBackend(construct)) ?? localBackend(this);
  }

  /** Another stack reads an attribute of this one. cdktf would name the output after the attribute alone: two ARNs, one `arn`. */
  public override registerOutgoingCrossStackReference(identifier: string): TerraformOutput {
    noteReference();
    const address = `output.cross_stack_${identifier.replaceAll(/\W+/g, "_")}`;
    const value = ref(identifier, this);
    const known = this.crossStackReads.get(address);
    if (known !== undefined && known.identifier !== identifier)
      throw new Error(
        `Another stack reads ${known.identifier} and ${identifier} of ${this.node.id}, and both would be ${JSON.stringify(address)}. Rename one of them, or pass one by an output of its own.`,
      );
    const output = known?.output ?? new TerraformOutput(this, address, { value, sensitive: true });
    this.crossStackReads.set(address, { identifier, output });
    return output;
  }

  /** This stack reads an attribute of another one. */
  public override registerIncomingCrossStackReference(fromStack: TerraformStack): TerraformRemoteState {
    const address = `data.terraform_remote_state.${fromStack.node.path.replaceAll(/[^\w-]/g, "_")}`;
    const known = this.node.tryFindChild(address) as TerraformRemoteState | undefined;
    return known ?? fromStack.ensureBackendExists().getRemoteStateDataSource(this, address, fromStack.node.path);
  }

  /** Checks the addresses, and has references between stacks registered, which cdktf does by resolving every element a first time. */
  public override prepareStack(): void {
    this.ensureBackendExists();
    const pass: Pass = { scope: this, preparing: true, known: new Map() };
    for (const construct of this.node.findAll()) {
      if (!TerraformElement.isTerraformElement(construct)) continue;
      if (!isOnlyPass()) registerReferences(construct.toTerraform(), pass);
      if (TerraformBackend.isBackend(construct)) continue;
      const name = construct.friendlyUniqueId;
      if (!construct.node.id.endsWith(`.${name}`))
        throw new Error(
          `${construct.node.path} was given the address ${JSON.stringify(name)} by overrideLogicalId. Use the address as the construct's id instead, so that it can be searched for and is checked.`,
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
    const pass: Pass = { scope: this, preparing: isOnlyPass(), known: new Map() };
    for (const element of this.node.findAll()) {
      if (!TerraformElement.isTerraformElement(element)) continue;
      try {
        merge(synthesized["//"].metadata, resolved(element.toMetadata(), pass) as Json);
        merge(synthesized, resolved(element.toTerraform(), pass) as Json);
      } catch (cause) {
        throw new Error(`${element.node.path} cannot be written: ${String(cause)}`, { cause });
      }
    }
    // cdktf-cli prints outputs under the ids of their constructs, which are addresses here.
    const outputs = Object.keys(synthesized.output);
    synthesized["//"].outputs = { [this.node.id]: Object.fromEntries(outputs.map((name) => [name, name])) };
    return this.withLocalsForVariables(synthesized);
  }

  /** Writes the name of a local wherever an expression has that of a variable which the local replaces. */
  private withLocalsForVariables(synthesized: object): object {
    const replacements = new Map<string, string>();
    for (const element of this.node.findAll())
      if (element instanceof Variable && element.isReplaced) replacements.set(element.node.id, element.replacement);
    if (replacements.size === 0) return synthesized;
    const text = JSON.stringify(synthesized).replaceAll(
      /\bvar\.\w+/g,
      (address) => replacements.get(address) ?? address,
    );
    return JSON.parse(text) as object;
  }

  /** An override of the stack itself has no construct, so no address, and HCL writes it as an attribute. */
  public override addOverride(path: string): never {
    throw new Error(
      `The stack ${this.node.id} was given an override of ${path}. Add an element of its own instead (stacks/terraform/elements.ts), which has an address and is written as HCL too.`,
    );
  }
}

function typeOf(element: TerraformElement | Node): string | undefined {
  if (TerraformResource.isTerraformResource(element)) return element.terraformResourceType;
  if (TerraformDataSource.isTerraformDataSource(element)) return `data.${element.terraformResourceType}`;
  if (element instanceof TerraformRemoteState) return "data.terraform_remote_state";
  if (element instanceof TerraformOutput) return "output";
  return undefined;
}
