import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { IStackSynthesizer, ISynthesisSession, TerraformStack } from "cdktf";
import { json } from "./json";

/**
 * cdktf's synthesizer, which runs aspects, validations and what else a synth has, with another writer of JSON: json-stable-stringify
 * takes a fifth of a synth.
 */
export class StackSynthesizer implements IStackSynthesizer {
  constructor(
    private readonly stack: TerraformStack,
    private readonly theirs: IStackSynthesizer,
  ) {}

  public synthesize(session: ISynthesisSession): void {
    let isJson = false as boolean;
    const toTerraform = (): object => {
      isJson = true;
      return {};
    };
    // cdktf's gets the stack without its JSON. What it runs on the elements, it runs on those of the stack.
    const stack = Object.create(this.stack, { toTerraform: { value: toTerraform } }) as TerraformStack;
    const theirs = Object.create(this.theirs, { stack: { value: stack } }) as IStackSynthesizer;
    theirs.synthesize(session);
    if (!isJson) return;
    const { synthesizedStackPath } = session.manifest.forStack(this.stack);
    writeFileSync(join(session.outdir, synthesizedStackPath), json(this.stack.toTerraform()));
  }
}
