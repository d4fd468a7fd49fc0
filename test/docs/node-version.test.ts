import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const ROOT = join(import.meta.dirname, "../..");
const read = (name: string): string => readFileSync(join(ROOT, name), "utf8");

test("which Node is needed is one sentence, everywhere the same, and what package.json and the start ask for", () => {
  const { engines, description } = JSON.parse(read("package.json")) as {
    engines: { node: string };
    description: string;
  };
  const needed = engines.node.replace(">=", "");
  const sentence = `The npm package needs Node ${needed} or newer; a clone needs Node 20 or newer for \`npm ci\`, which brings the Node that it runs on.`;
  for (const page of ["README.md", "docs/README.md", "CONTRIBUTING.md"])
    assert.ok(read(page).replaceAll(/\s+/g, " ").includes(sentence), page);
  assert.ok(description.includes(`needs Node ${needed} or newer`), description);
  assert.ok(read("bin/flowlord.js").includes(`const NEEDED = [${needed.replace(".", ", ")}];`));
});
