import { cleanup, fireEvent, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { Nothing } from "../../../web/routes/tasks/nothing.tsx";
import { Clock } from "../../../web/services/format.ts";
import { answerWith, type Asked } from "../support/api.ts";
import { show } from "../support/shown.tsx";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const NOW = Date.UTC(2026, 0, 14, 14);

function queryOf({ path }: Asked): string {
  return new URL(path, "http://localhost").searchParams.get("query") ?? "";
}

/** What an empty list says, where `newest` is the task that matches but for the time. */
async function showNothing(query: string, newest: object | null) {
  const onSearch = vi.fn<(query: string) => void>();
  answerWith({
    "GET /api/tasks": (asked: Asked) => {
      const isFound = newest !== null && !queryOf(asked).includes("created");
      return { tasks: isFound ? [newest] : [], pagination: { total: isFound ? 3 : 0, total_is: "exact" } };
    },
  });
  await show(() => <Nothing query={query} clock={new Clock("Europe/Berlin")} now={NOW} onSearch={onSearch} />);
  return onSearch;
}

test("an empty list offers the nearest day that has rows, by the clock that is chosen", async () => {
  const onSearch = await showNothing("type:load created:today", { record_id: 7, created: "2026-01-09T23:30:00Z" });
  await screen.findByText("The newest that matches otherwise is of 10 Jan 00:30:00.");
  fireEvent.click(screen.getByRole("button", { name: "Show 10 Jan" }));
  expect(onSearch).toHaveBeenCalledWith("type:load created:2026-01-10");
});

test("a task that was not made yet is of the day on which that was decided", async () => {
  const decided = { record_id: 7, created: null, decided_at: "2025-12-30T08:00:00Z" };
  const onSearch = await showNothing("created:today", decided);
  fireEvent.click(await screen.findByRole("button", { name: "Show 30 Dec 2025" }));
  expect(onSearch).toHaveBeenCalledWith("created:2025-12-30");
});

test("what empties the list is taken off by one press", async () => {
  const onSearch = await showNothing("type:load created:today", { record_id: 7, created: "2026-01-09T23:30:00Z" });
  await screen.findByText("created:today");
  fireEvent.click(screen.getByRole("button", { name: "Remove it" }));
  expect(onSearch).toHaveBeenCalledWith("type:load");
});

test("where nothing matches otherwise, no day is offered", async () => {
  await showNothing("type:nobody created:today", null);
  await screen.findByText(/nor when one of the conditions is taken off/);
  expect(screen.queryByRole("button", { name: /^Show \d/ })).toBeNull();
});
