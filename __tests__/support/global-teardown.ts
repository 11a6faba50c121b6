import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { synthesizedStacks } from "./stacks-file";

export default function cleanUp(): void {
  const file = process.env[synthesizedStacks];
  if (file !== undefined) rmSync(dirname(file), { recursive: true });
}
