import { readdirSync, readFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { boolean, list, map, number, object, oneOf, text, type Member, type Type } from "./type";

/**
 * AWS's API models, as far as the state machines call them: an extract of botocore's, which AWS publishes with its Python SDK.
 *
 * The schemas inside the @aws-sdk clients would need no extract, but they have neither enums nor bounds nor the errors of a call,
 * and one client a service would have to be installed; the models inside the package `aws-sdk` are no longer kept up to date.
 * lab/extract_api.py writes the files, and a test of the lab holds them against the botocore that it runs on.
 */
export interface Api {
  /** E.g. `botocore 1.44.8, data/elasticache/2015-02-02/service-2.json`. */
  readonly source: string;
  readonly serviceId: string;
  readonly operations: Readonly<Record<string, ApiOperation>>;
  readonly shapes: Readonly<Record<string, Shape>>;
}

interface ApiOperation {
  readonly input?: string;
  readonly output?: string;
  readonly errors: readonly string[];
}

interface Shape {
  readonly type: string;
  readonly required?: readonly string[];
  readonly enum?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly members?: Readonly<Record<string, string>>;
  readonly member?: string;
  readonly value?: string;
}

/** A call of an API as Step Functions shows it. */
export interface Operation {
  readonly name: string;
  readonly input: Input;
  readonly output: Type;
  /** Names of errors, e.g. `ElastiCache.SnapshotNotFoundException`; the last is that of errors which the model does not name. */
  readonly errors: readonly string[];
}

/** What an argument may be. */
export interface Input {
  readonly type: string;
  readonly required: readonly string[];
  readonly members: Readonly<Record<string, () => Input>>;
  readonly item?: () => Input;
  readonly enum?: readonly string[];
  readonly min?: number;
  readonly max?: number;
}

const folder = resolve(__dirname, "../api");

/** By service, as Step Functions names it. */
export const apis: Readonly<Record<string, Api>> = Object.fromEntries(
  readdirSync(folder).map((file) => [
    file.replace(/\.json$/, ""),
    JSON.parse(readFileSync(resolve(folder, file), "utf8")) as Api,
  ]),
);

const operations = new Map<string, Operation | undefined>();

/** The call that a Task makes whose `Resource` ends in `aws-sdk:elasticache:describeSnapshots`; nothing where none was extracted. */
export function operation(service: string, action: string): Operation | undefined {
  const id = `${service}:${action}`;
  if (!operations.has(id)) operations.set(id, readOperation(service, operationName(action)));
  return operations.get(id);
}

/** What to do where `operation` finds nothing. */
export const missing = (service: string, action: string): string =>
  `${service}:${action} is not in ${relative(process.cwd(), folder)}. If AWS has it, run in lab/: python extract_api.py ${service}:${operationName(action)}`;

const operationName = (action: string): string => `${action.charAt(0).toUpperCase()}${action.slice(1)}`;

function readOperation(service: string, name: string): Operation | undefined {
  const api = apis[service];
  const found = api?.operations[name];
  if (api === undefined || found === undefined) return undefined;
  const prefix = serviceName(api.serviceId);
  return {
    name,
    input: inputOf(api, found.input),
    output: found.output === undefined ? object({}) : outputOf(service, api, found.output),
    errors: [...found.errors.map((error) => `${prefix}.${errorName(error)}`), `${prefix}.${prefix}Exception`],
  };
}

/**
 * How Step Functions names a member: as the AWS SDK for Java 2 does, with a capital in front. There a run of capitals at the
 * beginning is one word, up to the capital that begins the next: `ARN` is `Arn`, `DBInstances` `DbInstances`, `VPCId` `VpcId`;
 * `MultiAZEnabled` stays, and `executionArn` is `ExecutionArn`. What Java has a method for gets `Value`: `Equals` is `EqualsValue`.
 *
 * @see https://github.com/aws/aws-sdk-java-v2/blob/master/codegen/src/main/java/software/amazon/awssdk/codegen/internal/Utils.java unCapitalize
 * @see https://github.com/aws-samples/step-functions-workflows-collection, sfn-rds-to-aurora-migrate-postgres-cdk, which reads DbSnapshotArn
 */
export function memberName(name: string): string {
  if (isReserved(name)) return `${name}Value`;
  const [run = ""] = /^[A-Z]*/.exec(name) ?? [];
  const word = run.length > 1 && /^[a-z]/.test(name.slice(run.length)) ? run.slice(0, -1) : run;
  return `${name.charAt(0).toUpperCase()}${word.slice(1).toLowerCase()}${name.slice(Math.max(1, word.length))}`;
}

/** @see DefaultNamingStrategy.java, rewriteInvalidMemberName; of its words, only this one is a member that is read here */
const isReserved = (name: string): boolean => name === "Equals";

/**
 * The class of an exception in the AWS SDK for Java 2: `SnapshotNotFoundFault` is `SnapshotNotFoundException`, `InvalidARNFault`
 * `InvalidArnException`, `ExecutionDoesNotExist` `ExecutionDoesNotExistException`.
 *
 * @see https://github.com/aws/aws-sdk-java-v2/blob/master/codegen/src/main/java/software/amazon/awssdk/codegen/naming/DefaultNamingStrategy.java getExceptionName
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html for the prefix
 */
export const errorName = (shape: string): string => `${pascalCase(shape.replace(/(Fault|Exception)$/, ""))}Exception`;

/** `SFN` is `Sfn`, `Config Service` `Config`. @see DefaultNamingStrategy.java, getServiceName */
export const serviceName = (serviceId: string): string =>
  pascalCase(serviceId)
    .replace(/^(Amazon|Aws)/, "")
    .replace(/Service$/, "");

const pascalCase = (name: string): string =>
  (name.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+/g) ?? [])
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase())
    .join("");

