import type { Machine, State } from "./machine";

interface Named extends State {
  readonly name: string;
}

/** The Task states, those of iterations and branches too. */
export function tasks(machine: Machine): Named[] {
  return Object.entries(machine.States).flatMap(([name, state]) => [
    ...(state.Type === "Task" ? [{ ...state, name }] : []),
    ...[state.ItemProcessor, ...(state.Branches ?? [])].flatMap((inner) => (inner === undefined ? [] : tasks(inner))),
  ]);
}

/** The machine with one mistake each: mistakes that were made, and one of each kind in each call. */
export function mutations(machine: Machine): [what: string, mutated: Machine][] {
  const text = JSON.stringify(machine);
  const replaced = (what: string, from: RegExp, to: string): [string, Machine][] =>
    from.test(text) ? [[what, JSON.parse(text.replace(from, to)) as Machine]] : [];
  const calls = new Map(tasks(machine).map((state) => [state.Resource, state]));
  return [
    ...replaced("Arn is ARN, as the API has it", /\bArn\b(?!["':])/, "ARN"),
    ...replaced("a snapshot has a Status", /\bSnapshotStatus\b/, "Status"),
    ...replaced(
      "a group has a ReplicationGroupStatus",
      /\.Status = 'available'/,
      ".ReplicationGroupStatus = 'available'",
    ),
    ...replaced("ExecutionArn is executionArn, as the API has it", /\.ExecutionArn\b/, ".executionArn"),
    ...replaced("a fault is called a fault", /(ElastiCache\.\w+)Exception(?=")(?<!ElastiCacheException)/, "$1Fault"),
    ...replaced("an execution has ended", /'RUNNING'/, "'ENDED'"),
    ...[...calls.values()].flatMap((state) => inCall(machine, state)),
  ];
}

function inCall(machine: Machine, { name, Resource = "", Arguments }: Named): [string, Machine][] {
  const call = Resource.split(":").slice(-2).join(":");
  const mutated = (what: string, change: object): [string, Machine] => [
    `${what} in ${call}`,
    changed(machine, name, change),
  ];
  const given = JSON.stringify(Arguments);
  // The first argument: of an object, or of the object that JSONata puts together.
  const argument = (/^\{"(\w+)/.exec(given) ?? /'(\w+)':/.exec(given))?.[1] ?? "";
  const renamed = JSON.parse(given.replace(argument, `${argument}Wrong`)) as unknown;
  return [
    mutated(`${argument} has another name`, { Arguments: renamed }),
    mutated("arguments are a list", { Arguments: [Arguments] }),
    mutated("an error of another service is caught", { Catch: [{ ErrorEquals: ["Lambda.TooManyRequestsException"] }] }),
    mutated("another call is made", { Resource: Resource.replace(/:\w+$/, ":describeNothing") }),
  ];
}

/** A copy of the machine in which the state `name` has other fields. */
function changed(machine: Machine, name: string, change: object): Machine {
  const inner = (one: Machine): Machine => changed(one, name, change);
  const state = (own: string, { ItemProcessor, Branches, ...fields }: State): State => ({
    ...fields,
    ...(ItemProcessor && { ItemProcessor: inner(ItemProcessor) }),
    ...(Branches && { Branches: Branches.map(inner) }),
    ...(own === name && fields.Type === "Task" && change),
  });
  return {
    ...machine,
    States: Object.fromEntries(Object.entries(machine.States).map(([own, one]) => [own, state(own, one)])),
  };
}
