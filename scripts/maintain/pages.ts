import { command } from "../shared/command";
import { costsPage } from "./costs/page";
import { diagrams } from "./diagrams/pages";
import { synthesizedStacks } from "../shared/synthesized";
import { writeDocument } from "../shared/write";

/** Writes the documents that are made of the synthesized stacks alone. */
async function pages(): Promise<void> {
  const stacks = synthesizedStacks();
  await writeDocument("docs/costs.md", costsPage(stacks));
  for (const [name, text] of Object.entries(diagrams(stacks))) await writeDocument(`docs/diagrams/${name}`, text);
}

void command(pages);
