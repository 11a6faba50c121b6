/** `value` as cdktf writes JSON: keys in order, two spaces for each level, and a line for the end of what is empty too. */
export function json(value: unknown, lineBreak = "\n"): string {
  if (typeof value !== "object" || value === null || value instanceof Date) return JSON.stringify(value);
  const inner = `${lineBreak}  `;
  let items = "";
  if (Array.isArray(value)) {
    for (const item of value as unknown[]) items += `${items === "" ? "" : ","}${inner}${json(item ?? null, inner)}`;
    return `[${items}${lineBreak}]`;
  }
  for (const key of Object.keys(value).sort()) {
    const item = (value as Record<string, unknown>)[key];
    if (item !== undefined) items += `${items === "" ? "" : ","}${inner}${JSON.stringify(key)}: ${json(item, inner)}`;
  }
  return `{${items}${lineBreak}}`;
}
