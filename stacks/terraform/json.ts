/** `value` as JSON with keys in order and two spaces for each level, as cdktf writes it, except that an empty object or list is written as {} or []. */
export const json = (value: unknown): string => JSON.stringify(inOrder(value), null, 2);

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(value).sort()) result[key] = inOrder((value as Record<string, unknown>)[key]);
  return result;
}
