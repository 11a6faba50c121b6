import { Lazy } from "cdktf";
import { jsonOf, stacksOf } from "../../scripts/shared/synthesize";

test.each(Object.entries(stacksOf({})))(
  "the JSON of %s that commands read has the backend of its state",
  (_name, stack) => {
    const { backend } = jsonOf(stack).terraform as { readonly backend?: object };
    expect(Object.keys(backend ?? {})).toEqual(["local"]);
  },
);

// They take a quarter of the time of a synth.
test("commands build the stacks without a stack trace for each token", () => {
  stacksOf({});
  expect(Lazy.anyValue({ produce: () => "x" }).creationStack).toEqual([]);
});
