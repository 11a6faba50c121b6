import { jsonOf, stacksOf } from "../../scripts/shared/synthesize";

test.each(Object.entries(stacksOf({})))(
  "the JSON of %s that commands read has the backend of its state",
  (_name, stack) => {
    const { backend } = jsonOf(stack).terraform as { readonly backend?: object };
    expect(Object.keys(backend ?? {})).toEqual(["local"]);
  },
);
