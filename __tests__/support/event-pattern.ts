type Leaf = string | number | boolean | null;
type Value = Leaf | readonly Value[] | Fields;
export interface Fields {
  readonly [field: string]: Value | undefined;
}

/** Whether an event matches. */
export type Matches = (event: Fields) => boolean;
/** Whether one of the values that a field of an event has is the right one; a field that is not there has none. */
type MatchesValues = (values: readonly Leaf[]) => boolean;

/**
 * What EventBridge does with a pattern: a field matches if one of the alternatives in its list does, and a pattern if all fields do. It
 * has the operators that the patterns of the stacks use.
 *
 * @throws on any other operator, and on what EventBridge refuses: where nothing could ever match, no test would notice.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export function eventPattern(pattern: Fields): Matches {
  const conditions = Object.entries(pattern).map(([field, wanted]): Matches => {
    if (field === "$or") return or(wanted);
    if (isList(wanted)) {
      if (wanted.length === 0) throw new Error(`An event pattern has no values for ${field}.`);
      const alternatives = wanted.map(operator);
      return (event) => alternatives.some((matches) => matches(leaves(event[field])));
    }
    if (!isFields(wanted)) throw new Error(`The values of ${field} in an event pattern are not a list.`);
    const inside = eventPattern(wanted);
    return (event) => objects(event[field]).some(inside);
  });
  return (event) => conditions.every((matches) => matches(event));
}

/** With fewer than two alternatives, EventBridge takes `$or` for the name of a field. */
function or(wanted: Value | undefined): Matches {
  if (!isList(wanted) || wanted.length < 2 || !wanted.every(isFields))
    throw new Error(`$or in an event pattern needs two alternatives or more: ${JSON.stringify(wanted)}`);
  const alternatives = wanted.map(eventPattern);
  return (event) => alternatives.some((matches) => matches(event));
}

function operator(wanted: Value): MatchesValues {
  if (!isFields(wanted)) return (values) => values.some((value) => value === wanted);
  const [[name, argument] = ["", undefined], ...others] = Object.entries(wanted);
  const create = others.length === 0 ? operators[name] : undefined;
  const matches = create?.(argument);
  if (matches === undefined)
    throw new Error(`Operator of an event pattern that is not evaluated here: ${JSON.stringify(wanted)}`);
  return matches;
}

/** Each by its name; nothing for an argument that is not evaluated here. */
const operators: Readonly<Record<string, (argument: Value | undefined) => MatchesValues | undefined>> = {
  exists: (wanted) => (typeof wanted === "boolean" ? (values) => wanted === values.length > 0 : undefined),
  prefix: (wanted) => {
    if (typeof wanted === "string") return ofText((text) => text.startsWith(wanted));
    const inAnyCase = isFields(wanted) ? wanted["equals-ignore-case"] : undefined;
    if (typeof inAnyCase !== "string") return undefined;
    return ofText((text) => text.toLowerCase().startsWith(inAnyCase.toLowerCase()));
  },
  "equals-ignore-case": (wanted) =>
    typeof wanted === "string" ? ofText((text) => text.toLowerCase() === wanted.toLowerCase()) : undefined,
  "anything-but": (wanted) => {
    // Only of a value that is there.
    if (isFields(wanted)) {
      const matches = operator(wanted);
      return (values) => values.some((value) => !matches([value]));
    }
    const others = isList(wanted) ? wanted : [wanted];
    return others.length === 0 ? undefined : (values) => values.some((value) => !others.includes(value));
  },
  numeric: (wanted) => {
    const [sign, limit, ...more] = isList(wanted) ? wanted : [];
    const compare = typeof sign === "string" ? comparisons[sign] : undefined;
    if (compare === undefined || typeof limit !== "number") return undefined;
    const others = more.length === 0 ? () => true : operators.numeric?.(more);
    if (others === undefined) return undefined;
    return (values) => values.some((value) => typeof value === "number" && compare(value, limit) && others([value]));
  },
};

const comparisons: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  "<": (value, limit) => value < limit,
  "<=": (value, limit) => value <= limit,
  "=": (value, limit) => value === limit,
  ">=": (value, limit) => value >= limit,
  ">": (value, limit) => value > limit,
};

const ofText =
  (matches: (text: string) => boolean): MatchesValues =>
  (values) =>
    values.some((value) => typeof value === "string" && matches(value));

/** Objects have none: they are no leaves, and `exists` works on leaves only. */
function leaves(value: Value | undefined): readonly Leaf[] {
  if (isList(value)) return value.flatMap(leaves);
  return value === undefined || isFields(value) ? [] : [value];
}

/** Of a list each by itself: fields of different elements do not match together. One that is not there has no fields. */
function objects(value: Value | undefined): readonly Fields[] {
  if (isList(value) && value.length > 0) return value.flatMap(objects);
  return [isFields(value) ? value : {}];
}

const isList = (value: Value | undefined): value is readonly Value[] => Array.isArray(value);
const isFields = (value: Value | undefined): value is Fields =>
  typeof value === "object" && value !== null && !isList(value);
