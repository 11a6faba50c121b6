import { escaped, identifier, mermaid } from "./mermaid";

interface Machine {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
}

interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly Next?: string;
  readonly End?: boolean;
  readonly Default?: string;
  readonly Choices?: readonly { readonly Condition?: unknown; readonly Next: string }[];
  readonly Catch?: readonly Catcher[];
  readonly ItemProcessor?: Machine;
  readonly Branches?: readonly Machine[];
}

/**
 * A state machine as flow charts in Mermaid, in as many parts as are readable: states with what they call, transitions, the conditions of choices (shortened), and
 * what is caught (dotted). Retries are left out.
 *
 * @param definition as Terraform has it: JSON with Terraform expressions in its strings.
 * @throws if it is not JSON, or a transition leads to a state that does not exist.
 */
export function stateMachine(definition: string): readonly string[] {
  const machine = JSON.parse(definition) as Machine;
  const parts = partsOf(machine.States);
  return parts.map((names, i) => {
    const begins = names.includes(machine.StartAt);
    const ends = names.some((name) => isEnd(machine.States[name]));
    const lines = drawn(machine, "", begins ? "begin" : "", ends ? "done" : "", new Set(names));
    // States of other parts to which these lead.
    const stubs = parts.flatMap((others, j) =>
      j === i
        ? []
        : others
            .filter((name) => names.some((from) => nextOf(machine.States[from]).includes(name)))
            .map((name) => `${identifier(name)}[/"${escaped(name)}<br>in part ${j + 1}"/]`),
    );
    return mermaid([
      "flowchart TD",
      ...[...(begins ? ["begin((start))"] : []), ...(ends ? ["done((end))"] : []), ...lines, ...stubs].map(
        (line) => `  ${line}`,
      ),
    ]);
  });
}

/** More states than these are not readable at the width of a page. */
const mostStates = 14;
const fewestStates = 6;

const isEnd = (state?: State): boolean => state?.End === true || state?.Type === "Succeed";

/** Where a state leads to. */
const nextOf = (state?: State): string[] =>
  [
    state?.Next,
    state?.Default,
    ...(state?.Choices ?? []).map(({ Next }) => Next),
    ...(state?.Catch ?? []).map(({ Next }) => Next),
  ].filter((name) => name !== undefined);

/** The names of the states in parts that a page has room for, cut where the fewest transitions cross. */
function partsOf(states: Machine["States"]): readonly (readonly string[])[] {
  const names = Object.keys(states);
  if (names.length <= mostStates) return [names];
  const crossing = (cut: number): number =>
    names.filter((from, i) => nextOf(states[from]).some((to) => names.indexOf(to) >= cut !== i >= cut)).length;
  const parts: string[][] = [];
  for (let from = 0; from < names.length;) {
    const rest = names.length - from;
    const most = Math.min(mostStates, rest);
    const candidates = Array.from({ length: Math.max(1, most - fewestStates + 1) }, (_, i) => from + most - i).filter(
      (cut) => cut === names.length || names.length - cut >= fewestStates,
    );
    const cut =
      rest <= mostStates
        ? names.length
        : candidates.reduce(
            (best, each) => (crossing(each) < crossing(best) ? each : best),
            candidates[0] ?? from + most,
          );
    parts.push(names.slice(from, cut));
    from = cut;
  }
  return parts;
}

function drawn(
  { StartAt, States }: Machine,
  path: string,
  before: string,
  after: string,
  shown: ReadonlySet<string> = new Set(Object.keys(States)),
): string[] {
  const id = (name: string): string => {
    if (!(name in States)) throw new Error(`A state leads to "${name}", which does not exist.`);
    return identifier(path + name);
  };
  return [
    ...(before === "" ? [] : [`${before} --> ${id(StartAt)}`]),
    ...Object.entries(States)
      .filter(([name]) => shown.has(name))
      .flatMap(([name, state]) => [
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
  // Its version: states:startExecution.sync:2
  const call = Resource?.replace(/(?<=\.sync):2$/, "")
    .split(":")
    .slice(-2)
    .join(": ");
  const label = `"${[name, ...(call === undefined ? [] : [call]), ...(Type === "Wait" ? ["(wait)"] : [])].map(escaped).join("<br>")}"`;
  if (Type === "Choice") return `${id}{${label}}`;
  return Type === "Succeed" || Type === "Fail" ? `${id}([${label}])` : `${id}[${label}]`;
}

function transitions(from: string, state: State, id: (name: string) => string, after: string): string[] {
  return [
    ...(state.Choices ?? []).map(({ Condition, Next }) => `${from} -->|"${escaped(short(Condition))}"| ${id(Next)}`),
    ...(state.Default === undefined ? [] : [`${from} -->|"otherwise"| ${id(state.Default)}`]),
    ...(state.Next === undefined ? [] : [`${from} --> ${id(state.Next)}`]),
    ...(isEnd(state) && after !== "" ? [`${from} --> ${after}`] : []),
    ...caughtAlike(state.Catch ?? []).map(
      ({ ErrorEquals, Next }) => `${from} -.->|"${escaped(short(ErrorEquals.join(", ")))}"| ${id(Next)}`,
    ),
  ];
}

/** Entries of Catch that differ in their errors only, as one: States.ALL has to be in an entry of its own. */
const caughtAlike = (entries: readonly Catcher[]): readonly Catcher[] =>
  entries.reduce<readonly Catcher[]>((before, entry) => {
    const last = before.at(-1);
    const errors = [...(last?.ErrorEquals ?? []), ...entry.ErrorEquals];
    const both = { ...entry, ErrorEquals: errors };
    return last !== undefined && JSON.stringify({ ...last, ErrorEquals: errors }) === JSON.stringify(both)
      ? [...before.slice(0, -1), both]
      : [...before, entry];
  }, []);

/** A JSONata condition without its frame, at most 60 characters. */
function short(condition: unknown): string {
  const text = String(condition)
    .replace(/^\{% ?/, "")
    .replace(/ ?%\}$/, "")
    .replaceAll(/\s+/g, " ");
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}
