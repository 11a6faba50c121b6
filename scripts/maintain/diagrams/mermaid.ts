import type { Graph, Node } from "./graph";

/** A flow chart in Mermaid, with a box around each group. */
export function flowchart({ nodes, edges }: Graph): string {
  const groups = new Map<string, Node[]>();
  for (const node of nodes) groups.set(node.group, [...(groups.get(node.group) ?? []), node]);
  const lines = [...groups].flatMap(([group, members]) => {
    const boxes = members.map((node) => `${identifier(node.id)}["${node.label.map(escaped).join("<br>")}"]`);
    return [`subgraph ${identifier(`group ${group}`)}["${escaped(group)}"]`, ...boxes.map((box) => `  ${box}`), "end"];
  });
  const arrows = edges.map(({ from, to, label }) => {
    const middle = label === undefined ? "-->" : `-->|"${escaped(label)}"|`;
    return `${identifier(from)} ${middle} ${identifier(to)}`;
  });
  return mermaid(["flowchart LR", ...[...lines, ...arrows].map((line) => `  ${line}`)]);
}

export const mermaid = (lines: readonly string[]): string => ["```mermaid", ...lines, "```"].join("\n");

/** What Mermaid takes as the name of a node. "end" is a keyword. */
export const identifier = (name: string): string =>
  `n_${name.replaceAll(/\W/g, (sign) => `_${sign.charCodeAt(0).toString(16)}_`)}`;

/** Text between quotes. */
export const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "#quot;");
