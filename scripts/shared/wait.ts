import { setTimeout } from "node:timers/promises";
import { Refusal } from "./aws-sdk";

/** A wait between two questions, in milliseconds. */
export type Sleep = (milliseconds: number) => Promise<unknown>;

/** The longest wait, in seconds: a large cache takes hours to restore and to back up. */
const longestWait = 12 * 60 * 60;

/**
 * Asks until there is an answer. Pauses grow with the time waited, up to 15 seconds.
 *
 * @param what is waited for, for the message
 * @throws Refusal after twelve hours
 */
export async function until<Answer>(
  what: string,
  ask: () => Promise<Answer | undefined>,
  sleep: Sleep = setTimeout,
): Promise<Answer> {
  for (let waited = 0; waited < longestWait;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    const pause = Math.min(15, 1 + waited / 10);
    await sleep(pause * 1000);
    waited += pause;
  }
  throw new Refusal(`Waiting for ${what} took longer than twelve hours. Look at it, and run the command again.`);
}
