/** A Terraform expression: one part of the time `time`, as a number. */
const part = (time: string, format: string): string => `tonumber(formatdate("${format}", ${time}))`;

/**
 * Terraform: the seconds since 1970 of a time in UTC, in RFC 3339, e.g. `2026-01-31T18:00:00Z`. Terraform has no function for it.
 * `time` and the result are expressions without `${}`.
 *
 * The days are counted from a March, so that a leap day is the last of its year.
 */
export function unixSeconds(time: string): string {
  const month = part(time, "M");
  const year = `(${part(time, "YYYY")} - (${month} <= 2 ? 1 : 0))`;
  const monthsSinceMarch = `((${month} + 9) % 12)`;
  const days = [
    `365 * ${year} + floor(${year} / 4) - floor(${year} / 100) + floor(${year} / 400)`,
    `floor((153 * ${monthsSinceMarch} + 2) / 5) + ${part(time, "D")} - 719469`,
  ].join(" + ");
  return `(${days}) * 86400 + ${part(time, "h")} * 3600 + ${part(time, "m")} * 60 + ${part(time, "s")}`;
}
