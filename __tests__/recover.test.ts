import { resources } from "../scripts/recover/resources";
import { stacks } from "./support/stacks";

test.each(Object.entries(stacks))("npm run recover knows every type of resource in %s", (_name, synthesize) => {
  const unknown = Object.keys(synthesize().resource).filter((type) => !(type in resources));
  // scripts/recover/resources.ts says how each is found in AWS after a deploy died.
  expect(unknown).toEqual([]);
});
