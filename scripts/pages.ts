import { command } from "./command";
import { costsPage } from "./costs/page";
import { diagrams } from "./diagrams/pages";
import { synthesizedStacks } from "./synthesized";
import { writeDocument } from "./write";

/** Writes the documents that are made of the synthesized stacks alone. */
async function pages(): Promise<void> {
  const stacks = synthesizedStacks();
  await writeDocument("docs/costs.md", costsPage(stacks));
  for (const [name, text] of Object.entries(await diagrams(stacks))) await writeDocument(`docs/diagrams/${name}`, text);
}

void command(pages);
