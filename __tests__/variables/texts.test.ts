import { everyStack, type VariableBlock } from "../support/stacks";

// What people read of a variable before they set it, and when it was refused, is what its rules say. That Terraform judges by these
// rules: rules.test.ts, policy.test.ts and vault.test.ts. Examples: examples.test.ts.

interface Described {
  readonly stack: string;
  readonly name: string;
  readonly block: VariableBlock;
}

const variables: readonly Described[] = Object.entries(everyStack).flatMap(([stack, synthesize]) =>
  Object.entries(synthesize().variable).map(([name, block]) => ({ stack, name, block })),
);
const numbers = variables.filter(({ block }) => block.type === "number");
const rulesOf = ({ block }: Described) => block.validation ?? [];
const messagesOf = (one: Described): string =>
  rulesOf(one)
    .map(({ error_message }) => error_message)
    .join("\n");

/** Which of the variables have a text without what it should have. */
const lacking = (
  described: readonly Described[],
  texts: (one: Described) => string,
  expected: (one: Described) => RegExp | undefined,
): readonly unknown[] =>
  described.flatMap((one) => {
    const pattern = expected(one);
    const text = texts(one);
    const { stack, name } = one;
    return pattern === undefined || pattern.test(text) ? [] : [{ stack, name, lacks: pattern, text }];
  });

/** The lowest and the highest number that a rule lets through; what it takes for the lowest may be another variable. */
function boundsOf({ name, block }: Described): readonly [low: string, high: string] | undefined {
  for (const { condition } of block.validation ?? []) {
    const [, low, high] =
      new RegExp(`\\bvar\\.${name} >= ([\\d.]+|var\\.\\w+) && var\\.${name} <= ([\\d.]+)`).exec(condition) ?? [];
    if (low !== undefined && high !== undefined) return [low, high];
  }
  return undefined;
}
/** That of the other variable, where the lowest is one. */
const lowestOf = (one: Described): string => {
  const [low = ""] = boundsOf(one) ?? [];
  const other = variables.find(({ stack, name }) => stack === one.stack && `var.${name}` === low);
  return other === undefined ? low : (boundsOf(other)?.[0] ?? low);
};
const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
const withCommas = (count: string): string => count.replace(/(\d)(\d{3})$/, "$1,?$2");

