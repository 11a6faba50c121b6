import { until } from "../../scripts/shared/wait";

/** Waits for an answer that comes with the question of this number; answers the pauses, in seconds. */
async function pausesUntil(question: number): Promise<{ readonly answer: Promise<string>; readonly pauses: number[] }> {
  const pauses: number[] = [];
  let asked = 0;
  const answer = until(
    "a cache",
    () => Promise.resolve((asked += 1) === question ? "there" : undefined),
    (milliseconds) => Promise.resolve(pauses.push(milliseconds / 1000)),
  );
  await answer.catch(() => undefined);
  return { answer, pauses };
}

test("what is there is not waited for", async () => {
  const { answer, pauses } = await pausesUntil(1);
  await expect(answer).resolves.toBe("there");
  expect(pauses).toEqual([]);
});

test("pauses grow from one second to fifteen", async () => {
  const { answer, pauses } = await pausesUntil(100);
  await expect(answer).resolves.toBe("there");
  expect(pauses).toHaveLength(99);
  expect(pauses[0]).toBe(1);
  expect(pauses.at(-1)).toBe(15);
  expect(pauses).toEqual(pauses.toSorted((one, other) => one - other));
});

test("nobody waits much longer than needed: a pause is a tenth of the time before it, and a second", async () => {
  const { pauses } = await pausesUntil(30);
  let waited = 0;
  for (const pause of pauses) {
    expect(pause).toBeLessThanOrEqual(1 + waited * 0.11);
    waited += pause;
  }
});

test("what does not come within twelve hours is refused, with its name", async () => {
  const { answer, pauses } = await pausesUntil(Infinity);
  await expect(answer).rejects.toThrow("Waiting for a cache took longer than twelve hours.");
  const hours = pauses.reduce((sum, pause) => sum + pause, 0) / 3600;
  expect(hours).toBeGreaterThanOrEqual(12);
  expect(hours).toBeLessThan(12.01);
});
