/** Markdown without what Prettier makes of it: aligned cells, escaped characters. */
export const loose = (text: string): string =>
  text
    .replaceAll(/-{3,}/g, "---")
    .replaceAll(/\\([_*])/g, "$1")
    .replaceAll(/[ \n]+/g, " ")
    .trim();
