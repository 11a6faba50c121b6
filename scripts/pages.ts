import { costsPage } from "./costs/page";
import { synthesizedStacks } from "./synthesized";
import { writeMarkdown } from "./write";

void writeMarkdown("docs/costs.md", costsPage(synthesizedStacks()));
