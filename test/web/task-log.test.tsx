import { render } from "@testing-library/react";
import { expect, test } from "vitest";
import { hitsOf, spansOf } from "../../web/routes/task/log/ansi.ts";
import { LogRow } from "../../web/routes/task/log/log-row.tsx";
import { heightOf, LINE, lookOf, moved, shareOfRow, shownRows } from "../../web/routes/task/log/log-window.ts";

const ESC = "\u001B";

test("colours of a terminal become those of the states, and no other code is shown", () => {
  expect(spansOf(`a ${ESC}[1;31mERROR${ESC}[0m b${ESC}[2K\n`)).toEqual([
    { text: "a ", style: "" },
    { text: "ERROR", style: "text-(--error-text) font-semibold" },
    { text: " b", style: "" },
  ]);
  expect(spansOf(`${ESC}]0;title\u0007x${ESC}[38;5;196my${ESC}[48;2;1;31;3mz\u0000`).map(({ text }) => text)).toEqual([
    "x",
    "y",
    "z",
  ]);
  expect(spansOf(`${ESC}[38;2;31;1;31mplain`)).toEqual([{ text: "plain", style: "" }]);
});

test("of what a progress bar wrote over itself the last is shown", () => {
  expect(spansOf("10 %\r50 %\r100 %\r\n").map(({ text }) => text)).toEqual(["100 %"]);
});

test("what is found is marked over colours, in any case", () => {
  const pieces = hitsOf(spansOf(`429 ${ESC}[33mSlow${ESC}[0m down, slow down`), "slow down");
  expect(pieces.filter(({ isHit }) => isHit).map(({ text }) => text)).toEqual(["Slow", " down", "slow down"]);
  expect(pieces.map(({ text }) => text).join("")).toBe("429 Slow down, slow down");
});

test("a row is text, whatever it holds", () => {
  const evil = "<img src=x onerror=alert(1)>";
  const { container } = render(
    <LogRow row={0} text={evil} find="img" isCurrent={false} isWrapped onRow={() => undefined} />,
  );
  expect([container.querySelector("img"), container.textContent?.includes(evil)]).toEqual([null, true]);
});

test("a window on a million rows has few of them, from the first to the last", () => {
  const look = { rows: 1_000_000, share: 0, height: 324 };
  expect(heightOf(look)).toBeLessThanOrEqual(6_000_000);
  expect(shownRows(look).from).toBe(0);
  expect(shownRows({ ...look, share: 1 }).until).toBe(1_000_000);
  for (let share = 0; share <= 1; share += 0.01) {
    const { from, until } = shownRows({ ...look, share });
    expect(until - from).toBeLessThan(60);
    const { row } = lookOf({ ...look, share });
    // What the window has room for on both sides of the row that is as far down as its place.
    expect(row - from).toBeGreaterThanOrEqual(Math.min(row, Math.ceil((share * 324) / LINE)));
    expect(until - row).toBeGreaterThanOrEqual(Math.min(1_000_000 - row, Math.ceil(((1 - share) * 324) / LINE)));
  }
});

test("it moves by what is seen, and stops at both ends", () => {
  const look = { rows: 1000, share: 0.5, height: 324 };
  expect((moved(look, 10 * LINE, LINE) - 0.5) * (1000 * LINE - 324)).toBeCloseTo(10 * LINE);
  expect(moved(look, 1e9, LINE)).toBe(1);
  expect(moved(look, -1e9, LINE)).toBe(0);
  expect(moved({ ...look, rows: 3 }, 100, LINE)).toBe(0.5);
  expect([shareOfRow(0, 1000), shareOfRow(999, 1000)]).toEqual([0, 1]);
});
