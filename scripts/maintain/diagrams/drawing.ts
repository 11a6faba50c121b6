/** A box of a drawing, with what it stands for. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly title: string;
  /** Smaller lines below the title. */
  readonly lines?: readonly string[];
  /** `area` encloses other boxes and has its title at the top; `soft` is an area with a dashed border. @default "box" */
  readonly kind?: "box" | "area" | "soft" | "store" | "people";
  /** The resource types of Terraform that it shows. @default - none: AWS's or the user's own */
  readonly types?: readonly string[];
}

/** A point as SVG writes it, e.g. `120,345`. */
type Point = `${number},${number}`;

export interface Arrow {
  /** Corners of the line, separated by spaces; the last one is its head. */
  readonly path: `${Point} ${string}`;
  readonly label?: string;
  /** Where the label is; each label needs its place. */
  readonly at?: Point;
  /** What part of the label is there. @default "middle" */
  readonly anchor?: "start" | "middle" | "end";
}

export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
}

// Both color schemes are in the file, because code hosts show an image by itself.
const style = `
    text { font-family: -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2328; }
    .title { font-size: 14px; font-weight: 600; }
    .line, .label { font-size: 12px; fill: #59636e; }
    .label { paint-order: stroke; stroke: #ffffff; stroke-width: 4px; }
    .background { fill: #ffffff; }
    .box { fill: #ffffff; stroke: #59636e; }
    .area { fill: #f6f8fa; stroke: #59636e; }
    .soft { fill: none; stroke: #0969da; stroke-dasharray: 6 4; }
    .store { fill: #ddf4ff; stroke: #0969da; }
    .people { fill: #dafbe1; stroke: #1a7f37; }
    .arrow { fill: none; stroke: #59636e; stroke-width: 1.5; }
    .head { fill: #59636e; }
    @media (prefers-color-scheme: dark) {
      text { fill: #f0f6fc; }
      .line, .label { fill: #b1bac4; }
      .label { stroke: #0d1117; }
      .background { fill: #0d1117; }
      .box { fill: #151b23; stroke: #9198a1; }
      .area { fill: #10151c; stroke: #9198a1; }
      .soft { stroke: #4493f8; }
      .store { fill: #121d2f; stroke: #4493f8; }
      .people { fill: #12261e; stroke: #3fb950; }
      .arrow { stroke: #9198a1; }
      .head { fill: #9198a1; }
    }`;

/** The drawing as an SVG image that is readable in a light and in a dark page. */
export function svg({ width, height, title, boxes, arrows }: Drawing): string {
  const order = { area: 0, soft: 1, box: 2, store: 2, people: 2 };
  const sorted = [...boxes].sort((one, other) => order[one.kind ?? "box"] - order[other.kind ?? "box"]);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">`,
    `  <title>${escaped(title)}</title>`,
    `  <style>${style}\n  </style>`,
    `  <defs><marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path class="head" d="M0 0 10 5 0 10z"/></marker></defs>`,
    `  <rect class="background" width="${width}" height="${height}"/>`,
    ...sorted.map(box),
    ...arrows.map(line),
    ...arrows.flatMap(label),
    "</svg>",
    "",
  ].join("\n");
}

function box({ x, y, width, height, title, lines = [], kind = "box", types = [] }: Box): string {
  const isArea = kind === "area" || kind === "soft";
  const middle = x + width / 2;
  const top = isArea ? y + 20 : y + height / 2 + 5 - (lines.length * 16) / 2;
  const at = isArea ? `x="${x + 12}"` : `x="${middle}" text-anchor="middle"`;
  const data = types.length === 0 ? "" : ` data-types="${types.join(" ")}"`;
  return [
    `  <g${data}><rect class="${kind}" x="${x}" y="${y}" width="${width}" height="${height}" rx="6"/>`,
    `<text class="title" ${at} y="${top}">${escaped(title)}</text>`,
    ...lines.map((text, i) => `<text class="line" ${at} y="${top + 16 * (i + 1)}">${escaped(text)}</text>`),
    "</g>",
  ].join("");
}

const line = ({ path }: Arrow): string => `  <polyline class="arrow" marker-end="url(#head)" points="${path}"/>`;

function label({ label: text, at = "0,0", anchor = "middle" }: Arrow): string[] {
  if (text === undefined) return [];
  const [x, y] = at.split(",");
  return [`  <text class="label" x="${x}" y="${y}" text-anchor="${anchor}">${escaped(text)}</text>`];
}

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
