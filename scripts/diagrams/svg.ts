import type { Graph } from "./graph";

/** The graph as an SVG, laid out by Graphviz: for where Mermaid is not drawn. */
export async function svg({ nodes, edges }: Graph, title: string): Promise<string> {
  const { instance } = await import("@viz-js/viz");
  const quoted = (text: string): string => JSON.stringify(text);
  const box = ({ id, label }: Graph["nodes"][number]): string => `${quoted(id)} [label=${quoted(label.join("\n"))}];`;
  const groups = [...new Set(nodes.map(({ group }) => group))];
  const dot = [
    "digraph {",
    `rankdir=LR; nodesep=0.18; ranksep=0.7; fontname="Helvetica"; fontsize=13; bgcolor="white"; pad=0.2;`,
    `node [shape=box, style="rounded,filled", fillcolor="#f4f7fb", color="#3b5b8c", fontname="Helvetica", fontsize=11, margin="0.25,0.07"];`,
    `edge [color="#7a8699", fontname="Helvetica", fontsize=9, arrowsize=0.7];`,
    ...groups.map((group, i) => {
      const boxes = nodes
        .filter((node) => node.group === group)
        .map(box)
        .join(" ");
      if (group === undefined) return boxes;
      return `subgraph cluster_${i} { label=${quoted(group)}; labeljust=l; style="rounded"; color="#c4ccd8"; ${boxes} }`;
    }),
    ...edges.map(
      ({ from, to, label }) =>
        `${quoted(from)} -> ${quoted(to)}${label === undefined ? "" : ` [label=${quoted(label)}]`};`,
    ),
    "}",
  ].join("\n");
  const drawing = (await instance()).renderString(dot, { format: "svg" });
  // What Graphviz says of itself would change with its version.
  return drawing
    .replace(/<!--[\s\S]*?-->\n?/g, "")
    .replace(/<svg[^>]*>/, (tag) => `${tag}<title>${title}</title>`)
    .replaceAll('font-family="Helvetica"', 'font-family="Helvetica, Arial, sans-serif"')
    .replace(/^[\s\S]*?(?=<svg)/, "");
}
