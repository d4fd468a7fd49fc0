import assert from "node:assert/strict";
import { test } from "node:test";
import { pagesIn, pageText } from "./page.ts";

for (const folder of ["", "decisions/"]) {
  test(`docs/${folder}README.md names every page beside it, each once`, () => {
    const others = pagesIn(folder).filter((name) => name !== "README.md");
    const links = [...pageText(`${folder}README.md`).matchAll(/\]\(([^)/#]+\.md)\)/g)].map(([, name = ""]) => name);
    assert.deepEqual(links.toSorted(), [...others]);
  });
}

test("a decision says its context, choice and consequence, and the index its title, in order", () => {
  const records = pagesIn("decisions").filter((name) => name !== "README.md");
  const titles = records.map((name, index) => {
    const text = pageText(`decisions/${name}`);
    const number = index + 1;
    assert.ok(name.startsWith(`${String(number).padStart(4, "0")}-`), name);
    const bold = [...text.matchAll(/^\*\*(\w+)\.\*\*/gm)].map(([, word = ""]) => word);
    assert.deepEqual(bold, ["Context", "Choice", "Consequence"], name);
    const [, title = ""] = new RegExp(`^# ${number}\\. (.+)\n`).exec(text) ?? assert.fail(`${name} has no title`);
    return `${number}. [${title}](${name})`;
  });
  const listed = pageText("decisions/README.md").match(/^\d+\. .+$/gm);
  assert.deepEqual(listed, titles);
});
