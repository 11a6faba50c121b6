import type { Input } from "./api";
import { alternatives, elements, isMany, key, type Type } from "./type";

/** Whether a value is what a call takes: what is wrong, each as `<path>: <what>`, and what nothing is known of. */
export function checkArgument(given: Type, wanted: Input, path: string, opaque: (reason: string) => void): string[] {
  if (isMany(given) !== (wanted.type === "list"))
    return [
      given.kind === "many"
        ? `${path}: may be a list or a bare value; write [ ] around it for a list, or take one of it`
        : `${path}: is ${key(given)}, and AWS wants ${wanted.type}`,
    ];
  if (given.kind === "many") return [`${path}: is a bare value where there is one element; write [ ] around it`];
  const item = wanted.type === "list" ? wanted.item?.() : undefined;
  if (item !== undefined)
    return alternatives(elements(given)).flatMap((one) => checkArgument(one, item, `${path}[]`, opaque));
  return alternatives(given).flatMap((one) => checkOne(one, wanted, path, opaque));
}

function checkOne(given: Type, wanted: Input, path: string, opaque: (reason: string) => void): string[] {
  if (given.kind === "opaque") {
    opaque(given.reason);
    return [];
  }
  if (wanted.type === "structure" && given.kind === "object") return checkMembers(given, wanted, path, opaque);
  if (wanted.type === "map") {
    const item = wanted.item?.();
    const values = given.kind === "object" ? Object.values(given.members()).map(({ type }) => type) : [];
    if (given.kind === "map" && item !== undefined) values.push(given.item);
    if (given.kind === "object" || given.kind === "map")
      return values.flatMap((type) => (item === undefined ? [] : checkArgument(type, item, `${path}.*`, opaque)));
  }
  if (given.kind !== kinds[wanted.type]) return [`${path}: is ${key(given)}, and AWS wants ${wanted.type}`];
  if (given.kind === "text") return checkText(given.values, wanted, path);
  if (given.kind === "number" && given.value !== undefined) return checkBounds(given.value, wanted, path);
  return [];
}

const kinds: Readonly<Record<string, Type["kind"]>> = {
  string: "text",
  timestamp: "text",
  blob: "text",
  boolean: "boolean",
  integer: "number",
  long: "number",
  float: "number",
  double: "number",
};

function checkMembers(
  given: Extract<Type, { kind: "object" }>,
  wanted: Input,
  path: string,
  opaque: (reason: string) => void,
): string[] {
  const members = given.members();
  return [
    ...wanted.required
      .filter((name) => members[name]?.optional !== false)
      .map((name) => `${path}: ${name} is required, and ${name in members ? "may be missing" : "is missing"}`),
    ...Object.entries(members).flatMap(([name, { type }]) => {
      const member = wanted.members[name]?.();
      return member === undefined
        ? [`${path}: AWS has no ${name}`]
        : checkArgument(type, member, `${path}.${name}`, opaque);
    }),
  ];
}

function checkText(values: ReadonlySet<string> | undefined, wanted: Input, path: string): string[] {
  const { enum: allowed, min = 0, max = Infinity } = wanted;
  if (allowed !== undefined && values === undefined)
    return [`${path}: AWS wants one of ${allowed.join(", ")}, and it cannot be told whether it gets one`];
  return [...(values ?? [])].flatMap((value) => {
    if (allowed !== undefined && !allowed.includes(value))
      return [`${path}: ${value} is none of ${allowed.join(", ")}`];
    return wanted.type === "string" && (value.length < min || value.length > max)
      ? [`${path}: "${value}" is not of ${min} to ${max} characters`]
      : [];
  });
}

function checkBounds(value: number, { type, min = -Infinity, max = Infinity }: Input, path: string): string[] {
  if (value < min || value > max) return [`${path}: ${value} is not within ${min} and ${max}`];
  return ["integer", "long"].includes(type) && !Number.isInteger(value) ? [`${path}: ${value} is no ${type}`] : [];
}
