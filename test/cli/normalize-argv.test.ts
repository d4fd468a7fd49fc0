import assert from "node:assert/strict";
import test from "node:test";
import { normalizeArgv } from "../../src/cli/normalize-argv.ts";
import { parseLegacyFlags } from "../../src/cli/legacy-flags.ts";
import { UsageError } from "../../src/cli/usage-error.ts";

const LINES: readonly (readonly [string, string])[] = [
  ["", "serve"],
  ["-c f.toml", "serve --config f.toml"],
  ["-config=f.toml", "serve --config f.toml"],
  ["--config f.toml", "serve --config f.toml"],
  ["serve -c f.toml", "serve --config f.toml"],
  ["serve -port=8081 -done-topic d", "serve --set status_port=8081 --set done_topic=d"],
  ["-c f.toml --set bus.bus=nsq --insecure", "serve --config f.toml --set bus.bus=nsq --set insecure=true"],
  ["-c f.toml tasks --json", "tasks --config f.toml --json"],
  ["tasks -c f.toml", "tasks -c f.toml"],
  ["-v", "--version"],
  ["--version", "--version"],
  ["-h", "--help"],
  ["--help", "--help"],
  ["serve --help", "serve --help"],
  ["-c f.toml -show", "config --config f.toml"],
  ["-g toml -workflow x", "config --template toml --set workflow=x"],
  ["run cut --at 2026-01-31", "trigger cut --at 2026-01-31"],
  ["runs 1", "lineage 1"],
  ["send done", "publish done"],
  ["next -n 5", "schedule -n 5"],
  ["-c f.toml run cut", "trigger --config f.toml cut"],
  ["--help run", "trigger --help"],
  ["help runs", "help lineage"],
  ["trigger run", "trigger run"],
];

for (const [line, expected] of LINES) {
  test(`"${line}" is "${expected}"`, () => {
    assert.equal(normalizeArgv(line.split(" ").filter((word) => word !== "")).join(" "), expected);
  });
}

test("words that serve does not take, and flags that there are not, are refused", () => {
  assert.throws(() => normalizeArgv(["serve", "twice"]), UsageError);
  assert.throws(() => normalizeArgv(["-nope"]), /Unknown flag -nope/);
  assert.throws(() => normalizeArgv(["-c"]), /-c needs a value/);
  assert.throws(() => normalizeArgv(["--set", "x"]), /KEY=VALUE/);
});

test("numbers of flags are read in the bases that Go knows", () => {
  const port = (text: string) => parseLegacyFlags([`-port=${text}`]).settings.get("status_port");
  for (const [text, value] of Object.entries({
    "0x10": "16",
    "010": "8",
    "0o10": "8",
    "0b11": "3",
    "8_080": "8080",
    "-5": "-5",
    "0": "0",
  })) {
    assert.equal(port(text), value, text);
  }
  for (const text of ["", "x", "08", "1.5", "_1", "1__0", "0x"]) assert.throws(() => port(text), UsageError, text);
});

test("the last of several counts, an empty text counts as not given, -- ends the flags", () => {
  const flags = parseLegacyFlags(["-workflow=a", "-workflow", "b", "-host=", "-refresh=0", "--", "-x"]);
  assert.deepEqual([...flags.settings], [["workflow", "b"]]);
  assert.deepEqual(flags.rest, ["-x"]);
});
