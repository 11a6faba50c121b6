import { parse } from "@cdktf/hcl2json";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { stacks } from "../support/stacks";

const folder = resolve(__dirname, "../../examples/validator");

/** What the keys of a cache are: their type, and the value of a string or the length of another. */
type Data = Readonly<Record<string, readonly [type: string, value: string | number]>>;

/** A server that answers as Redis does, as far as the validator asks. Keys of `elsewhere` are those of another shard. */
async function serving(data: Data, elsewhere?: { readonly keys: readonly string[]; readonly port: number }) {
  const answerTo = (command = "", key = ""): string => {
    if (elsewhere?.keys.includes(key) === true) return `-MOVED 866 127.0.0.1:${elsewhere.port}`;
    const [type, value] = data[key] ?? ["none", ""];
    if (command === "TYPE") return `+${type}`;
    if (command === "GET") return `$${Buffer.byteLength(String(value))}\r\n${String(value)}`;
    return command === "ZCARD" ? `:${value}` : "-ERR unknown command";
  };
  const server = createServer((socket) => {
    socket.on("data", (words) => {
      // An array of strings, each after a line with its length.
      const [command, key] = words
        .toString()
        .split("\r\n")
        .filter((_line, i) => i > 0 && i % 2 === 0);
      socket.write(`${answerTo(command, key)}\r\n`);
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

/** What the function finds, run as AWS Lambda runs it, without TLS. */
async function problems(port: number, expected: readonly object[]): Promise<readonly string[]> {
  const program =
    "import json, sys; sys.path.insert(0, sys.argv[1]); import validator; print(json.dumps(validator.handler(json.loads(sys.argv[2]), None)))";
  const event = { cache: { endpoint: "127.0.0.1", port, tls: false }, expected };
  const { stdout } = await promisify(execFile)("python3", ["-B", "-c", program, folder, JSON.stringify(event)]);
  const found = JSON.parse(stdout) as { checked: number; problems: string[] };
  expect(found.checked).toBe(expected.length);
  return found.problems;
}

describe("examples/validator", () => {
  const data: Data = { "schema:version": ["string", "7"], "orders:open": ["zset", 120] };

  test.each<[string, object, readonly string[]]>([
    ["a key that is there", { key: "orders:open" }, []],
    ["a value that is right", { key: "schema:version", type: "string", value: "7", min_length: null }, []],
    ["a value that is long enough", { key: "orders:open", type: "zset", min_length: 120 }, []],
    ["a key that is missing", { key: "users" }, ["users is missing"]],
    ["another value", { key: "schema:version", value: "8" }, ["schema:version has another value"]],
    ["another type", { key: "orders:open", type: "list" }, ["orders:open is a zset, not a list"]],
    [
      "a value that is too short",
      { key: "orders:open", min_length: 121 },
      ["orders:open has the length 120, less than 121"],
    ],
  ])("finds %s", async (_what, expected, found) => {
    const cache = await serving(data);
    await expect(problems(cache.port, [expected])).resolves.toEqual(found);
    cache.close();
  });

  test("asks the shard that has the key", async () => {
    const other = await serving({ "schema:version": ["string", "7"] });
    const cache = await serving({}, { keys: ["schema:version"], port: other.port });
    await expect(problems(cache.port, [{ key: "schema:version", value: "7" }])).resolves.toEqual([]);
    cache.close();
    other.close();
  });

  test("lets its client reach every CIDR block of the VPC", async () => {
    const file = join(folder, "main.tf");
    const { resource } = (await parse(file, readFileSync(file, "utf8"))) as {
      resource: { aws_vpc_security_group_egress_rule: Record<string, [object]> };
    };
    expect(resource.aws_vpc_security_group_egress_rule.redis).toEqual([
      expect.objectContaining({
        for_each: expect.stringContaining("in data.aws_vpc.cache.cidr_block_associations :") as string,
        cidr_ipv4: "${each.value}",
      }),
    ]);
  });

  test("has the variables that its README sets, and outputs named after those of the cache", async () => {
    const file = join(folder, "main.tf");
    const blocks = (await parse(file, readFileSync(file, "utf8"))) as Record<string, Record<string, object>>;
    const { variable, output } = blocks;
    const [, values = ""] = /```hcl\n([\s\S]*?)```/.exec(readFileSync(join(folder, "README.md"), "utf8")) ?? [];
    const given = (await parse("values.tfvars", values)) as object;
    expect(Object.keys(variable ?? {})).toEqual(expect.arrayContaining(Object.keys(given)));
    const ofCache = Object.keys(stacks["redis-dev"]?.().variable ?? {});
    expect(ofCache).toEqual(expect.arrayContaining(Object.keys(output ?? {})));
  });
});
