import { program } from "./commands";
import { runProgram } from "./shared/command";

void runProgram(program());
