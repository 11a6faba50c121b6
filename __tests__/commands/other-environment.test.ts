import { ElastiCacheClient } from "@aws-sdk/client-elasticache";
import { program } from "../../scripts/commands";
import { deploy } from "../../scripts/commands/deploy/deploy";
import { recover } from "../../scripts/commands/recover/recover";
import { restore } from "../../scripts/commands/restore/restore";
import * as synthesizing from "../../scripts/shared/synthesize";
import * as shared from "../../scripts/shared/terraform";
import { requireTerraform } from "../../scripts/shared/terraform-binary";
import { terminalOfEachTest } from "../support/terminal";

// A plan of prod with dev's values would move the cache into dev's network. What counts as another environment's:
// __tests__/shared/environment.test.ts.
jest.mock("node:readline/promises");
// No value is in a file here, and what reads HCL goes on loading after the tests have ended.
jest.mock("@cdktf/hcl2json", () => ({}));
jest.mock("../../scripts/shared/terraform-binary", () => ({ requireTerraform: jest.fn() }));
jest.mock("../../scripts/shared/synthesize", () => ({
  hasCache: () => true,
  writeStack: jest.fn((name: string) => ({
    name,
    folder: "folder",
    provider: { aws: [{ region: "ap-northeast-1" }] },
    variable: { environment: { default: "dev" } },
    resource: {},
  })),
}));
jest.mock("../../scripts/shared/terraform", () => ({
  ...jest.requireActual<typeof shared>("../../scripts/shared/terraform"),
  terraformIn: jest.fn(),
  runInTerminal: jest.fn(),
}));

const terminal = terminalOfEachTest();
const given = { stack: "redis-dev", values: ["--var=environment=prod"] };

/** How each command that takes values is run, and what approves it beforehand: that has not read its plan. */
const commands: Readonly<Record<string, [act: (options: object) => Promise<void>, options: readonly object[]]>> = {
  deploy: [(options) => deploy({ ...given, ...options }, "deploy"), [{}, { autoApprove: true }]],
  diff: [(options) => deploy({ ...given, ...options }, "diff"), [{}]],
  destroy: [(options) => deploy({ ...given, ...options }, "destroy"), [{}, { autoApprove: true }]],
  restore: [
    (options) => restore({ ...given, snapshot: "nightly", ...options }),
    [{}, { autoApprove: true }, { inPlace: true }, { inPlace: true, autoApprove: true }],
  ],
  recover: [(options) => recover({ ...given, ...options }), [{}, { yes: true }]],
};

test("every command that takes values of variables is tested here", () => {
  const taking = program().commands.filter(({ options }) => options.some(({ long }) => long === "--var"));
  expect(Object.keys(commands)).toEqual(taking.map((command) => command.name()));
});

describe.each(Object.entries(commands))("%s", (_name, [act, all]) => {
  test.each(all)(
    "with %j, another environment's values are refused before Terraform is run, and AWS or a person asked",
    async (options) => {
      const done: string[] = [];
      const doing = (what: string): never => {
        done.push(what);
        throw new Error(`The command goes on: ${what}.`);
      };
      jest.mocked(shared.terraformIn).mockReturnValue((args) => doing(`terraform ${args.join(" ")}`));
      jest.mocked(shared.runInTerminal).mockImplementation((_folder, args) => doing(`terraform ${args.join(" ")}`));
      jest.spyOn(ElastiCacheClient.prototype, "send").mockImplementation(() => doing("AWS"));
      terminal.answers("yes");
      await expect(act(options)).rejects.toThrow(
        "--var environment has the values of prod, and redis-dev is dev's stack.",
      );
      expect([done, terminal.questions]).toEqual([[], []]);
    },
  );
});

// The others find it out when they first run it, before anything is asked or changed.
test.each(["deploy", "diff", "destroy", "restore"])(
  "%s refuses a missing Terraform before it writes the stack",
  async (name) => {
    const [act, all] = commands[name] ?? [];
    for (const options of all ?? []) {
      jest.mocked(synthesizing.writeStack).mockClear();
      jest.mocked(requireTerraform).mockImplementationOnce(() => {
        throw new Error("There is no Terraform.");
      });
      await expect(act?.(options)).rejects.toThrow("There is no Terraform.");
      expect(synthesizing.writeStack).not.toHaveBeenCalled();
    }
  },
);
