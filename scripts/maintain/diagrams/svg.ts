import type { Graph } from "./graph";

/** What starts and does the work, what watches it, what tells people, and where the data is. The rest is grey. */
const colours: Readonly<Record<string, string>> = {
  scheduler: "#efe6fa",
  sfn: "#efe6fa",
  cloudwatch: "#e4f4e6",
  sns: "#fdeedd",
  chatbot: "#fdeedd",
  elasticache: "#dcebfb",
  secretsmanager: "#dcebfb",
};

/** The graph as an SVG, laid out by Graphviz: for where Mermaid is not drawn. */
export async function svg({ nodes, edges }: Graph, title: string): Promise<string> {
  const { instance } = await import("@viz-js/viz");
  const quoted = (text: string): string => JSON.stringify(text);
  const box = ({ id, label, service = "" }: Graph["nodes"][number]): string =>
    `${quoted(id)} [label=${quoted(label.join("\n"))}, fillcolor=${quoted(colours[service] ?? "#f2f3f5")}];`;
  const groups = [...new Set(nodes.map(({ group }) => group))];
  const dot = [
    "digraph {",
    `rankdir=LR; nodesep=0.18; ranksep=0.7; fontname="Helvetica"; fontsize=13; bgcolor="white"; pad=0.2;`,
    `node [shape=box, style="rounded,filled", color="#3b5b8c", fontname="Helvetica", fontsize=11, margin="0.25,0.07"];`,
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
