import { runAsWorker } from "synckit";
import { explain } from "../../../scripts/shared/aws-sdk";

/** The thread that asks AWS while a test waits. Each package is loaded when its service is first asked. */
const services = {
  cloudwatch: async () => (await import("@aws-sdk/client-cloudwatch")).CloudWatch,
  ec2: async () => (await import("@aws-sdk/client-ec2")).EC2,
  elasticache: async () => (await import("@aws-sdk/client-elasticache")).ElastiCache,
  iam: async () => (await import("@aws-sdk/client-iam")).IAM,
  logs: async () => (await import("@aws-sdk/client-cloudwatch-logs")).CloudWatchLogs,
  scheduler: async () => (await import("@aws-sdk/client-scheduler")).Scheduler,
  secretsmanager: async () => (await import("@aws-sdk/client-secrets-manager")).SecretsManager,
  sns: async () => (await import("@aws-sdk/client-sns")).SNS,
  sqs: async () => (await import("@aws-sdk/client-sqs")).SQS,
  stepfunctions: async () => (await import("@aws-sdk/client-sfn")).SFN,
};

/** The clients by service, in the words of the aws CLI. */
export type Clients = { [S in keyof typeof services]: InstanceType<Awaited<ReturnType<(typeof services)[S]>>> };

type Client = Readonly<Record<string, (input: object) => Promise<object> | AsyncIterable<object>>>;
const clients = new Map<string, Client>();

async function clientOf(service: keyof Clients, region?: string): Promise<Client> {
  const key = `${service} ${region ?? ""}`;
  const client = clients.get(key) ?? (new (await services[service]())({ region }) as unknown as Client);
  clients.set(key, client);
  return client;
}

/** What AWS answers; of an action that answers in pages all of them as one, as the aws CLI does it. */
async function answer(client: Client, action: string, input: object): Promise<Record<string, unknown>> {
  const method = client[`paginate${action.charAt(0).toUpperCase()}${action.slice(1)}`] ?? client[action];
  if (method === undefined) throw new Error("There is no such action.");
  const pages = method.call(client, input);
  const all: Record<string, unknown> = {};
  for await (const page of Symbol.asyncIterator in pages ? pages : [pages])
    for (const [key, value] of Object.entries(page) as [string, unknown][]) {
      const before = all[key];
      all[key] =
        Array.isArray(before) && Array.isArray(value) ? [...(before as unknown[]), ...(value as unknown[])] : value;
    }
  return all;
}

/** Answers JSON, of what AWS answered or of what it refused in a sentence. */
async function ask(service: keyof Clients, action: string, input: object, region?: string): Promise<string> {
  try {
    return JSON.stringify({ answer: await answer(await clientOf(service, region), action, input) });
  } catch (error) {
    return JSON.stringify({ refusal: explain(error) });
  }
}

export type Ask = typeof ask;
runAsWorker(ask);
