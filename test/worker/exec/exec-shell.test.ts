import assert from "node:assert/strict";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { shellScript } from "../../../src/worker/exec/shell-script.ts";
import { scratchFolder, startExec } from "./exec-fixture.ts";
import { fc } from "../../support/seed.ts";

const attacks = [
  "; touch owned",
  "$(touch owned)",
  "`touch owned`",
  "' ; touch owned ; '",
  '" ; touch owned ; "',
  "\n touch owned\n",
  "|| touch owned",
  "$HOME",
  "a  b *",
  "{info}",
  "\\",
];
const places = [
  "printf '<%s>' {meta:x}",
  `printf '<%s>' "{meta:x}"`,
  `printf '<%s>' '{meta:x}'`,
  `printf '<%s>' "$(printf '%s.' {meta:x})"`,
  `printf '<%s>' pre{meta:x}"post"`,
  `# don't mind\nprintf '<%s>' {meta:x}`,
  `true \\' && printf '<%s>' {meta:x}`,
];

test("a value is one word of text in a shell script, wherever its token is", async (t) => {
  const cwd = await scratchFolder(t);
  // Hexadecimal, as a message holds no control characters.
  const script = `( ${places.map((place) => `${place}\necho`).join("\n")}\n) | od -v -An -tx1 | tr -d ' \\n'`;
  const exec = await startExec(t, { command: [script], shell: true, cwd, logDir: join(cwd, "log") });
  for (const attack of attacks) {
    const { result, msg } = await exec.run({ meta: `x=${encodeURIComponent(attack)}` });
    const words = places.map((place) => {
      if (place.includes("pre{")) return `<pre${attack}post>\n`;
      return place.includes("'%s.'") ? `<${attack}.>\n` : `<${attack}>\n`;
    });
    assert.equal(result, "complete");
    assert.equal(Buffer.from(msg ?? "", "hex").toString("utf8"), words.join(""), attack);
  }
  await assert.rejects(access(join(cwd, "owned")));
});

test("without a shell a value is one argument, and never the name of the command", async (t) => {
  const cwd = await scratchFolder(t);
  const exec = await startExec(t, { command: ["printf", "%s", "-{meta:x}-"], cwd });
  for (const attack of attacks.filter((each) => !each.includes("\n"))) {
    assert.equal((await exec.run({ meta: `x=${encodeURIComponent(attack)}` })).msg, `-${attack}-`);
  }
  await assert.rejects(access(join(cwd, "owned")));
  const named = await startExec(t, { command: ["{meta:x}"] });
  assert.match((await named.run({ meta: "x=true" })).msg ?? "", /\{meta:x\} was not found/);
});

test("the shell's own variables and escaped tokens stay, and arguments are its parameters", async (t) => {
  const exec = await startExec(t, { command: [`id=own; echo "\${id} \\{id} {id} $1"`, "{type}!"], shell: true });
  assert.equal((await exec.run()).msg, "own \\{id} 0190 clean!");
});

test("a script without tokens stays unchanged", () => {
  const piece = fc.constantFrom("'", '"', "`", "$(", ")", "\\", "#", "\n", " ", "word", "{x}", "${info}");
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      assert.deepEqual(shellScript(pieces.join("")), { script: pieces.join(""), variables: [] });
    }),
  );
});
