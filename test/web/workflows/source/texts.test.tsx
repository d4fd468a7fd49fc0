import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { diffLines, diffRows } from "../../../../web/components/diff/diff-rows.ts";
import { DiffView } from "../../../../web/components/diff/diff-view.tsx";
import { tomlLines } from "../../../../web/routes/workflows/source/toml-tokens.ts";

const kinds = (text: string): readonly string[] =>
  tomlLines(text).map((line) =>
    line
      .filter(({ text: piece }) => piece.trim() !== "")
      .map(({ kind, text: piece }) => `${kind}:${piece}`)
      .join(" "),
  );

test("a TOML text is cut into headers, keys, values and comments", () => {
  expect(kinds('[[phase]] # one\ntask = "a # b" # two\nretry.max = 3\n"quoted key" = [true, \'x\']')).toEqual([
    "header:[[phase]] comment:# one",
    'key:task plain:= string:"a # b" comment:# two',
    "key:retry.max plain:= value:3",
    "key:\"quoted key\" plain:= plain:[ value:true plain:, string:'x' plain:]",
  ]);
});

test("a string over lines is one, and what is in it is nothing else", () => {
  expect(kinds('a = """\n[[phase]] # no\nb = 1 """ # yes\nc = 2')).toEqual([
    'key:a plain:= string:"""',
    "string:[[phase]] # no",
    'string:b = 1 """ comment:# yes',
    "key:c plain:= value:2",
  ]);
});

test("no letter is lost, whatever the text", () => {
  const text = "[[phase\n= = \"open\n\t\u0000 <b>&amp;</b> ü [a, \"b\"]\n'''x\ny";
  expect(
    tomlLines(text)
      .map((line) => line.map((token) => token.text).join(""))
      .join("\n"),
  ).toBe(text);
});

test("the difference of two texts has the changed lines and three around each", () => {
  const before = Array.from({ length: 20 }, (_, at) => `line ${at + 1}`);
  const after = before.with(9, "line ten").toSpliced(15, 1);
  const lines = diffLines(before.join("\n"), after.join("\n"));
  expect(lines.filter(({ op }) => op !== "same")).toEqual([
    { op: "removed", from: 10, to: null, text: "line 10" },
    { op: "added", from: null, to: 10, text: "line ten" },
    { op: "removed", from: 16, to: null, text: "line 16" },
  ]);
  expect(lines[0]).toEqual({ op: "same", from: 7, to: 7, text: "line 7" });
  expect(lines.at(-1)).toEqual({ op: "same", from: 19, to: 18, text: "line 19" });
  expect(diffLines("a\nb\n", "a\nb\n")).toEqual([]);
});

test("a long text with one changed line is compared, too", () => {
  const before = Array.from({ length: 30_000 }, (_, at) => `line ${at}`);
  const lines = diffLines(before.join("\n"), before.with(20_000, "another").join("\n"));
  expect(lines.filter(({ op }) => op !== "same")).toHaveLength(2);
});

test("a changed line stands beside what it became, with the letters that differ", () => {
  const rows = diffRows(diffLines('cron = "0 5 * *"\nx', 'cron = "0 5 * * *"\nx\ny'));
  expect(rows[0]?.before?.mark ?? null).toBeNull();
  expect(rows[0]?.after).toEqual({ number: 1, text: 'cron = "0 5 * * *"', mark: [15, 17] });
  render(<DiffView label="Both" lines={diffLines("a\nb", "a\nc")} />);
  expect(screen.getByRole("list", { name: "Both" }).textContent).toMatch(/removed b[^]*added c/);
});
