import { createInterface } from "node:readline/promises";

/** What a person at a terminal sees of a command. */
export interface Terminal {
  /** Everything that was printed, and the questions, in their order. */
  readonly text: string;
  /** What a script would read. */
  readonly stdout: string;
  readonly questions: readonly string[];
  /** Answers every question from now on; the file has mocked `node:readline/promises`. */
  answers(answer: string): void;
}

/** Gives each test of a file a terminal of its own. Its exit code is taken back afterwards: that of the tests is Jest's to choose. */
export function terminalOfEachTest(): Terminal {
  let [text, stdout] = ["", ""];
  let questions: string[];
  /** Open interfaces of readline: a process does not end before each is closed. */
  let open = 0;
  const terminals = [process.stdin, process.stdout].map((stream) => [stream, stream.isTTY] as const);

  beforeEach(() => {
    process.exitCode = undefined;
    process.stdin.isTTY = process.stdout.isTTY = true;
    text = stdout = "";
    questions = [];
    open = 0;
    jest.spyOn(console, "log").mockImplementation((line = "") => {
      text += `${String(line)}\n`;
      stdout += `${String(line)}\n`;
    });
    jest.spyOn(console, "error").mockImplementation((line = "") => {
      text += `${String(line)}\n`;
    });
  });

  afterEach(() => {
    jest.restoreAllMocks();
    process.exitCode = undefined;
    for (const [stream, isTTY] of terminals) stream.isTTY = isTTY;
    if (open > 0) throw new Error("The command would not end: it still waits for input after its question.");
  });

  return {
    get text() {
      return text;
    },
    get stdout() {
      return stdout;
    },
    get questions() {
      return questions;
    },
    answers(answer) {
      const question = (asked: string): Promise<string> => {
        text += `${asked}\n`;
        questions.push(asked);
        return Promise.resolve(answer);
      };
      const close = (): void => {
        open -= 1;
      };
      jest.mocked(createInterface).mockImplementation(() => {
        open += 1;
        return { question, close } as never;
      });
    },
  };
}
