import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { LISTED, SECTIONS } from "../../src/config/keys/key-table.ts";
import { configSchema } from "../../src/config/schema.ts";
import { configTemplate } from "../../src/config/template.ts";
import { loadConfig } from "../../src/config/load-config.ts";

const ROOT = new URL("../../", import.meta.url);
const DOC = readFileSync(new URL("docs/config.md", ROOT), "utf8");

/** Rows `| key | type | default | meaning |` by section, as the headings of the page say. */
function documented(): Map<string, Map<string, string>> {
  const sections = new Map<string, Map<string, string>>();
  for (const part of DOC.split(/^## /m).slice(1)) {
    const name = /^`\[+([a-z]+)\]+`/.exec(part)?.[1] ?? (part.startsWith("At the top") ? "" : null);
    if (name === null) continue;
    const rows = [...part.matchAll(/^\| `([a-z_]+)` \| (.*) \|$/gm)];
    sections.set(name, new Map(rows.map((row) => [row[1] ?? "", row[2] ?? ""])));
  }
  return sections;
}

test("docs/config.md says of every key what the key table says, and of no other", () => {
  const expected = new Map(
    Object.entries({ ...SECTIONS, ...LISTED }).map(([section, table]) => [
      section,
      new Map(
        Object.entries(table).map(([key, spec]) => {
          const standard = spec.standard === "" ? "" : `\`${spec.standard}\``;
          return [key, `${spec.kind} | ${standard} | ${spec.about.replaceAll("|", String.raw`\|`)}`];
        }),
      ),
    ]),
  );
  assert.deepEqual(documented(), expected);
});

test("docs/config.md names every older flag and variable, and every secret", () => {
  for (const [section, table] of Object.entries({ ...SECTIONS, ...LISTED })) {
    for (const [key, spec] of Object.entries(table)) {
      if (spec.flag !== undefined) assert.ok(DOC.includes(`\`-${spec.flag}\``), spec.flag);
      if (spec.variable !== undefined) assert.ok(DOC.includes(`\`${spec.variable}\``), spec.variable);
      if (spec.secret === true) assert.ok(DOC.includes(`\`${section}.${key}\``), key);
    }
  }
});

test("flowlord.example.toml is what -g toml prints, and loads, also with every key switched on", () => {
  const example = readFileSync(new URL("flowlord.example.toml", ROOT), "utf8");
  assert.equal(example, configTemplate(null));
  const load = (text: string) =>
    loadConfig({ file: "flowlord.toml", readFile: () => text, env: {}, flags: new Map(), cwd: "/home/me" });
  assert.deepEqual(load(example).warnings, []);
  // A worker runs a command or posts to a URL, not both.
  const switchedOn = example.replaceAll(/^#(?! )/gm, "").replace(/^http = .*$/m, "");
  const { options, warnings, settings } = load(switchedOn);
  assert.deepEqual(warnings, []);
  assert.equal(options.workers.length, 1);
  assert.equal(options.channels.length, 1);
  assert.equal(options.watches.length, 1);
  assert.deepEqual(
    Object.keys(SECTIONS[""] ?? {}).filter((key) => !settings.isSet(key)),
    [],
  );
});

test("a template of settings in force keeps them and leaves secrets out", () => {
  const text = '[slack]\nurl = "https://hooks.example.com/T1"\n[[worker]]\ntype = "a"\nhttp = "http://x:1/"\n';
  const load = (toml: string) =>
    loadConfig({ file: "c.toml", readFile: () => toml, env: {}, flags: new Map([["refresh", "2h"]]), cwd: "/" });
  const printed = configTemplate(load(text).settings);
  assert.ok(!printed.includes("T1"));
  const again = loadConfig({ file: "c.toml", readFile: () => printed, env: {}, flags: new Map(), cwd: "/" });
  assert.equal(again.options.refresh, 2 * 3_600_000);
  assert.deepEqual(again.options.workers, load(text).options.workers);
});

test("the schema has every key", () => {
  const { properties } = configSchema() as {
    properties: Record<string, { properties?: object; items?: { properties: object } }>;
  };
  for (const [section, table] of Object.entries({ ...SECTIONS, ...LISTED })) {
    const found =
      section === "" ? properties : (properties[section]?.properties ?? properties[section]?.items?.properties);
    for (const key of Object.keys(table)) assert.ok(found !== undefined && key in found, `${section}.${key}`);
  }
});
