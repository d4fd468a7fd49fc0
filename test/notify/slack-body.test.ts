import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { slackBody } from "../../src/notify/slack.ts";

interface Posted {
  readonly attachments: readonly [{ readonly text: string }];
}

interface Recorded {
  readonly name: string;
  readonly in: { readonly slack?: { readonly channel?: string; readonly prefix?: string; readonly title?: string } };
  readonly out: { readonly hook_received?: readonly Posted[] };
}

const VECTORS = new URL("../vectors/alerts.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(VECTORS, "utf8")) as { cases: readonly Recorded[] };

for (const { name, in: given, out } of cases) {
  for (const posted of out.hook_received ?? []) {
    test(`the body is the older program's: ${name}`, () => {
      const { channel = "", prefix = "", title = "" } = given.slack ?? {};
      const [{ text }] = posted.attachments;
      const bare = text.slice(prefix === "" ? 0 : `[${prefix}] `.length);
      assert.deepEqual(JSON.parse(JSON.stringify(slackBody({ channel, prefix, title }, bare))), posted);
    });
  }
}

const PLAIN = { channel: "", prefix: "", title: "" };

test("what is not set is left out, and the colour can be another", () => {
  const body = { attachments: [{ text: "a\n", color: "#00FF00", pretext: "task-tools", author_name: "" }] };
  assert.deepEqual(slackBody(PLAIN, "a\n", "#00FF00"), body);
  assert.ok(!("text" in slackBody(PLAIN, "").attachments[0]));
});

test("a text that is too long keeps whole lines and says how many are left out", () => {
  const lines = Array.from({ length: 5000 }, (_, index) => `load:eu${index}:`.padEnd(35));
  const { text = "" } = slackBody(PLAIN, `${lines.join("\n")}\n`).attachments[0];
  assert.ok(text.length <= 40_000);
  const lineCount = text.split("\n").filter((line) => line.startsWith("load:"));
  assert.deepEqual(lineCount, lines.slice(0, lineCount.length));
  assert.ok(text.endsWith(`\n… and ${5000 - lineCount.length} more lines\n`), text.slice(-60));
});

test("one line that is too long is cut, never through a character", () => {
  const { text = "" } = slackBody(PLAIN, `x${"😀".repeat(30_000)}`).attachments[0];
  assert.ok(text.length <= 40_000);
  assert.ok(text.isWellFormed());
  assert.ok(text.endsWith("\n… and more\n"));
});
