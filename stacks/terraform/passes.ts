let pass: { foundReference: boolean } | undefined;

/** Whether the stacks are being written without the earlier pass in which cdktf looks for references between stacks. */
export const isOnlyPass = (): boolean => pass !== undefined;

/** A stack reads an attribute of another one, which needs an output there. */
export function noteReference(): void {
  if (pass !== undefined) pass.foundReference = true;
}

/**
 * Runs a synth in which each element is resolved once and not twice, which is a third of its time.
 *
 * @returns whether that suffices: false if a stack reads another one, so that what was written lacks outputs.
 */
export function inOnePass(synth: () => void): boolean {
  const only = { foundReference: false };
  pass = only;
  try {
    synth();
  } finally {
    pass = undefined;
  }
  return !only.foundReference;
}
