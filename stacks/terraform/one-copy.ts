const texts = new Map<string, string>();

/**
 * The same text as one string for all stacks, for long texts without tokens: put together anew for each stack, the conditions and
 * messages of variables were a seventh of the memory of a stack, because a text keeps the parts that it was put together from.
 */
export function oneCopy(text: string): string {
  const known = texts.get(text);
  if (known !== undefined) return known;
  texts.set(text, text);
  return text;
}
