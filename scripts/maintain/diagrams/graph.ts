import type { Block, Stack } from "../../shared/synthesized";

export interface Node {
  readonly id: string;
  /** Lines of text. */
  readonly label: readonly string[];
  /** The construct it belongs to; undefined: none. */
  readonly group?: string;
  /** As in Terraform's types, e.g. `sns`. */
  readonly service?: string;
}

export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly label?: string;
}

export interface Graph {
  readonly nodes: readonly Node[];
  readonly edges: readonly Edge[];
}

/** What a picture of the whole leaves out: permissions, values, and what only groups. */
const left =
  /^(random_|terraform_data$|aws_iam_|aws_sns_topic_policy$|aws_sqs_queue_policy$|aws_scheduler_schedule_group$)/;

/** What is drawn as a part of something else that it names. */
const partOf: Readonly<Record<string, string>> = {
  aws_secretsmanager_secret_version: "aws_secretsmanager_secret",
  aws_vpc_security_group_ingress_rule: "aws_security_group",
  aws_cloudwatch_event_target: "aws_cloudwatch_event_rule",
};

/**
 * The resources of a stack, grouped by construct, and which refers to which. What Terraform does not see, the definitions of
 * the state machines say: which services they call, and which metrics they publish.
 */
export function architecture(stack: Stack): Graph {
  const drawn = resources(stack).filter(({ type }) => !left.test(type));
  const machines = new Set(Object.keys(stack.resource.aws_sfn_state_machine ?? {}));
  const shown = drawn.filter(
    ({ type, name }) => !(type in partOf) && !(type === "aws_cloudwatch_log_group" && machines.has(name)),
  );
  const nodeOf = new Map(shown.map((resource) => [resource.address, idOf(resource)]));
  for (const { address, type, block } of drawn) {
    const whole = partOf[type];
    const target = referencesOf(stack, block).find((other) => other.startsWith(`${whole ?? ""}.`));
    if (whole !== undefined && target !== undefined) nodeOf.set(address, target);
  }

  const edges = new Map<string, Edge>();
  const add = (edge: Edge): void => {
    if (edge.from !== edge.to) edges.set(`${edge.from} ${edge.to}`, edge);
  };
  for (const { address, type, block } of drawn) {
    const from = nodeOf.get(address);
    if (from === undefined) continue;
    // A dashboard shows every alarm and node: of its arrows only the one to the metrics of our own is drawn.
    for (const reference of type === "aws_cloudwatch_dashboard" ? [] : referencesOf(stack, block)) {
      const to = nodeOf.get(reference);
      if (to !== undefined) add({ from, to });
    }
    const text = JSON.stringify(block).replaceAll(/\blocal\.(\w+)/g, (_local, name: string) =>
      JSON.stringify(stack.locals?.[name] ?? name),
    );
    for (const namespace of namespaces(stack))
      if (text.includes(namespace)) add({ from, to: namespace, label: verbs[type] ?? "watches" });
    if (type === machineType && text.includes(":elasticache:"))
      for (const cache of Object.keys(stack.resource[cacheType] ?? {}))
        add({ from, to: `${cacheType}.${cache}`, label: "calls" });
  }
  return { nodes: [...merged(shown), ...metricNodes(stack)], edges: [...edges.values()] };
}

/** What a resource does with metrics. */
const verbs: Readonly<Record<string, string>> = {
  aws_sfn_state_machine: "publishes",
  aws_cloudwatch_dashboard: "shows",
};

const machineType = "aws_sfn_state_machine";
const cacheType = "aws_elasticache_replication_group";

interface Resource {
  readonly type: string;
  readonly name: string;
  readonly address: string;
  readonly block: Block;
  readonly group: string | undefined;
}

function resources(stack: Stack): Resource[] {
  return Object.entries(stack.resource).flatMap(([type, blocks]) =>
    Object.entries(blocks).map(([name, block]) => {
      const path = (block["//"] as { metadata?: { path?: string } } | undefined)?.metadata?.path?.split("/") ?? [];
      return { type, name, address: `${type}.${name}`, block, group: path.length > 2 ? path[1] : undefined };
    }),
  );
}

/** Alarms on one namespace are one box with their names in it, or they would be most of the picture; so are schedules. */
function idOf({ type, address, block }: Resource): string {
  if (type === "aws_cloudwatch_metric_alarm") return `alarms on ${namespaceOf(block)}`;
  return type === "aws_scheduler_schedule" ? "schedules" : address;
}

const namespaceOf = (block: Block): string =>
  /"namespace":"([^"]+)"/.exec(JSON.stringify(block))?.[1] ?? "several metrics";

function merged(shown: readonly Resource[]): Node[] {
  const nodes = new Map<string, Node>();
  for (const resource of shown) {
    const id = idOf(resource);
    const service = serviceOf(resource.type);
    const title = id === resource.address ? titleOf(resource.type) : `${services[service] ?? service} ${id}`;
    const label = [...(nodes.get(id)?.label ?? [title]), resource.name];
    nodes.set(id, {
      id,
      label,
      service,
      ...(id === resource.address && resource.group !== undefined && { group: resource.group }),
    });
  }
  return [...nodes.values()];
}

/** AWS's own words for the services in Terraform's types. */
const services: Readonly<Record<string, string>> = {
  chatbot: "Amazon Q Developer:",
  cloudwatch: "CloudWatch",
  config: "AWS Config",
  elasticache: "ElastiCache",
  scheduler: "EventBridge Scheduler",
  secretsmanager: "Secrets Manager",
  sfn: "Step Functions",
  sns: "SNS",
  sqs: "SQS",
};

const serviceOf = (type: string): string => type.split("_")[1] ?? "";

/** `aws_sns_topic` is "SNS topic". */
function titleOf(type: string): string {
  const [service = "", ...words] = type.replace(/^aws_/, "").split("_");
  return [services[service] ?? service, ...words].join(" ");
}

const metricNodes = (stack: Stack): Node[] =>
  namespaces(stack).map((namespace) => ({
    id: namespace,
    label: ["CloudWatch metrics", namespace],
    service: "cloudwatch",
  }));

/** Namespaces that the state machines publish to. */
export const namespaces = (stack: Stack): string[] => [
  ...new Set(
    Object.values(stack.resource[machineType] ?? {}).flatMap(({ definition }) =>
      [...String(definition).matchAll(/"Namespace":"(\w+)"/g)].map(([, name = ""]) => name),
    ),
  ),
];

/** What an alarm's description has are commands for people. */
const unread = new Set(["depends_on", "//", "lifecycle", "alarm_description"]);

/** The addresses of resources that a block's expressions refer to, through locals and data sources too. What it waits for is no reference. */
export function referencesOf(stack: Stack, block: unknown, seen = new Set<string>()): string[] {
  const text = JSON.stringify(block, (key, value: unknown) => (unread.has(key) ? undefined : value));
  const found: string[] = [];
  for (const [reference] of text.matchAll(/(?<![\w.-])(?:local\.\w+|data\.\w+\.\w+|aws_\w+\.\w+)/g)) {
    if (seen.has(reference)) continue;
    seen.add(reference);
    const [kind = "", type = "", name = ""] = reference.split(".");
    if (kind === "local") found.push(...referencesOf(stack, { value: stack.locals?.[type] }, seen));
    else if (kind === "data") found.push(...referencesOf(stack, stack.data?.[type]?.[name] ?? {}, seen));
    else if (type in (stack.resource[kind] ?? {})) found.push(reference);
  }
  return found;
}
