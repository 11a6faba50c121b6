import type { TerraformElement } from "cdktf";
import type { IConstruct } from "constructs";

const type = "reason";
const findingType = "accepted-finding";

/**
 * Attaches a comment that explains an element. `npm run hcl` writes it above the block, or above `argument` in the block (a path:
 * `lifecycle.ignore_changes`).
 */
export function annotate<Element extends TerraformElement>(element: Element, reason: string, argument = ""): Element {
  element.node.addMetadata(type, { argument, reason });
  return element;
}

/** Checks of checkov whose findings some element accepts. https://www.checkov.io/5.Policy%20Index/terraform.html */
export type Check =
  | "CKV_AWS_26"
  | "CKV_AWS_149"
  | "CKV_AWS_158"
  | "CKV_AWS_284"
  | "CKV_AWS_285"
  | "CKV_AWS_297"
  | "CKV_AWS_338"
  | "CKV2_AWS_5"
  | "CKV2_AWS_57";

/**
 * Says why a finding of checkov on an element is accepted. `npm run hcl` writes it into the block, where checkov reads it;
 * .github/checkov-json.yaml has the same for the JSON, which cannot hold comments.
 *
 * @param reason one sentence, in one line
 */
export function accept<Element extends TerraformElement>(element: Element, check: Check, reason: string): Element {
  element.node.addMetadata(findingType, { check, reason });
  return element;
}

/** The reasons of `accept`, by check. */
export function acceptedFindings(element: IConstruct): ReadonlyMap<Check, string> {
  const given = element.node.metadata.filter((entry) => entry.type === findingType);
  return new Map(
    given.map(({ data }): [Check, string] => {
      const { check, reason } = data as { check: Check; reason: string };
      return [check, reason];
    }),
  );
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
