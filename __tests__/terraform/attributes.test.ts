import { everyStack, type Synthesized } from "../support/stacks";

// The right attribute of the right resource. Both are texts to TypeScript and to Terraform, so that AWS is the first to refuse another one.

interface Reference {
  readonly from: string;
  /** Address of the block without its type. */
  readonly owner: string;
  readonly argument: string;
  readonly type: string;
  readonly name: string;
  readonly attribute: string;
  /** What follows it in the argument. */
  readonly rest: string;
}

/** Arguments that are, or begin with, an attribute of a resource of the stack. */
function referencesOf({ resource, data }: Synthesized): readonly Reference[] {
  const within = (value: unknown, argument: string): readonly (readonly [argument: string, text: string])[] => {
    if (typeof value === "string") return [[argument, value]];
    if (Array.isArray(value)) return value.flatMap((one) => within(one, argument));
    if (typeof value !== "object" || value === null) return [];
    return Object.entries(value).flatMap(([key, inner]) => within(inner, key));
  };
  const blocks = [
    ...Object.entries(resource).map(([type, all]) => ({ type, all })),
    ...Object.entries(data).map(([type, all]) => ({ type: `data.${type}`, all })),
  ];
  return blocks.flatMap(({ type: from, all }) =>
    Object.entries(all).flatMap(([owner, block]) =>
      within(block, "").flatMap(([argument, text]) => {
        const found = /^\$\{((?:data\.)?(?:aws|random)_\w+)\.(\w+)(?:\[0\])?\.(\w+)\}(.*)$/.exec(text);
        if (found === null) return [];
        const [, type = "", name = "", attribute = "", rest = ""] = found;
        return [{ from, owner, argument, type, name, attribute, rest }];
      }),
    ),
  );
}

/**
 * The attributes that an argument takes, by how the provider names arguments. The first one that fits counts.
 *
 * @see https://registry.terraform.io/providers/hashicorp/aws/latest/docs
 */
const attributesOf: readonly (readonly [of: RegExp, attributes: readonly string[], rest?: RegExp])[] = [
  // Step Functions wants all streams of the group.
  [/^aws_sfn_state_machine log_destination$/, ["arn"], /^:\*$/],
  [/^aws_s3_bucket_replication_configuration role$/, ["arn"]],
  [/^aws_iam_role_policy role$/, ["name", "id"]],
  [/^data\.aws_iam_policy_document resources$/, ["arn"], /^(\/.*)?$/],
  [/^aws_cloudtrail starts_with$/, ["arn"], /^\/$/],
  [/ (\w+_)?arns?$/, ["arn"]],
  [/ StateMachineArn$/, ["arn"]],
  [/ (assume_role_)?policy$/, ["json"]],
  [/^aws_cloudtrail s3_bucket_name$/, ["id", "bucket"]],
  [/ bucket$/, ["id", "bucket"]],
  [/ (\w+_name|QueueName|rule)$/, ["name"]],
  [/ \w+_ids?$/, ["id"]],
  [/^terraform_data triggers_replace$/, ["hex"]],
];

/** What belongs to one thing, and has its name: the argument that says which, and the name there by its own. */
const belongings: readonly (readonly [of: RegExp, name: (owner: string) => string])[] = [
  [/^aws_iam_role assume_role_policy$/, (owner) => `${owner}_trust`],
  [/^aws_iam_role_policy policy$/, (owner) => owner],
  // What only a part of the stack needs is a policy of its own.
  [/^aws_iam_role_policy role$/, (owner) => owner.replace(/^(backup_check|restore_test)_vault$/, "$1")],
  [/^aws_sfn_state_machine (role_arn|log_destination)$/, (owner) => owner],
  [/^aws_sns_topic_policy (arn|policy)$/, (owner) => owner],
  [/^aws_s3_bucket_(?!lifecycle|replication|object_lock)\w+ (bucket|policy)$/, (owner) => owner],
  [/^aws_secretsmanager_secret_\w+ (policy|secret_arn|secret_id)$/, (owner) => owner],
  [/^aws_cloudwatch_event_target rule$/, (owner) => owner.replace(/_chat$/, "")],
];

describe.each(Object.entries(everyStack))("%s", (_name, synthesize) => {
  const references = referencesOf(synthesize());

  test("gives every argument the attribute that AWS takes there", () => {
    expect(references.length).toBeGreaterThan(20);
    const wrong = references.filter(({ from, argument, attribute, rest }) => {
      const [, attributes = [], then = /^$/] = attributesOf.find(([of]) => of.test(`${from} ${argument}`)) ?? [];
      return !attributes.includes(attribute) || !then.test(rest);
    });
    expect(wrong).toEqual([]);
  });

  test("gives what belongs to something to the thing of its own name", () => {
    const others = references.filter(({ from, argument, owner, name }) => {
      const [, expected] = belongings.find(([of]) => of.test(`${from} ${argument}`)) ?? [];
      return expected !== undefined && expected(owner) !== name;
    });
    expect(others).toEqual([]);
  });
});

/** Outputs that are an attribute, by how their names end. */
test.each(Object.entries(everyStack))("the outputs of %s are what their names say", (_name, synthesize) => {
  const { output } = synthesize();
  const ends: readonly (readonly [end: RegExp, attribute: RegExp])[] = [
    [/_arns?$/, /^arn$/],
    [/_(bucket|bucket_name)$/, /^(id|bucket)$/],
    [/_id$/, /^id$/],
    [/_port$/, /^port$/],
    [/_reader_endpoint$/, /^reader_endpoint_address$/],
    [/_configuration_endpoint$/, /^configuration_endpoint_address$/],
    [/_endpoint$/, /^primary_endpoint_address$/],
  ];
  const read = Object.entries(output).flatMap(([name, { value }]) =>
    [...JSON.stringify(value).matchAll(/\b(?:aws)_\w+\.\w+(?:\[\*\])?\.(\w+)/g)].map(([, attribute = ""]) => ({
      name,
      attribute,
    })),
  );
  const wrong = read.filter(({ name, attribute }) => {
    const [, expected] = ends.find(([end]) => end.test(name)) ?? [];
    return expected?.test(attribute) === false;
  });
  expect(wrong).toEqual([]);
  expect(read.length).toBeGreaterThan(2);
});
