import { judge, type Values } from "../support/judge";
import { everyStack, type Synthesized } from "../support/stacks";
import { describeTerraform } from "../support/terraform";

// Each quoted example in a variable's description or error message is a value that the variable accepts.

interface Example {
  readonly name: string;
  readonly text: string;
  readonly value: unknown;
}

const introduced = /(?:\be\.g\.|\bsuch as|\blike|\bas|\bor|\bExample:) ("[^"\\$]+"|\["[^\]$]+"\])/g;

/** The examples of every variable, as its type takes them. */
function examplesOf({ variable }: Synthesized): readonly Example[] {
  return Object.entries(variable).flatMap(([name, { type, description, validation = [] }]) => {
    const isList = /^(set|list)\(/.test(type);
    const texts = [description, ...validation.map(({ error_message }) => error_message)];
    const examples = texts.flatMap((text) => [...text.matchAll(introduced)].map(([, example = ""]) => example));
    return [...new Set(examples)]
      .map((text) => ({ name, text, value: JSON.parse(text) as unknown }))
      .map((one) => ({ ...one, value: isList && !Array.isArray(one.value) ? [one.value] : one.value }));
  });
}

/** Values of other variables that an example needs. */
const beside: Readonly<Record<string, Values>> = {
  additional_notification_emails: { notification_email: null },
  engine: { redis_version: "8.0" },
  restore_test_validator_security_group_id: {
    restore_test_validator_arn: "arn:aws:states:ap-northeast-1:123456789012:stateMachine:validate-orders",
  },
  secret_reader_arns: { deploy_role_arns: ["arn:aws:iam::123456789012:role/deploy"] },
  slack_channel_id: { slack_team_id: "T0123456789" },
  slack_team_id: { slack_channel_id: "C0123456789" },
  slack_topic_arns: { slack_team_id: "T0123456789", slack_channel_id: "C0123456789" },
  vault_lock_mode: { compliance_locks_cannot_be_removed_by_anyone_before_they_expire: true },
};

/** Examples that an earlier stack has for the same variable are judged there. */
const seen = new Set<string>();
const stacks = Object.entries(everyStack).map(([name, synthesize]) => {
  const isNew = ({ name, text }: Example): boolean => {
    const key = JSON.stringify([name, text, synthesize().variable[name]]);
    return !seen.has(key) && seen.add(key).has(key);
  };
  return [name, synthesize(), examplesOf(synthesize()).filter(isNew)] as const;
});

describeTerraform.each(stacks)("%s", (_name, stack, examples) => {
  test("accepts every example that it gives for one of its variables", () => {
    const messages = judge(
      stack,
      examples.map(({ name, value }) => ({ ...beside[name], [name]: value })),
    );
    const refused = examples.flatMap(({ name, text }, i) =>
      (messages[i] ?? []).map((message) => ({ name, example: text, refused: message })),
    );
    expect(refused).toEqual([]);
    expect(examples.length).toBeGreaterThan(0);
  });
});

test("most variables that have a form have an example of it", () => {
  expect(new Set(stacks.flatMap(([, , examples]) => examples.map(({ name }) => name))).size).toBeGreaterThan(30);
});
