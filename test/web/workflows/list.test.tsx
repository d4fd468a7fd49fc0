import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { countsText, DayStrip } from "../../../web/routes/workflows/list/day-strip.tsx";
import { stateOf, worstFile } from "../../../web/routes/workflows/list/file-state.ts";
import { reloadedText } from "../../../web/routes/workflows/list/reload.tsx";

afterEach(cleanup);

const WELL = { state: "in_force", errors: 0, warnings: 0 } as const;

test("a file says whether its text is in force", () => {
  expect(stateOf(WELL)).toEqual({ status: null, words: "no issues" });
  expect(stateOf({ ...WELL, warnings: 2 })).toEqual({ status: "warn", words: "2 warnings" });
  expect(stateOf({ state: "last_good", errors: 1, warnings: 1 })).toEqual({
    status: "error",
    words: "1 error, 1 warning: not in force yet",
  });
  expect(stateOf({ state: "rejected", errors: 1, warnings: 0 }).words).toBe("1 error: not in force");
  expect(stateOf({ ...WELL, state: "removed" })).toEqual({ status: "cancelled", words: "removed" });
});

test("the file with the worst trouble is shown first, never one that is gone", () => {
  const gone = { ...WELL, state: "removed", errors: 3, path: "gone" } as const;
  const first = { ...WELL, path: "a" };
  const warned = { ...WELL, warnings: 1, path: "b" };
  const broken = { state: "last_good", errors: 1, warnings: 0, path: "c" } as const;
  expect(worstFile([gone, first, warned, broken])?.path).toBe("c");
  expect(worstFile([gone, first, warned])?.path).toBe("b");
  expect(worstFile([gone, first])?.path).toBe("a");
  expect(worstFile([])).toBeUndefined();
});

test("a reading of the files is told in a sentence", () => {
  const nothing = { changed: [], removed: [], rejected: [], missing: [] };
  expect(reloadedText(nothing)).toBe("Read the workflows: nothing changed.");
  expect(reloadedText({ changed: ["a", "b"], removed: ["c"], rejected: ["d"], missing: [] })).toBe(
    "Read the workflows: 2 files changed, 1 removed, 1 not accepted.",
  );
});

test("the strip has the days without tasks, and says how many had failures", () => {
  const counts = { total: 10_000, complete: 9999, warn: 0, error: 1, alert: 0, cancelled: 0 };
  const days = [
    { day: "2026-01-10", ...counts },
    { day: "2026-01-14", ...counts, complete: 10_000, error: 0 },
  ];
  const { container } = render(<DayStrip days={days} now={Date.UTC(2026, 0, 14, 12)} />);
  expect(screen.getByRole("img").getAttribute("aria-label")).toBe(
    "Last 14 days: 2 with tasks, 1 with failures or warnings",
  );
  expect(container.querySelectorAll("title")).toHaveLength(14);
  // One failure among ten thousand is seen.
  const error = container.querySelector('[data-status="error"]');
  expect(Number(error?.getAttribute("height"))).toBeGreaterThanOrEqual(2);
  expect(countsText(counts)).toBe("10,000 tasks: 9,999 complete, 1 error");
});
