import { everyStack } from "../support/stacks";

/**
 * How AWS names the families of parameter groups: after the engine and its major version, and before Redis OSS 7 in two ways of their own.
 *
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.Engine.html
 */
function familyOf(engine: string, version: string): string {
  const [major = ""] = version.split(".");
  if (engine === "redis" && major === "5") return "redis5.0";
  return engine === "redis" && major === "6" ? "redis6.x" : `${engine}${major}`;
}

test.each(Object.entries(everyStack).filter(([, stack]) => "families_by_version" in stack().locals))(
  "%s gives each version the parameter group family of its own major version: AWS refuses another one",
  (_name, synthesize) => {
    const families = synthesize().locals.families_by_version as Readonly<
      Record<string, Readonly<Record<string, string>>>
    >;
    for (const [engine, versions] of Object.entries(families)) {
      const expected = Object.keys(versions).map((version) => [version, familyOf(engine, version)]);
      expect(versions).toEqual(Object.fromEntries(expected));
    }
    expect(Object.keys(families)).toEqual(["redis", "valkey"]);
  },
);
