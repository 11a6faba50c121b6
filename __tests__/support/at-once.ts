import type { Account } from "./account";
import type { Answer } from "./machine";

/**
 * Two executions at once: a second one runs from its beginning to its end at a call of the first one, before that is answered. Once for
 * each call, and each time in an account of its own.
 */
export async function twoAtOnce<Result>(
  accountOf: () => Account,
  execute: (answer: Answer) => Promise<Result>,
): Promise<readonly { readonly first: Result; readonly second: Result; readonly aws: Account }[]> {
  const alone = accountOf();
  await execute(alone.answer);
  return Promise.all(
    alone.calls.map(async (_call, at) => {
      const aws = accountOf();
      let calls = 0;
      let second: Promise<Result> | undefined;
      const first = await execute(async (action, args) => {
        if (calls++ === at) {
          second = execute(aws.answer);
          await second;
        }
        return aws.answer(action, args);
      });
      if (second === undefined) throw new Error(`The first execution made no call ${at}.`);
      return { first, second: await second, aws };
    }),
  );
}
