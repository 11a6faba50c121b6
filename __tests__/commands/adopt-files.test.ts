import { runInNewContext } from "node:vm";
import { entryFile, tfvarsFile } from "../../scripts/commands/adopt/files";
import { environments, type Environment } from "../../stacks/environments";

// What the files hold is what was found, whatever it is called. Where they are written: adopt.test.ts and adopt-run.test.ts.

const entryOf = (text: string): unknown =>
  JSON.parse(
    runInNewContext(
      `JSON.stringify((${/export const entry = (\{[^]*\}) as const satisfies/.exec(text)?.[1] ?? ""}))`,
    ) as string,
  );

test.each(["Team", "cost-center", "1st", "a.b", "a:b", "a b", 'a"b', 'a"b":', "é", "a\nb", "class"])(
  "an entry with a tag named %j can be read, and has that tag",
  (key) => {
    const adopted = { tags: { [key]: key }, description: `"${key}": ${key}` };
    const environment = { ...environments.prod, adopted } as unknown as Environment;
    expect(entryOf(entryFile(environment))).toEqual(environment);
    expect(entryFile(environment)).toMatch(/^ {2}name: "prod",$/m);
  },
);

test("a values file has a line for each value, and one for the address that a person sets", () => {
  const values = { vpc_id: "vpc-1", private_subnet_ids: ["a", "b"], num_cache_nodes: 2, kms_key_id: null };
  expect(tfvarsFile(values)).toBe(
    'vpc_id = "vpc-1"\nprivate_subnet_ids = ["a","b"]\nnum_cache_nodes = 2\nkms_key_id = null\nnotification_email = "" # receives the alarms\n',
  );
});