const inputs = new Map<string, Input>();

function inputOf(api: Api, name: string | undefined): Input {
  const id = `${api.serviceId} ${name ?? ""}`;
  const known = inputs.get(id) ?? readInput(api, name);
  inputs.set(id, known);
  return known;
}

function readInput(api: Api, name: string | undefined): Input {
  const shape: Shape | undefined = name === undefined ? { type: "structure" } : api.shapes[name];
  if (shape === undefined) throw new Error(`There is no shape ${name ?? ""}.`);
  const inner = shape.member ?? shape.value;
  return {
    type: shape.type,
    required: (shape.required ?? []).map(memberName),
    members: Object.fromEntries(
      Object.entries(shape.members ?? {}).map(([member, of]) => [memberName(member), () => inputOf(api, of)]),
    ),
    ...(inner !== undefined && { item: () => inputOf(api, inner) }),
    ...(shape.enum !== undefined && { enum: shape.enum }),
    ...(shape.min !== undefined && { min: shape.min }),
    ...(shape.max !== undefined && { max: shape.max }),
  };
}

function outputOf(service: string, api: Api, name: string): Type {
  const shape = api.shapes[name];
  if (shape === undefined) throw new Error(`There is no shape ${name}.`);
  const inner = (of: string | undefined): Type => outputOf(service, api, of ?? "");
  switch (shape.type) {
    case "structure":
      return structure(service, api, name, shape);
    case "list":
      return list(inner(shape.member));
    case "map":
      return map(inner(shape.value));
    case "boolean":
      return boolean;
    case "string":
      return shape.enum === undefined ? text : oneOf(shape.enum);
    // ISO 8601 and Base64.
    case "timestamp":
    case "blob":
      return text;
    case "integer":
    case "long":
    case "float":
    case "double":
      return number;
    default:
      throw new Error(`A shape of the type ${shape.type} is not known here: ${name}.`);
  }
}

const structures = new Map<string, Type>();

function structure(service: string, api: Api, name: string, shape: Shape): Type {
  const id = `${service} ${name}`;
  const known = structures.get(id);
  if (known !== undefined) return known;
  let members: Record<string, Member> | undefined;
  const type: Type = { kind: "object", shape: id, members: () => (members ??= membersOf(service, api, shape)) };
  structures.set(id, type);
  return type;
}

const membersOf = (service: string, api: Api, { members = {}, required = [] }: Shape): Record<string, Member> =>
  Object.fromEntries(
    Object.entries(members).flatMap(([name, of]) => [
      [memberName(name), { type: outputOf(service, api, of), optional: !required.includes(name) }] as const,
      // No document of Step Functions shows such a member, so a state machine may expect it under either name.
      ...(isReserved(name) ? [[name, { type: outputOf(service, api, of), optional: true }] as const] : []),
    ]),
  );
