import { call } from "../workflows/call";
import { jsonata } from "../workflows/definition";
import { fragment } from "../workflows/states";
import { chatMessage, message, subject } from "./message";

const publish = (topicArn: string, content: object) =>
  call({ service: "sns", action: "publish", arguments: { TopicArn: topicArn, ...content }, resources: [topicArn] });

/**
 * JSONata: the part of a list that can be compared. One that is full lacks all that sorts after its last entry, so the other may only
 * be looked at up to there.
 */
const comparable = (list: string): string => `(
  $ends := [($count($list) < $counts.violations ? $list[-1]), ($count($lastNotification.list) < $lastNotification.count ? $lastNotification.list[-1])];
  $until := $sort($ends)[0];
  [${list}[$exists($until) ? $ <= $until : true]]
)`;

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
    CompareFindings: {
      Type: "Pass",
      Assign: {
        added: jsonata(
          `($last := ${comparable("$lastNotification.list")}; [${comparable("$list")}[$not($ in $last)].$substringBefore($, ' ')])`,
        ),
        gone: jsonata(
          `($now := [${comparable("$list")}.$substringBefore($, ' ')]; [${comparable("$lastNotification.list")}.$substringBefore($, ' ')[$not($ in $now)]])`,
        ),
        known: jsonata("($last := $lastNotification.list; [$list[$ in $last]])"),
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
          // Beyond what is remembered, only a number tells that the list has changed.
          Condition: jsonata(
            "$count($added) + $count($gone) > 0 or $counts.violations != $lastNotification.count or ($aWeekAgo and $counts.violations > 0)",
          ),
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
      Assign: {
        lastNotification: jsonata(
          "$trial ? $lastNotification : { 'at': $at, 'list': $list, 'count': $counts.violations }",
        ),
      },
      Next: "Finish",
    },
  });
