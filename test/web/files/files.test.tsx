import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { CreateDialog } from "../../../web/acting/files/create-dialog.tsx";
import { RedriveDialog } from "../../../web/acting/files/redrive-dialog.tsx";
import { metText } from "../../../web/routes/files/file/lead.tsx";
import { askedOf, pathFilterOf } from "../../../web/routes/files/files-queries.ts";
import { FilterBar } from "../../../web/routes/files/list/filter-bar.tsx";
import { Made, Matched } from "../../../web/routes/files/list/outcome.tsx";
import { dayBeside, spanOf, spanText } from "../../../web/routes/files/range.ts";
import { type FilesSearch, readSearch } from "../../../web/routes/files/search.ts";
import { Clock } from "../../../web/services/format.ts";
import { answerWith, type Asked } from "../support/api.ts";
import { show } from "../support/shown.tsx";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const NOW = Date.UTC(2026, 0, 14, 14, 31);
const text = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString().slice(0, 16));

test("the address says which files, and what is no condition is left out", () => {
  const search = { path: "orders", state: "near_miss", type: "load", time: "2026-01-14T12", day: "week", open: 7 };
  expect(readSearch(search)).toEqual(search);
  expect(readSearch({ path: "", state: "lost", time: "noon", day: "tuesday", open: "x", language: "go" })).toEqual({});
  expect(readSearch({ path: 2026 })).toEqual({ path: "2026" });
});

test("a part of a path is looked for anywhere, a path only as it is", () => {
  expect(pathFilterOf("orders")).toBe("*orders*");
  expect(pathFilterOf("s3://in/a.csv")).toBe("s3://in/a.csv");
  expect(pathFilterOf("/in/a.csv")).toBe("/in/a.csv");
  expect(pathFilterOf("*.gz")).toBe("*.gz");
  expect(askedOf({ job: "eu", time: "2026-01" }, { from: null, until: NOW })).toEqual({
    until: new Date(NOW).toISOString(),
  });
});

test("a day is one of the zone; today has no end, a task time is looked for in all days", () => {
  const clock = new Clock("Europe/Berlin");
  const of = (search: FilesSearch) => spanOf(search, NOW, "Europe/Berlin");
  expect([text(of({}).from), text(of({}).until)]).toEqual(["2026-01-13T23:00", null]);
  const day = of({ day: "2026-01-12" });
  expect([text(day.from), text(day.until)]).toEqual(["2026-01-11T23:00", "2026-01-12T23:00"]);
  expect(text(of({ day: "week" }).from)).toBe("2026-01-07T23:00");
  expect(of({ time: "2026-01" })).toEqual({ from: null, until: null });
  expect(dayBeside(of({}), -1, NOW, "Europe/Berlin")).toBe("2026-01-13");
  expect(dayBeside(of({ day: "2026-01-13" }), 1, NOW, "Europe/Berlin")).toBe(undefined);
  expect(spanText({}, of({}), clock, NOW)).toBe("Today, 14 Jan");
  expect(spanText({}, of({}), clock, NOW, true)).toBe("today, 14 Jan");
  expect(spanText({ day: "all" }, of({ day: "all" }), clock, NOW)).toBe("All days");
});

test("a row shows what the file matched, and the worst of its tasks", () => {
  const task = { record_id: 1, id: "r", type: "load", job: "", info: "", attempt: 0, state: "finished" };
  render(
    <>
      <Matched file={{ matched: 3, phases: [{ task: "load:eu", workflow: "a.toml" }], nearest: null }} />
      <Matched file={{ matched: 0, phases: [], nearest: { task: "load", workflow: "a.toml" } }} />
      <Made
        file={{
          tasks: 2,
          made: [
            { ...task, result: "complete" },
            { ...task, result: "error" },
          ],
        }}
      />
    </>,
  );
  expect(screen.getByText("load:eu").parentElement?.textContent).toBe("load:eu+2");
  expect(screen.getByText("none, near miss")).toBeTruthy();
  expect(screen.getByRole("img", { name: "error" })).toBeTruthy();
});

