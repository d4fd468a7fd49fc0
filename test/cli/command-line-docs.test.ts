import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import type { Command } from "commander";
import { SECTIONS } from "../../src/config/keys/key-table.ts";
import { buildCli } from "../../src/cli/main.ts";
import { paintFor } from "../../src/cli/output/paint.ts";

const DOC = readFileSync(new URL("../../docs/command-line.md", import.meta.url), "utf8");

const { program } = buildCli({
  out: () => {},
  outSecret: () => undefined,
  hideSecrets: () => undefined,
  write: async () => undefined,
  redraw: () => undefined,
  err: () => {},
  serverOutput: () => assert.fail("no server runs here"),
  env: {},
  cwd: "/",
  input: (async function* () {})(),
  now: () => 0,
  paint: paintFor(false, {}),
  width: null,
});

const help = program.createHelp();

/** Those that help shows: former names work, but are shown nowhere. */
function commands(parent: Command, prefix = ""): [string, Command][] {
  const visible = new Set(help.visibleCommands(parent));
  const shown = parent.commands.filter((command) => visible.has(command));
  return shown.flatMap((command): [string, Command][] => {
    const name = prefix + command.name();
    return [[name, command], ...commands(command, `${name} `)];
  });
}

/** Rows `| flag | meaning |` by command, as the headings of the page say. */
function documented(): Map<string, Map<string, string>> {
  return new Map(
    DOC.split(/^## /m)
      .slice(1)
      .map((part) => {
        const name = /^`flowlord ([^`]+)`/.exec(part)?.[1] ?? part.slice(0, 40);
        const rows = [...part.matchAll(/^\| `(-[^`]*)` \| (.*) \|$/gm)];
        return [name, new Map(rows.map((row) => [row[1] ?? "", row[2] ?? ""]))];
      }),
  );
}

test("docs/command-line.md says of every command and flag what --help says, and of no other", () => {
  const cell = (text: string) => text.replaceAll("|", String.raw`\|`);
  const expected = new Map(
    commands(program).map(([name, command]) => [
      name,
      new Map(
        command.options.filter(({ hidden }) => !hidden).map((option) => [cell(option.flags), cell(option.description)]),
      ),
    ]),
  );
  assert.deepEqual(documented(), expected);
});

test("docs/command-line.md shows the usage of every command, and every older flag", () => {
  for (const [name, command] of commands(program)) {
    assert.ok(DOC.includes(`flowlord ${name} ${command.usage()}`), name);
    assert.ok(DOC.includes(command.description()), name);
  }
  for (const spec of Object.values(SECTIONS[""] ?? {})) {
    if (spec.flag !== undefined) assert.ok(DOC.includes(`\`-${spec.flag}\``), spec.flag);
  }
});

test("every command has a configuration, examples and the exit codes in its help", () => {
  for (const [name, command] of commands(program)) {
    let help = "";
    command.configureOutput({ writeOut: (text) => void (help += text) }).outputHelp();
    assert.match(help, /-c, --config <file>/, name);
    assert.match(help, /Examples:\n {2}\$ /, name);
    assert.match(help, /Exit codes: 0/, name);
  }
});

test("flowlord --help has every command in a group, examples and the exit codes", () => {
  let text = "";
  program.configureOutput({ writeOut: (part) => void (text += part) }).outputHelp();
  for (const heading of ["Run it:", "See:", "Act:", "Alerts:", "Files, messages:", "Access:"])
    assert.match(text, new RegExp(`^${heading}$`, "m"));
  assert.doesNotMatch(text, /^Commands:$/m);
  for (const command of program.commands) assert.match(text, new RegExp(`^ {2}${command.name()} `, "m"));
  assert.match(text, /^Examples:\n {2}\$ flowlord serve /m);
  assert.match(text, /^Exit codes: 0 success, 1 failure, 2 usage error\.$/m);
});

test("its table has every command in its group, in the order of --help, with the commands below it", () => {
  const groups = Map.groupBy(
    commands(program).filter(([name]) => name !== "help" && !name.includes(" ")),
    ([, command]) => command.helpGroup().replace(/:$/, "").toLowerCase(),
  );
  const expected = [...groups].map(([group, members]) => {
    const cells = members.map(([name, command]) => {
      const below = help.visibleCommands(command).map((one) => one.name());
      const named = below.filter((one) => one !== "help").join(" / ");
      return `[\`${name}\`](#flowlord-${name})${named === "" ? "" : ` \`${named}\``}`;
    });
    return `| ${group} | ${cells.join(" · ")} |`;
  });
  const [, table = ""] = DOC.split("| group | commands |\n| --- | --- |\n");
  assert.deepEqual(table.split("\n\n")[0]?.split("\n"), expected);
});
