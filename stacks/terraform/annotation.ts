import type { TerraformElement } from "cdktf";
import type { IConstruct } from "constructs";

const type = "reason";

/**
 * Attaches a comment that explains an element. `npm run hcl` writes it above the block, or above `argument` in the block (a path:
 * `lifecycle.ignore_changes`).
 */
export function annotate<Element extends TerraformElement>(element: Element, reason: string, argument = ""): Element {
  element.node.addMetadata(type, { argument, reason });
  return element;
}

/** The comments of an element by argument; the comment of the element itself has an empty one. */
export function annotationsOf(element: IConstruct): ReadonlyMap<string, string> {
  const given = element.node.metadata.filter((entry) => entry.type === type);
  return new Map(
    given.map(({ data }): [string, string] => {
      const { argument, reason } = data as { argument: string; reason: string };
      return [argument, reason];
    }),
  );
}
