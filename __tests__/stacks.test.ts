import { stacks } from "./support/stacks";

test.each(Object.entries(stacks))("%s is synthesized as before", (_name, synthesize) => {
  expect(synthesize()).toMatchSnapshot();
});
