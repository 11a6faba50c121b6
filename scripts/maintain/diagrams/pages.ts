import type { Stack } from "../../shared/synthesized";
import { architecture } from "./graph";
import { flowchart } from "./mermaid";
import { stateMachine } from "./state-machine";
import { svg } from "./svg";
import { watch } from "./watch";

type Stacks = Readonly<Record<string, Stack>>;

/** The generated files of docs/diagrams, by name. */
export async function diagrams(stacks: Stacks): Promise<Readonly<Record<string, string>>> {
  const drawn = Object.values(stacks).find(({ resource }) => resource.aws_elasticache_replication_group !== undefined);
  if (drawn === undefined) throw new Error("There is no stack with a cache to draw.");
  return {
    "architecture.md": page(
      "Architecture",
      "The resources of each stack, in boxes by construct. An arrow goes from what refers to what it refers to; `calls`, `publishes`, `watches` and `shows` come from the definitions of the state machines, alarms and dashboards. Schedules are one box, and so are the alarms on one namespace. Permissions, values, parts of other resources and what else a dashboard shows are left out. The same as an image: [architecture.svg](architecture.svg).",
      stacks,
      (stack) => ({ "": flowchart(architecture(stack), "LR") }),
    ),
    "watch.md": page(
      "The watch on backups",
      "What is started when, which metrics it publishes, which alarms watch them, and whom they tell.",
      stacks,
      (stack) => ({ "": flowchart(watch(stack), "LR") }),
    ),
    "state-machines.md": page(
      "State machines",
      "Every state, what it calls, its transitions and the conditions of choices (shortened). What is caught is dotted; retries are left out.",
      stacks,
      ({ resource }) =>
        Object.fromEntries(
          Object.entries(resource.aws_sfn_state_machine ?? {}).map(([name, { definition }]) => [
            name,
            stateMachine(String(definition)),
          ]),
        ),
    ),
    "architecture.svg": await svg(architecture(drawn), "What an environment is made of"),
  };
}

/** A page of drawings, by stack and heading; stacks whose drawings are the same share them. */
function page(title: string, text: string, stacks: Stacks, draw: (stack: Stack) => Record<string, string>): string {
  const shared = new Map<string, { heading: string; drawing: string; stacks: string[] }>();
  for (const [name, stack] of Object.entries(stacks))
    for (const [heading, drawing] of Object.entries(draw(stack))) {
      const entry = shared.get(heading + drawing) ?? { heading, drawing, stacks: [] };
      shared.set(heading + drawing, { ...entry, stacks: [...entry.stacks, name] });
    }
  const sections = [...shared.values()].map(({ heading, drawing, stacks: names }) => {
    const where = names.join(", ");
    return `## ${heading === "" ? where : `${heading} (${where})`}\n\n${drawing}\n`;
  });
  return `# ${title}\n\n${text} \`npm run docs\` makes this page from the synthesized stacks.\n\n${sections.join("\n")}`;
}
