import type { Account } from "./account";
import type { Answer, Clock } from "./machine";

/**
 * Two executions at once: a second one runs from its beginning to its end at a call of the first one, before that is answered. Once for
 * each call, and each time in an account of its own. Both go by one clock, so the second one begins when the first one makes the call.
 */
export async function twoAtOnce<Result>(
  accountOf: () => Account,
  execute: (answer: Answer, clock: Clock) => Promise<Result>,
  begins: Readonly<Clock> = { now: Date.now() },
): Promise<readonly { readonly first: Result; readonly second: Result; readonly aws: Account }[]> {
  const alone = accountOf();
  await execute(alone.answer, { ...begins });
  return Promise.all(
    alone.calls.map(async (_call, at) => {
      const aws = accountOf();
      const clock = { ...begins };
      let calls = 0;
      let second: Promise<Result> | undefined;
      const first = await execute(async (action, args) => {
        if (calls++ === at) {
          second = execute(aws.answer, clock);
          await second;
        }
        return aws.answer(action, args);
      }, clock);
      if (second === undefined) throw new Error(`The first execution made no call ${at}.`);
      return { first, second: await second, aws };
    }),
  );
}
