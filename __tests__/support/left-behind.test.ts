import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { filesWith } from "../e2e/support/left-behind";

const token = 'a<b>&c"d$e';
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "left-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const write = (name: string, text: string): void => {
  mkdirSync(join(folder, name, ".."), { recursive: true });
  writeFileSync(join(folder, name), text);
};

test.each([
  ["as it is", token],
  ["in JSON", JSON.stringify({ token })],
  ["in JSON within JSON", JSON.stringify(JSON.stringify({ token }))],
  ["as Go writes JSON", 'a\\u003cb\\u003e\\u0026c"d$e'],
  ["in a URL", encodeURIComponent(token)],
  ["as base64", Buffer.from(token).toString("base64")],
])("a token %s is found", (_how, text) => {
  write("cdktf.out/stacks/x/plan", `before ${text} after`);
  expect(filesWith(["other", token], folder)).toEqual(["cdktf.out/stacks/x/plan"]);
});

test("a saved plan is found, whatever is in it", () => {
  write("cdktf.out/stacks/x/plan", "PK\u0003\u0004…");
  expect(filesWith([token], folder)).toEqual(["cdktf.out/stacks/x/plan"]);
});

test("the state, providers and what links lead to are left out", () => {
  write("terraform.x.tfstate", token);
  write("terraform.x.tfstate.backup", token);
  write("cdktf.out/stacks/x/.terraform/providers/aws", token);
  write("outside", "nothing");
  symlinkSync("/etc", join(folder, "link"));
  expect(filesWith([token], folder)).toEqual([]);
});
