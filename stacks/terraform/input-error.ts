/** A setting that cannot be used. The message says which one and how to fix it, so it is shown without a stack trace. */
export class InputError extends Error {}
