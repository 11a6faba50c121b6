import { argumentOf, evaluatedArguments } from "../support/expressions";
import { everyStack } from "../support/stacks";
import { describeTerraform } from "../support/terraform";

// Who receives emails, as the descriptions of notification_email and additional_notification_emails promise it. That an unconfirmed address
// is reported: __tests__/conditions.test.ts.

const subscriptions = Object.entries(everyStack).flatMap(([name, synthesize]) => {
  const stack = synthesize();
  return Object.keys(stack.resource.aws_sns_topic_subscription ?? {}).map((subscription) => ({
    id: `${name}: ${subscription}`,
    stack,
    address: `aws_sns_topic_subscription.${subscription}`,
  }));
});
const additional = subscriptions.filter(({ address }) => address.endsWith("_additional"));
const first = subscriptions.filter(({ address }) => !address.endsWith("_additional"));

const given = (email: string | null, ...others: readonly string[]) => ({
  "var.notification_email": email,
  "var.additional_notification_emails": others,
});

/** How many subscriptions of notification_email there are, in each stack and for each topic. */
const counts = (values: ReturnType<typeof given>): readonly unknown[] =>
  evaluatedArguments(
    first.map(({ stack, address }) => ({ stack, given: values, argument: argumentOf(stack, address, "count") })),
  );

describeTerraform("emails", () => {
  test("are sent by every topic to both kinds of addresses", () => {
    expect(first.map(({ id }) => `${id}_additional`)).toEqual(additional.map(({ id }) => id));
    expect(first.length).toBeGreaterThanOrEqual(Object.keys(everyStack).length);
  });

  test("reach the first address, also when there are additional ones", () => {
    const ones = first.map(() => 1);
    expect(counts(given("a@example.com"))).toEqual(ones);
    expect(counts(given("a@example.com", "b@example.com"))).toEqual(ones);
    expect(counts(given("a@example.com", "b@example.com", "c@example.com"))).toEqual(ones);
  });

  test("reach only the additional addresses when notification_email is null", () => {
    expect(counts(given(null, "b@example.com"))).toEqual(first.map(() => 0));
  });

  test("reach each of the additional addresses, and no other for none", () => {
    const addresses = (...others: readonly string[]): readonly unknown[] =>
      evaluatedArguments(
        additional.map(({ stack, address }) => ({
          stack,
          given: given("a@example.com", ...others),
          argument: argumentOf(stack, address, "for_each"),
        })),
      );
    expect(addresses()).toEqual(additional.map(() => []));
    expect(addresses("b@example.com", "c@example.com")).toEqual(
      additional.map(() => ["b@example.com", "c@example.com"]),
    );
  });

  test("are emails, to the address itself", () => {
    const arguments_ = evaluatedArguments(
      subscriptions.map(({ stack, address }) => ({
        stack,
        given: { ...given("first"), "each.value": "additional" },
        argument: [argumentOf(stack, address, "protocol"), argumentOf(stack, address, "endpoint")],
      })),
    );
    expect(arguments_).toEqual(
      subscriptions.map((one) => ["email", additional.includes(one) ? "additional" : "first"]),
    );
  });
});
