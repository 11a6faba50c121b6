import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

/** A token as it can stand in a file: as it is, as JSON in JSON, as HTML-safe JSON, in a URL, and as base64. */
function formsOf(token: string): readonly string[] {
  const json = (text: string): string => JSON.stringify(text).slice(1, -1);
  const forHtml = (text: string): string =>
    text.replaceAll(/[<>&]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const encoded = Buffer.from(token).toString("base64").replace(/=+$/, "");
  return [
    token,
    json(token),
    json(json(token)),
    forHtml(token),
    json(forHtml(token)),
    encodeURIComponent(token),
    encoded,
  ];
}

/** A saved plan is an archive of the state and of the planned values, compressed, so that no search finds them. */
const isArchive = (content: Buffer): boolean => content.subarray(0, 4).equals(Buffer.from("PK\u0003\u0004", "latin1"));

/** The state holds every value, by design of Terraform. */
const isState = (path: string): boolean => /\.tfstate(\.(backup|\d+\.backup))?$/.test(path);

/**
 * The files below a folder that hold one of the tokens, or could, as saved plans; the state aside. Links lead to what is not of this run, such as node_modules
 * and providers, and are not followed.
 */
export function filesWith(tokens: readonly string[], folder: string): readonly string[] {
  const forms = tokens.flatMap(formsOf).map((form) => Buffer.from(form));
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !isState(path) && !path.includes("/.terraform/providers/"))
    .filter((path) => {
      const content = readFileSync(path);
      return isArchive(content) || forms.some((form) => content.includes(form));
    })
    .map((path) => relative(folder, path));
}
