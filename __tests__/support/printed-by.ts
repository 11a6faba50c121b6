/** What a command of Terraform prints of a value: JSON only where its arguments ask for it. */
export const printedBy = (args: readonly string[], value: unknown): string =>
  args.includes("-json") ? JSON.stringify(value) : "A text for people";
