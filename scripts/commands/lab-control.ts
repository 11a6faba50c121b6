/**
 * Has the running lab do what AWS does by itself: lab/README.md.
 *
 *     npm run lab:control -- failover prod-redis-cluster
 */
import { Refusal } from "../shared/aws-sdk";
import { argumentsOf, command } from "../shared/command";
import { bodyOf, controlCalls, request, synopsis, type ControlCall } from "./lab/control-calls";
import { anyLab, runningLab } from "./lab/running";

const isHelp = (argument: string | undefined): boolean => argument === "--help" || argument === "-h";

async function control([name, ...args]: readonly string[]): Promise<void> {
  const wantsHelp = name === undefined || [name, ...args].some(isHelp);
  const url = wantsHelp ? anyLab() : runningLab();
  if (url === undefined && !wantsHelp)
    throw new Refusal("No lab is running. Start one in another terminal: npm run lab");
  const calls = await controlCalls(url);
  if (name === undefined || isHelp(name)) {
    console.log(overview(calls));
    return;
  }
  const call = calls.find((candidate) => candidate.name === name);
  if (call === undefined)
    throw new Refusal(`Unknown control call "${name}". Choose one of ${calls.map((one) => one.name).join(", ")}.`);
  if (wantsHelp) {
    console.log(`${call.help}\n\nUsage: npm run lab:control -- ${synopsis(call)}`);
    return;
  }
  const body = bodyOf(call, args);
  if (url !== undefined) console.log(JSON.stringify(await request(url, call.name, body), readable, 2));
}

/** JSON inside of JSON, as an execution's output is, is shown as what it says. */
function readable(_name: string, value: unknown): unknown {
  if (typeof value !== "string" || !value.startsWith("{")) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

function overview(calls: readonly ControlCall[]): string {
  const width = Math.max(...calls.map(({ name }) => name.length));
  return [
    "Usage: npm run lab:control -- CALL [ARGUMENTS...]",
    "",
    "Has the running lab do what AWS does by itself. Add --help to a call for its arguments.",
    "The lab is the one that LAB_URL names, or else the one that is running.",
    "",
    ...calls.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
  ].join("\n");
}

void command(() => control(argumentsOf(process.argv)));
