import { Token, TerraformOutput, TerraformStack, type IResolvable, type IResolveContext } from "cdktf";

/** An output whose value other stacks of the app may read, by its own name. */
export class Output extends TerraformOutput {
  /** The value, in this stack or in another one that depends on it then. */
  public readonly reference: string = Token.asString(new OutputReference(this));
  /** The same where it is a number. */
  public readonly number: number = Token.asNumber(new OutputReference(this));
}

class OutputReference implements IResolvable {
  public readonly creationStack: string[] = [];

  constructor(private readonly output: TerraformOutput) {}

  public resolve({ scope }: IResolveContext): unknown {
    const from = TerraformStack.of(this.output);
    const to = TerraformStack.of(scope);
    if (from === to) return this.output.value;
    to.addDependency(from);
    return to.registerIncomingCrossStackReference(from).getString(this.output.friendlyUniqueId);
  }

  public toString(): string {
    return Token.asString(this);
  }

  public toJSON(): string {
    return "<output>";
  }
}
