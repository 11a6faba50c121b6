import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { anchors, links } from "../support/markdown";

const root = resolve(__dirname, "../..");
const pages = [
  ...readdirSync(root),
  ...(readdirSync(join(root, "docs"), { recursive: true }) as string[]).map((file) => join("docs", file)),
].filter((file) => file.endsWith(".md"));

test.each(pages)("every link of %s within the project leads somewhere", (page) => {
  const broken = links(readFileSync(join(root, page), "utf8")).filter((link) => {
    if (/^https?:/.test(link)) return false;
    const [file = "", anchor] = link.split("#");
    const target = file === "" ? join(root, page) : join(root, dirname(page), file);
    return (
      !existsSync(target) ||
      (anchor !== undefined && !anchors(readFileSync(target, "utf8")).includes(decodeURI(anchor)))
    );
  });
  expect(broken).toEqual([]);
});
