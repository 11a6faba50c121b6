/** Markdown without what Prettier makes of it: aligned cells, escaped characters. */
export const loose = (text: string): string =>
  text
    .replaceAll(/-{3,}/g, "---")
    .replaceAll(/\\([_*])/g, "$1")
    .replaceAll(/[ \n]+/g, " ")
    .trim();

/** The text without blocks of code, whose lines may look like headings or links. */
export const prose = (text: string): string => text.replaceAll(/^```[\s\S]*?^```$/gm, "");

/** The headings of a page, in order: their level and text. */
export const headings = (text: string): [level: number, title: string][] =>
  [...prose(text).matchAll(/^(#+) (.+)$/gm)].map(([, marks = "", title = ""]) => [marks.length, title]);

/** What links may name behind a #, as code hosts make it of headings. */
export const anchors = (text: string): string[] =>
  headings(text).map(([, title]) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );

/** Where the links and pictures of a page lead. */
export const links = (text: string): string[] =>
  [...prose(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
