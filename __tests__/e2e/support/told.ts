import { aws } from "./aws";

/** Somebody who is told what a topic says: a queue that is subscribed to it. */
export class Listener {
  private readonly queueUrl: string;

  constructor(topicArn: string, name: string, attributes: Readonly<Record<string, string>> = {}) {
    const { QueueUrl } = aws("sqs", "createQueue", { QueueName: name }) as { QueueUrl: string };
    this.queueUrl = QueueUrl;
    const arn = `arn:aws:sqs:${process.env.AWS_REGION ?? ""}:${topicArn.split(":")[4] ?? ""}:${name}`;
    aws("sns", "subscribe", {
      TopicArn: topicArn,
      Protocol: "sqs",
      Endpoint: arn,
      Attributes: { RawMessageDelivery: "true", ...attributes },
    });
  }

  /** What was said since the last time, in the order it came. */
  public hear(): string[] {
    const heard: string[] = [];
    for (;;) {
      const { Messages = [] } = aws("sqs", "receiveMessage", { QueueUrl: this.queueUrl, MaxNumberOfMessages: 10 }) as {
        Messages?: { Body: string; ReceiptHandle: string }[];
      };
      if (Messages.length === 0) return heard;
      for (const { Body, ReceiptHandle } of Messages) {
        heard.push(Body);
        aws("sqs", "deleteMessage", { QueueUrl: this.queueUrl, ReceiptHandle });
      }
    }
  }

  /** The queue is deleted; its subscription goes with its topic. */
  public remove(): void {
    aws("sqs", "deleteQueue", { QueueUrl: this.queueUrl });
  }

  /** The alarms among it: which, from what state to what state. */
  public hearAlarms(): string[] {
    return this.hear().map((body) => {
      const { AlarmName, OldStateValue, NewStateValue } = JSON.parse(body) as Record<string, string>;
      return `${AlarmName ?? ""}: ${OldStateValue ?? ""} > ${NewStateValue ?? ""}`;
    });
  }
}
