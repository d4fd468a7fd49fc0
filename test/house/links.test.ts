import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { test } from "node:test";

const ROOT = join(import.meta.dirname, "../..");

/** The Markdown files of the repository, as paths below it. */
function pages(): readonly string[] {
  const below = (folder: string): readonly string[] =>
    existsSync(join(ROOT, folder))
      ? readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).map((name) => join(folder, name))
      : [];
  const all = [...readdirSync(ROOT), ...["docs", "examples", "bench"].flatMap(below)];
  return all.filter((name) => name.endsWith(".md"));
}

/** Text outside code: a link in a sample is none. */
function prose(markdown: string): string {
  return markdown.replaceAll(/^```[\s\S]*?^```/gm, "").replaceAll(/`[^`\n]*`/g, "code");
}

/** The anchors that a forge gives the headings of a page. */
function anchors(markdown: string): ReadonlySet<string> {
  const headings = markdown.replaceAll(/^```[\s\S]*?^```/gm, "").matchAll(/^#{1,6} +(.+)$/gm);
  const slugs = [...headings].map(([, text = ""]) =>
    text
      .trim()
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(/\s/g, "-"),
  );
  return new Set(slugs);
}

test("anchors are spelled as a forge spells them", () => {
  assert.deepEqual(
    [...anchors("# A `key` & more\n\n```\n# no heading\n```\n## retry_delay, `by`\n")],
    ["a-key--more", "retry_delay-by"],
  );
});

test("every link between the pages leads somewhere", () => {
  const broken: string[] = [];
  for (const page of pages()) {
    const text = readFileSync(join(ROOT, page), "utf8");
    for (const [, target = ""] of prose(text).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      const [path = "", anchor] = target.split("#");
      const file = path === "" ? join(ROOT, page) : resolve(ROOT, dirname(page), path);
      if (!existsSync(file)) broken.push(`${page}: ${target}`);
      else if (anchor !== undefined && file.endsWith(".md") && !anchors(readFileSync(file, "utf8")).has(anchor)) {
        broken.push(`${page}: ${target} (no such heading)`);
      }
    }
  }
  assert.deepEqual(broken, []);
});

test("every path that CONTRIBUTING.md names is there", () => {
  const text = readFileSync(join(ROOT, "CONTRIBUTING.md"), "utf8").replaceAll(/^```[\s\S]*?^```/gm, "");
  // With a slash and without a placeholder; in "How to add" paths begin at src/.
  const paths = [...text.matchAll(/`([\w.-]+\/[\w./-]*)`/g)].map(([, path = ""]) => path);
  const places = paths.filter((path) => path !== "dist/" && !path.startsWith("migrations/NNNN"));
  assert.ok(places.length > 40);
  assert.deepEqual(
    places.filter((path) => !existsSync(join(ROOT, path)) && !existsSync(join(ROOT, "src", path))),
    [],
  );
});
