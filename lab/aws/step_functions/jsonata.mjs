// Evaluates JSONata for the lab with the npm package jsonata, in the version that Step Functions runs (2.0.6: developer guide,
// "Transforming data with JSONata in Step Functions"). One JSON document a line on both standard streams:
// {id, expression, bindings} is answered by {id, value} or {id, error}.
import { createHash, randomUUID } from "node:crypto";
import { createInterface } from "node:readline";
import jsonata from "jsonata";

// The functions that Step Functions adds: https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#jsonata-functions-provided-by-sfn
const ADDED = {
  partition: (values, size) => {
    if (!(size >= 1)) throw new Error("$partition needs a chunk size of at least 1");
    const chunks = [];
    for (let at = 0; at < values.length; at += Math.trunc(size)) chunks.push(values.slice(at, at + Math.trunc(size)));
    return chunks;
  },
  range: (first, last, step) => {
    if (![first, last, step].every(Number.isFinite) || step === 0)
      throw new Error("$range needs three numbers, and a step that is not 0");
    const count = Math.floor((last - first) / step) + 1;
    if (count > 1000) throw new Error("$range returns at most 1000 values");
    return Array.from({ length: Math.max(count, 0) }, (_, i) => first + i * step);
  },
  hash: (value, algorithm = "SHA-256") => {
    if (!["MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512"].includes(algorithm))
      throw new Error(`$hash cannot use ${algorithm}`);
    return createHash(algorithm.replace("-", ""))
      .update(typeof value === "string" ? value : JSON.stringify(value))
      .digest("hex");
  },
  random: (seed) =>
    seed === undefined ? Math.random() : createHash("sha256").update(String(seed)).digest().readUInt32BE() / 2 ** 32,
  uuid: () => randomUUID(),
  parse: (text) => JSON.parse(text),
};

// JSON has no infinity.
function finite(_key, value) {
  if (typeof value === "number" && !Number.isFinite(value)) throw new Error("a number is out of range");
  return value;
}

const parsed = new Map();

function expressionOf(text) {
  let expression = parsed.get(text);
  if (expression === undefined) {
    if (/\$eval\s*\(/.test(text)) throw new Error("the function $eval is not supported");
    expression = jsonata(text);
    for (const [name, implementation] of Object.entries(ADDED)) expression.registerFunction(name, implementation);
    parsed.set(text, expression);
  }
  return expression;
}

const failure = (id, error) => JSON.stringify({ id, error });

async function answer({ id, expression, bindings }) {
  try {
    const value = await expressionOf(expression).evaluate(undefined, bindings);
    if (value === undefined) return failure(id, "returned nothing (undefined)");
    if (typeof value === "function" || value?._jsonata_function || value?._jsonata_lambda)
      return failure(id, "returned a value of an unsupported type (function)");
    return JSON.stringify({ id, value }, finite);
  } catch (error) {
    return failure(id, `failed: ${error.code ? `${error.code}: ` : ""}${error.message}`);
  }
}

createInterface({ input: process.stdin }).on("line", (line) => {
  void answer(JSON.parse(line)).then((result) => process.stdout.write(`${result}\n`));
});
