import { call } from "../workflows/call";
import { jsonata } from "../workflows/definition";
import { fragment } from "../workflows/states";
import { chatMessage, message, subject } from "./message";

const publish = (topicArn: string, content: object) =>
  call({ service: "sns", action: "publish", arguments: { TopicArn: topicArn, ...content }, resources: [topicArn] });

export interface NotifyingProps {
  /** The topic that is notified in plain text. */
  readonly topicArn: string;
  /** The topic that is notified in the schema of Amazon Q Developer in chat applications. */
  readonly chatTopicArn: string;
}

/**
 * States that compare `$violations` with `$lastNotification`, notify people when it is something else or a week ago, and lead to
 * `Finish`.
 */
export const notifying = ({ topicArn, chatTopicArn }: NotifyingProps) =>
  fragment<"Finish">()({
    ListFindings: {
      Type: "Pass",
      Assign: { list: jsonata("[$sort($violations.(id & ' ' & $join(found, ' ')))]") },
      Next: "CompareFindings",
    },
    CompareFindings: {
      Type: "Pass",
      Assign: {
        added: jsonata("[$list[$not($ in $lastNotification.list)].$substringBefore($, ' ')]"),
        gone: jsonata(
          "($now := [$list.$substringBefore($, ' ')]; [$lastNotification.list.$substringBefore($, ' ')[$not($ in $now)]])",
        ),
        known: jsonata("[$list[$ in $lastNotification.list]]"),
        subject: jsonata(subject),
        // A daily check is never late by an hour. A notification in the future never happened.
        aWeekAgo: jsonata("$lastNotification.at > $at or $at - $lastNotification.at >= (7 * 24 - 1) * 3600000"),
      },
      Next: "IsNotificationDue",
    },
    IsNotificationDue: {
      Type: "Choice",
      Choices: [
        {
          Condition: jsonata("$count($added) + $count($gone) > 0 or ($aWeekAgo and $count($violations) > 0)"),
          Next: "WriteMessage",
        },
      ],
      Default: "Finish",
    },
    WriteMessage: { Type: "Pass", Assign: { text: jsonata(message) }, Next: "NotifyPeople" },
    NotifyPeople: {
      ...publish(topicArn, { Subject: jsonata("$subject"), Message: jsonata("$text") }),
      Next: "NotifyChat",
    },
    NotifyChat: {
      ...publish(chatTopicArn, { Message: jsonata(chatMessage) }),
      Assign: { lastNotification: jsonata("$trial ? $lastNotification : { 'at': $at, 'list': $list }") },
      Next: "Finish",
    },
  });