test("the field takes conditions, and refuses those that mean nothing", async () => {
  answerWith({ "GET /api/workflows/graph": { nodes: [], edges: [], missing: [] } });
  const onSearch = vi.fn();
  await show(() => <FilterBar search={{ type: "load", job: "eu" }} counts={undefined} onSearch={onSearch} />);
  const field = screen.getByRole("combobox", { name: "Filter files" });
  const type = (value: string): void => {
    fireEvent.change(field, { target: { value } });
    fireEvent.submit(field);
  };
  type("time:noon");
  expect(screen.getByText(/"noon" is no task time/)).toBeTruthy();
  type("time:2026-01-14 orders");
  expect(onSearch).toHaveBeenLastCalledWith({ type: "load", job: "eu", time: "2026-01-14", path: "orders" });
  fireEvent.click(screen.getByRole("button", { name: "Remove type:load" }));
  expect(onSearch).toHaveBeenLastCalledWith({});
  fireEvent.click(screen.getByRole("button", { name: /^Failed/ }));
  expect(onSearch).toHaveBeenLastCalledWith({ type: "load", job: "eu", state: "failed" });
});

test("how much of a pattern was met", () => {
  const miss = { pattern: "abcdef", reason: "differs" };
  expect(metText({ ...miss, pattern_at: 5 })).toBe("matches all but its last character");
  expect(metText({ ...miss, pattern_at: 1 })).toBe("matches its first character");
  expect(metText({ ...miss, pattern_at: 6 })).toBe("matches the beginning of the path and expects no more");
});

const ME = { name: "ada", role: "operator", is_local: true };
const result = (id: number, tasks: number) => ({
  id,
  path: `/in/${id}`,
  matched: tasks,
  taken: 0,
  waiting: 0,
  error: null,
  tasks: Array.from({ length: tasks }, () => ({ record_id: id, type: "load", job: "eu", info: "" })),
});

test("all that match are counted in turns before they are matched again, and only those", async () => {
  const asked = answerWith({
    "GET /api/me": ME,
    "POST /api/files/redrive": ({ body }: Asked) =>
      (body as { after?: number }).after === undefined
        ? { results: [result(1, 1), result(2, 0)], next: 2, up_to: 9 }
        : { results: [result(3, 1)], next: null, up_to: 9 },
  });
  const onClose = vi.fn();
  const files = { filter: { state: "unmatched" }, terms: ["state:unmatched"] };
  await show(() => <RedriveDialog files={files} onDone={undefined} onClose={onClose} />);
  await screen.findByText("2 tasks would be made");
  expect(screen.getByText("1 file matches no phase.")).toBeTruthy();
  const done = (): Asked[] => asked.filter(({ body }) => (body as { dry_run?: boolean } | null)?.dry_run === false);
  expect(done()).toEqual([]);
  fireEvent.change(screen.getByRole("textbox"), { target: { value: "mended" } });
  fireEvent.click(screen.getByRole("button", { name: "Match 3 files again" }));
  await waitFor(() => expect(done()).toHaveLength(2));
  expect(onClose).toHaveBeenCalledOnce();
  expect(done().at(-1)?.body).toEqual({
    state: "unmatched",
    after: 2,
    up_to: 9,
    force: false,
    dry_run: false,
    reason: "mended",
  });
});

test("a task is created with the path as its info, by the nearest phase first", async () => {
  const node = { workflow: "a.toml", task: "", line: 1 };
  const asked = answerWith({
    "GET /api/me": ME,
    "GET /api/workflows/graph": {
      nodes: [
        { ...node, phase_id: 1, type: "load", job: "" },
        { ...node, phase_id: 2, type: "load", job: "eu" },
      ],
    },
    "POST /api/tasks": { tasks: [{ record_id: 5, id: "r", type: "load", job: "eu", info: "", meta: "", held: false }] },
  });
  const file = { path: "/in/a b.csv", taskTime: "2026-01-14T12:00:00Z", near: ["load:eu"] };
  await show(() => <CreateDialog file={file} onDone={undefined} onClose={() => undefined} />);
  await screen.findByText("load:eu in a.toml");
  fireEvent.click(screen.getByRole("button", { name: "Create 1 task" }));
  await waitFor(() => expect(asked.some(({ path }) => path === "/api/tasks")).toBe(true));
  expect(asked.find(({ path }) => path === "/api/tasks")?.body).toEqual({
    type: "load",
    job: "eu",
    workflow: "a.toml",
    at: "2026-01-14T12:00",
    info: "/in/a b.csv",
    meta: "file=%2Fin%2Fa%20b.csv",
    reason: "",
  });
});