describe("a variable that is a number", () => {
  const bounded = numbers.filter((one) => boundsOf(one) !== undefined);

  test("has a lowest and a highest value, or a list of values", () => {
    const others = numbers.filter((one) => !bounded.includes(one));
    expect(new Set(others.map(({ name }) => name))).toEqual(new Set(["log_retention_days"]));
    expect(bounded.length).toBeGreaterThan(40);
  });

  test("is described with the bounds that it has", () => {
    const expected = (one: Described): RegExp =>
      new RegExp(`[( ]${escaped(lowestOf(one))}-${escaped(boundsOf(one)?.[1] ?? "")}[ )]`);
    expect(lacking(bounded, ({ block }) => block.description, expected)).toEqual([]);
  });

  test("is refused with the bounds that it has", () => {
    const expected = (one: Described): RegExp => {
      const [low = "", high = ""] = boundsOf(one) ?? [];
      return new RegExp(`\\bfrom ${escaped(low.replace("var.", ""))}\\b[^.]*(\\(.*\\))? to ${escaped(high)}\\b`);
    };
    expect(lacking(bounded, messagesOf, expected)).toEqual([]);
  });

  test("is refused with its default as the example", () => {
    const examples = numbers.flatMap((one) =>
      [...messagesOf(one).matchAll(/\be\.g\. ([\d.]*\d)/g)].map(([, example]) => [
        one.name,
        Number(example),
        one.block,
      ]),
    );
    expect(examples.map(([name, example]) => [name, example])).toEqual(
      examples.map(([name, , block]) => [name, (block as VariableBlock).default]),
    );
    expect(examples.length).toBeGreaterThan(20);
  });

  const units: Readonly<Record<string, RegExp>> = {
    days: /\bdays\b/,
    hours: /\bhours\b/,
    minutes: /\bminutes\b/,
    seconds: /\bseconds\b/,
    mib: /\bMiB\b/,
    percent: /\bpercent(age)?\b/i,
  };
  test.each(Object.keys(units))("of %s is described, and refused, in that unit", (unit) => {
    const ofUnit = numbers.filter(({ name }) => name.endsWith(`_${unit}`));
    const others = new RegExp(
      Object.keys(units)
        .filter((other) => other !== unit)
        .map((other) => `\\(\\d+-\\d+ ${other}\\)|\\bin ${other} \\(`)
        .join("|"),
    );
    expect(
      lacking(
        ofUnit,
        ({ block }) => block.description,
        () => units[unit],
      ),
    ).toEqual([]);
    expect(ofUnit.filter(({ block }) => others.test(block.description)).map(({ name }) => name)).toEqual([]);
    expect(ofUnit.length).toBeGreaterThan(0);
  });

  test("of days that logs are retained has the periods of its rule in the message", () => {
    for (const { block } of numbers.filter(({ name }) => name === "log_retention_days")) {
      const [never, offered] = block.validation ?? [];
      const periods = (/contains\(\[([\d, ]+)\]/.exec(offered?.condition ?? "")?.[1] ?? "").split(", ").map(Number);
      const [, shown = ""] = /Choose one of ([\d, or]+)\./.exec(offered?.error_message ?? "") ?? [];
      expect(shown.split(/, | or /).map(Number)).toEqual(periods);
      expect(never?.error_message).toContain(`at most ${Math.max(...periods).toString()} days`);
      const [, ...examples] = /e\.g\. (\d+), (\d+) or (\d+)\.$/.exec(block.description) ?? [];
      expect(examples).toHaveLength(3);
      expect(periods).toEqual(expect.arrayContaining(examples.map(Number)));
    }
  });
});

describe("a variable", () => {
  /** The most elements, or characters, that each rule lets through, but for those that the rules before it do. */
  const limits = variables.flatMap((one) => {
    const seen = new Set<string>();
    return rulesOf(one).flatMap(({ condition, error_message }) => {
      const all = [...condition.matchAll(/\blength\((?:jsonencode\()?var\.\w+\)+ <= (\d+)/g)].map(
        ([, most = ""]) => most,
      );
      const own = all.filter((most) => !seen.has(most));
      for (const most of own) seen.add(most);
      return own.map((most) => ({ ...one, most, message: error_message }));
    });
  });
  // With so many characters, a schedule or an address has another form than the message asks for.
  const withCount = limits.filter(({ name }) => !/_schedule$|^notification_email$/.test(name));

  test("that holds too much is refused with how much it may hold", () => {
    const without = withCount.filter(({ most, message }) => !new RegExp(`\\b${withCommas(most)}\\b`).test(message));
    expect(without.map(({ stack, name, most, message }) => ({ stack, name, most, message }))).toEqual([]);
    expect(new Set(withCount.map(({ name }) => name)).size).toBeGreaterThan(8);
  });

  test("that says how much it may hold at most says what its rules say", () => {
    const stated = variables.flatMap(({ stack, name, block }) => {
      const [, most] = /\bat most (\d+)\b/i.exec(block.description) ?? [];
      return most === undefined ? [] : [{ stack, name, most }];
    });
    expect(new Set(stated.map(({ name }) => name)).size).toBeGreaterThan(4);
    const wrong = stated.filter(
      ({ stack, name, most }) => !limits.some((one) => one.stack === stack && one.name === name && one.most === most),
    );
    expect(wrong).toEqual([]);
  });

  test("that is one of several texts is refused with all of them", () => {
    const choices = variables.flatMap((one) =>
      rulesOf(one).flatMap(({ condition, error_message }) => {
        const [, list] =
          new RegExp(`^\\$\\{contains\\((\\[[^\\]]*\\]), var\\.${one.name}\\)\\}$`).exec(condition) ?? [];
        if (list === undefined) return [];
        const texts = JSON.parse(list) as readonly unknown[];
        return [
          { name: one.name, message: error_message, lacks: texts.filter((text) => !hasWord(error_message, text)) },
        ];
      }),
    );
    expect(choices.filter(({ lacks }) => lacks.length > 0)).toEqual([]);
    expect(new Set(choices.map(({ name }) => name))).toEqual(
      new Set(["engine", "maxmemory_policy", "vault_lock_mode"]),
    );
  });

  const hasWord = (message: string, text: unknown): boolean => message.split(/[\s,."]+/).includes(String(text));

  test("that is a window says how long it may be", () => {
    for (const { name, block } of variables.filter(({ name }) => name.endsWith("_window"))) {
      const conditions = (block.validation ?? []).map(({ condition }) => condition).join(" ");
      const [, least = ""] = /% \d+\) >= (\d+)\b|% \d+ >= (\d+)\b/.exec(conditions)?.filter(Boolean) ?? [];
      expect([name, block.description]).toEqual([
        name,
        expect.stringMatching(name === "backup_window" ? `at least ${least} minutes` : `${least} minutes to 24 hours`),
      ]);
      expect(messagesOf({ stack: "", name, block })).toContain(`requires at least ${least}.`);
    }
  });
});
