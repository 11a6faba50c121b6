import type { Fields } from "./event-pattern";
import type { Block } from "./stacks";

/** What makes a message of an event, as EventBridge has it. */
export interface Transformer {
  readonly input_paths: Readonly<Record<string, string>>;
  readonly input_template: string;
}

/** How the target of an event's rule makes a message of it; undefined where the event is handed on as it is. */
export const transformerOf = ({ input_transformer }: Block): Transformer | undefined =>
  input_transformer as Transformer | undefined;

/** The text at a path like `$.detail.eventName`; empty where the event has none. */
export function textAt(event: Fields, path: string): string {
  const keys = path.replace(/^\$\./, "").split(".");
  const found = keys.reduce<unknown>((value, key) => (value as Fields | null | undefined)?.[key], event);
  return typeof found === "string" || typeof found === "number" || typeof found === "boolean" ? String(found) : "";
}

/**
 * The message that somebody gets of an event: a field that the event lacks is empty.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
export const messageOf = ({ input_paths: paths, input_template: template }: Transformer, event: Fields): string =>
  template.replaceAll(/<([^<>]+)>/g, (all, field: string) => {
    const path = paths[field];
    return path === undefined ? all : textAt(event, path);
  });
