import { awsSdk, jsonata, retryTransient } from "../workflows/definition";
import { chatMessage, message, subject } from "./message";

const publish = (topicArn: string, message: object) => ({
  Type: "Task",
  Resource: awsSdk("sns", "publish"),
  Arguments: { TopicArn: topicArn, ...message },
  Retry: [retryTransient("Sns")],
});

export interface TellingProps {
  /** Whom it tells in plain text. */
  readonly topicArn: string;
  /** Whom it tells in the schema of Amazon Q Developer in chat applications. */
  readonly chatTopicArn: string;
}

/** States that compare `$wrong` with what was `$told` last, and tell people when it is something else or a week ago. */
export const telling = ({ topicArn, chatTopicArn }: TellingProps) => ({
  ListThem: {
    Type: "Pass",
    Assign: { list: jsonata("[$sort($wrong.(id & ' ' & $join(found, ' ')))]") },
    Next: "Compare",
  },
  Compare: {
    Type: "Pass",
    Assign: {
      added: jsonata("[$list[$not($ in $told.list)].$substringBefore($, ' ')]"),
      gone: jsonata(
        "($now := [$list.$substringBefore($, ' ')]; [$told.list.$substringBefore($, ' ')[$not($ in $now)]])",
      ),
      known: jsonata("[$list[$ in $told.list]]"),
      subject: jsonata(subject),
      // A daily check is never late by an hour. What was told in the future was told by nobody.
      aWeekAgo: jsonata("$told.at > $at or $at - $told.at >= (7 * 24 - 1) * 3600000"),
    },
    Next: "IsThereNews",
  },
  IsThereNews: {
    Type: "Choice",
    Choices: [
      {
        Condition: jsonata("$count($added) + $count($gone) > 0 or ($aWeekAgo and $count($wrong) > 0)"),
        Next: "Word",
      },
    ],
    Default: "Done",
  },
  Word: { Type: "Pass", Assign: { text: jsonata(message) }, Next: "TellPeople" },
  TellPeople: {
    ...publish(topicArn, { Subject: jsonata("$subject"), Message: jsonata("$text") }),
    Next: "TellChat",
  },
  TellChat: {
    ...publish(chatTopicArn, { Message: jsonata(chatMessage) }),
    Assign: { told: jsonata("$trial ? $told : { 'at': $at, 'list': $list }") },
    Next: "Done",
  },
});
