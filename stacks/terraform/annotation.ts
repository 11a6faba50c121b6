import type { TerraformElement } from "cdktf";
import type { IConstruct } from "constructs";

const type = "reason";

/**
 * Says why an element is as it is, for those who read its code and for those who read its HCL: `npm run hcl` writes the reason as a
 * comment above the block, or above `argument` in it (a path: `lifecycle.ignore_changes`).
 */
export function annotate<Element extends TerraformElement>(element: Element, reason: string, argument = ""): Element {
  element.node.addMetadata(type, { argument, reason });
  return element;
}

/** The reasons of an element by argument; the empty one is the element's own. */
export function annotationsOf(element: IConstruct): ReadonlyMap<string, string> {
  const given = element.node.metadata.filter((entry) => entry.type === type);
  return new Map(
    given.map(({ data }): [string, string] => {
      const { argument, reason } = data as { argument: string; reason: string };
      return [argument, reason];
    }),
  );
}
