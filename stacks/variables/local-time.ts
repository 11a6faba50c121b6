import type { Environment } from "../settings";

const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/** `18:00-20:00` for a place nine hours ahead is "18:00-20:00 UTC, 03:00-05:00 in Tokyo". */
export function dailyInLocalTime(window: string, localTime: Environment["localTime"]): string {
  if (localTime === null) return `${window} UTC`;
  const { place, utcOffsetHours } = localTime;
  const local = window
    .split("-")
    .map((time) => atOffset(`mon:${time}`, utcOffsetHours).slice(4))
    .join("-");
  return `${window} UTC, ${local} in ${place}`;
}

/** `sat:20:00-sat:22:00` for a place nine hours ahead is "sat:20:00-sat:22:00 UTC, sun:05:00-sun:07:00 in Tokyo". */
export function weeklyInLocalTime(window: string, localTime: Environment["localTime"]): string {
  if (localTime === null) return `${window} UTC`;
  const { place, utcOffsetHours } = localTime;
  const local = window
    .split("-")
    .map((moment) => atOffset(moment, utcOffsetHours))
    .join("-");
  return `${window} UTC, ${local} in ${place}`;
}

function atOffset(moment: string, offsetHours: number): string {
  const [day = "", hour = "", minute = ""] = moment.split(":");
  const hours = (((days.indexOf(day) * 24 + Number(hour) + offsetHours) % 168) + 168) % 168;
  return `${days[Math.floor(hours / 24)] ?? ""}:${String(hours % 24).padStart(2, "0")}:${minute}`;
}
