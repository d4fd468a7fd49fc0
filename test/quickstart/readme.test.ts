import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { buildCli } from "../../src/cli/main.ts";
import { paintFor } from "../../src/cli/output/paint.ts";
import { Place } from "../cli/harness.ts";

const ROOT = join(import.meta.dirname, "../..");
const README = readFileSync(join(ROOT, "README.md"), "utf8");

/** The commands of its code blocks and of its prose, without their comments. */
function commands(): readonly string[] {
  const lines = [...README.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, block = ""]) => block.split("\n"));
  const inline = [...README.matchAll(/`((?:npm|npx) [^`]+)`/g)].map(([, command = ""]) => command);
  return [...lines, ...inline].map((line) => line.replace(/\s+#.*$/, "").trim()).filter((line) => line !== "");
}

function blocks(language: string): readonly string[] {
  return [...README.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, "gm"))].map(([, text = ""]) => text);
}

/** npm's own, which are no scripts. */
const NPM_COMMANDS = new Set(["ci", "pack", "install"]);

test("every npm script that the README names exists", () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  const named = commands().flatMap((line) => /^npm (?:run )?([\w:]+)/.exec(line)?.[1] ?? []);
  assert.ok(named.includes("start") && named.includes("test"));
  assert.deepEqual(
    named.filter((name) => !NPM_COMMANDS.has(name) && !(name in scripts)),
    [],
  );
});

test("every flowlord command of the README exists, with its flags", () => {
  const { program } = buildCli({
    out: () => {},
    outSecret: () => undefined,
    hideSecrets: () => undefined,
    write: async () => undefined,
    redraw: () => undefined,
    err: () => {},
    serverOutput: () => assert.fail("no server runs here"),
    env: {},
    cwd: ROOT,
    input: (async function* () {})(),
    now: () => 0,
    paint: paintFor(false, {}),
    width: null,
  });
  const lines = commands().flatMap((line) => /^npx node bin\/flowlord\.js (.*)$/.exec(line)?.[1] ?? []);
  assert.ok(lines.length >= 9);
  for (const line of lines) {
    const [name = "", ...words] = line.split(" ");
    if (name === "--help") continue;
    const command = program.commands.find((one) => one.name() === name);
    assert.ok(command, `flowlord ${name}`);
    // Every command has --help, and commander does not list it.
    // A group such as `backfill` hands what names none of its commands to its default one.
    const options = [command, ...command.commands].flatMap((one) => one.options);
    for (const word of words.filter((one) => one.startsWith("-") && one !== "--help")) {
      assert.ok(
        options.some((option) => option.short === word || option.long === word),
        `flowlord ${line}`,
      );
    }
  }
});

test("its workflow and its config are without a mistake", async (t) => {
  const [workflow = "", config = ""] = blocks("toml");
  const place = new Place(t, { "flow.toml": workflow, "flowlord.toml": config });
  assert.deepEqual(await place.run(["check", "-c", "flowlord.toml"]), {
    code: 0,
    out: "1 file, 0 errors, 0 warnings\n",
    err: "",
  });
});

test("the picture has every phase of the quickstart that makes data", () => {
  const workflow = readFileSync(join(ROOT, "examples/quickstart/workflows/packages.toml"), "utf8");
  const picture = /^```\nevery[\s\S]*?^```/m.exec(README)?.[0] ?? "";
  const tasks = [...workflow.matchAll(/^task = "(\w+)"/gm)].map(([, task = ""]) => task);
  assert.deepEqual(
    tasks.filter((task) => task !== "tidy" && !picture.includes(` ${task} `)),
    [],
  );
});
