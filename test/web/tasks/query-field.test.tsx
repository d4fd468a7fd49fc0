import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { QueryField } from "../../../web/routes/tasks/query/query-field.tsx";
import { Clock } from "../../../web/services/format.ts";

afterEach(cleanup);

const NOW = Date.UTC(2026, 0, 14, 14);
let onSearch: ReturnType<typeof vi.fn<(query: string) => void>>;
beforeEach(() => {
  onSearch = vi.fn<(query: string) => void>();
});

function show(query: string): HTMLInputElement {
  const known = { facets: undefined, tasks: [] };
  render(<QueryField query={query} known={known} clock={new Clock("UTC")} now={NOW} onSearch={onSearch} />);
  return screen.getByRole("combobox");
}

function type(input: HTMLInputElement, value: string): void {
  fireEvent.change(input, { target: { value } });
}

test("each condition can be taken off", () => {
  show("type:load created:today boom");
  fireEvent.click(screen.getByRole("button", { name: "Remove created:today" }));
  expect(onSearch).toHaveBeenCalledWith("type:load boom");
});

test("what is typed is added", () => {
  const input = show("type:load");
  type(input, "result:error");
  fireEvent.submit(input);
  expect(onSearch).toHaveBeenCalledWith("type:load result:error");
});

test("a mistake is marked while it is typed, and nothing is searched", () => {
  const input = show("");
  type(input, "typ:load");
  expect(screen.getByText(/did you mean type/)).toBeTruthy();
  expect(input.getAttribute("aria-invalid")).toBe("true");
  fireEvent.submit(input);
  expect(onSearch).not.toHaveBeenCalled();
});

test("Tab takes the first completion, and Backspace in an empty field the last pill", () => {
  const input = show("type:load");
  type(input, "res");
  expect(screen.getByRole("option", { name: /result:/ })).toBeTruthy();
  fireEvent.keyDown(input, { key: "Tab" });
  expect(input.value).toBe("result:");
  type(input, "");
  fireEvent.keyDown(input, { key: "Escape" });
  fireEvent.keyDown(input, { key: "Backspace" });
  expect(onSearch).toHaveBeenCalledWith("");
  expect(input.value).toBe("type:load");
});

test("a range that was drawn is written as people read it", () => {
  show("created:2026-01-14T13:00:00Z..2026-01-14T13:59:59Z");
  expect(screen.getByText("14 Jan 13:00–14:00")).toBeTruthy();
});
