import { escaped, identifier, mermaid } from "./mermaid";

interface Machine {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly Next?: string;
  readonly End?: boolean;
  readonly Default?: string;
  readonly Choices?: readonly { readonly Condition?: unknown; readonly Next: string }[];
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Next: string }[];
  readonly ItemProcessor?: Machine;
  readonly Branches?: readonly Machine[];
}

/**
 * A state machine as a flow chart in Mermaid: states with what they call, transitions, the conditions of choices (shortened), and
 * what is caught (dotted). Retries are left out.
 *
 * @param definition as Terraform has it: JSON with Terraform expressions in its strings.
 * @throws if it is not JSON, or a transition leads to a state that does not exist.
 */
export function stateMachine(definition: string): string {
  const lines = ["flowchart TD", `  begin((start))`, `  done((end))`];
  const machine = JSON.parse(definition) as Machine;
  lines.push(...drawn(machine, "", "begin", "done").map((line) => `  ${line}`));
  return mermaid(lines);
}

function drawn({ StartAt, States }: Machine, path: string, before: string, after: string): string[] {
  const id = (name: string): string => {
    if (!(name in States)) throw new Error(`A state leads to "${name}", which does not exist.`);
    return identifier(path + name);
  };
  return [
    `${before} --> ${id(StartAt)}`,
    ...Object.entries(States).flatMap(([name, state]) => [
      box(id(name), name, state),
      ...transitions(id(name), state, id, after),
      ...[...(state.Branches ?? []), ...(state.ItemProcessor ? [state.ItemProcessor] : [])].flatMap((inner, i) => {
        const inside = `${path}${name}/${i}/`;
        const entry = `${identifier(inside)}_begin`;
        return [
          `subgraph ${identifier(inside)}["${escaped(state.Type === "Map" ? `for each: ${name}` : `at once: ${name}`)}"]`,
          `  ${entry}((" "))`,
          ...drawn(inner, inside, entry, "").map((line) => `  ${line}`),
          "end",
          `${id(name)} -.- ${entry}`,
        ];
      }),
    ]),
  ];
}

function box(id: string, name: string, { Type, Resource }: State): string {
  const call = Resource?.split(":").slice(-2).join(": ");
  const label = `"${[name, ...(call === undefined ? [] : [call]), ...(Type === "Wait" ? ["(wait)"] : [])].map(escaped).join("<br>")}"`;
  if (Type === "Choice") return `${id}{${label}}`;
  return Type === "Succeed" || Type === "Fail" ? `${id}([${label}])` : `${id}[${label}]`;
}

function transitions(from: string, state: State, id: (name: string) => string, after: string): string[] {
  const ends = state.End === true || state.Type === "Succeed";
  return [
    ...(state.Choices ?? []).map(({ Condition, Next }) => `${from} -->|"${escaped(short(Condition))}"| ${id(Next)}`),
    ...(state.Default === undefined ? [] : [`${from} -->|"otherwise"| ${id(state.Default)}`]),
    ...(state.Next === undefined ? [] : [`${from} --> ${id(state.Next)}`]),
    ...(ends && after !== "" ? [`${from} --> ${after}`] : []),
    ...(state.Catch ?? []).map(
      ({ ErrorEquals, Next }) => `${from} -.->|"${escaped(short(ErrorEquals.join(", ")))}"| ${id(Next)}`,
    ),
  ];
}

/** A JSONata condition without its frame, at most 60 characters. */
function short(condition: unknown): string {
  const text = String(condition)
    .replace(/^\{% ?/, "")
    .replace(/ ?%\}$/, "")
    .replaceAll(/\s+/g, " ");
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}
