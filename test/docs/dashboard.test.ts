import assert from "node:assert/strict";
import { globSync, readFileSync, statSync } from "node:fs";
import { test } from "node:test";
import { KEY_GROUPS } from "../../web/services/key-names.ts";
import { bare, pageText, rowsOf, sectionOf } from "./page.ts";

const PAGE = "dashboard.md";
const source = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

test("docs/dashboard.md has every key of the dashboard, in the words of its help", () => {
  const keys = Object.values(KEY_GROUPS).flatMap((group) => Object.entries(group));
  assert.deepEqual(
    rowsOf(sectionOf(PAGE, "Keys")).map(([key, what]) => [bare(key), what]),
    keys,
  );
});

test("docs/dashboard.md names every page that the server has, and no other", () => {
  const served = /PAGE_PATHS = \[([^\]]+)\]/.exec(source("src/http/pages/pages.ts"))?.[1] ?? "";
  const paths = Array.from(served.matchAll(/"([^"]+)"/g), ([, path = ""]) => path);
  assert.ok(paths.length > 5);
  const named = rowsOf(sectionOf(PAGE, "Pages")).flatMap(([, address = ""]) =>
    Array.from(address.matchAll(/`([^`]+)`/g), ([, path = ""]) => path),
  );
  const known = paths
    .filter((path) => !/^\/(?:system|workflows)\//.test(path))
    .map((path) => path.replace("tasks/:id", "tasks/RECORD").replace(":id", "ID"));
  assert.deepEqual(named.filter((path) => !/^\/(?:system|workflows)\/|\?/.test(path)).toSorted(), known.toSorted());
});

test("docs/dashboard.md has every parameter that an address may have, and no other", () => {
  const files = globSync("web/routes/**/search.ts", { cwd: new URL("../../", import.meta.url) });
  const read = files.flatMap((file) => {
    const text = source(file);
    const filters = /FILTERS = \[([^\]]+)\]/.exec(text)?.[1] ?? "";
    return [
      ...Array.from(text.matchAll(/interface \w*Search\b[^{]*\{([^}]*)\}/g)).flatMap(([, body = ""]) =>
        Array.from(body.matchAll(/readonly (\w+)\?:/g), ([, name = ""]) => name),
      ),
      ...Array.from(filters.matchAll(/"(\w+)"/g), ([, name = ""]) => name),
    ];
  });
  assert.ok(read.length > 20);
  const named = rowsOf(sectionOf(PAGE, "Addresses")).flatMap(([, names = ""]) =>
    Array.from(names.matchAll(/`(\w+)`/g), ([, name = ""]) => name),
  );
  assert.deepEqual(named.toSorted(), read.toSorted());
});

test("README and the index of the docs lead to it", () => {
  for (const path of ["README.md", "docs/README.md"])
    assert.match(source(path), /\]\((?:docs\/)?dashboard\.md\)/, path);
  assert.ok(pageText(PAGE).includes("public_url"));
});

test("the pictures of README exist, are small, and are those that npm run screenshots makes", () => {
  const named = Array.from(source("README.md").matchAll(/\((docs\/images\/(\w+)\.png)\)/g));
  const script = source("scripts/screenshots.ts");
  const made = Array.from(script.matchAll(/"(\w+)-(?:light|dark)-\d+"/g), ([, page = ""]) => page);
  assert.ok(made.length > 0);
  assert.deepEqual(named.map(([, , page = ""]) => page).toSorted(), made.toSorted());
  for (const [, path = ""] of named) {
    const bytes = statSync(new URL(`../../${path}`, import.meta.url)).size;
    assert.ok(bytes > 10_000 && bytes < 300_000, `${path}: ${bytes} bytes`);
  }
});
