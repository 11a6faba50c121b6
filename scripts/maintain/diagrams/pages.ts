import type { Stack } from "../../shared/synthesize";
import { architecture } from "./architecture";
import { svg } from "./drawing";
import { flowchart } from "./mermaid";
import { stateMachine } from "./state-machine";
import { monitoring } from "./monitoring";

type Stacks = Readonly<Record<string, Stack>>;

/** The generated files of docs/diagrams, by name. */
export const diagrams = (stacks: Stacks): Readonly<Record<string, string>> => ({
  "monitoring.md": page(
    "Monitoring of backups",
    "Which schedule starts which state machine, which metrics it publishes, which alarms evaluate them, and whom they notify.",
    stacks,
    (stack) => ({ "": flowchart(monitoring(stack)) }),
  ),
  "architecture.svg": svg(architecture),
  "state-machines.md": page(
    "State machines",
    "Every state, what it calls, its transitions and the conditions of choices (shortened). Dotted arrows are caught errors; retries are left out. Long ones are in parts; slanted boxes lead to another part.",
    stacks,
    ({ resource }) =>
      Object.fromEntries(
        Object.entries(resource.aws_sfn_state_machine ?? {}).flatMap(([name, { definition }]) =>
          stateMachine(String(definition)).map((drawing, i, { length }) => [
            length === 1 ? name : `${name}, part ${i + 1} of ${length}`,
            drawing,
          ]),
        ),
      ),
  ),
});

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
  return `# ${title}\n\n${text} \`npm run docs\` generates this page from the synthesized stacks.\n\n${sections.join("\n")}`;
}
