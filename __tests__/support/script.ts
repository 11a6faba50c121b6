import { command } from "../../scripts/shared/command";

/** Runs a script of package.json that calls `command`, which the file has mocked; fails with what the script refuses. */
export async function runsScript(load: () => unknown, args: readonly string[]): Promise<void> {
  const outside = process.argv;
  process.argv = ["node", "script", ...args];
  let ended: Promise<void> | undefined;
  try {
    jest.isolateModules(() => {
      const shared = jest.requireMock<{ command: typeof command }>("../../scripts/shared/command");
      jest.mocked(shared.command).mockImplementation((run) => {
        ended = Promise.resolve(run());
        return Promise.resolve();
      });
      load();
    });
    await ended;
  } finally {
    process.argv = outside;
  }
}
