import { cleanup, fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { AlertKind } from "../../web/components/alert-kind.tsx";
import { AlertDialog } from "../../web/acting/alert-dialog.tsx";
import type { ShownAlert } from "../../web/routes/alerts/alerts-queries.ts";
import { chatText, type OpenGroup } from "../../web/routes/alerts/list/chat-text.ts";
import { termOf } from "../../web/components/filter/filter-terms.ts";
import { filtersOf } from "../../web/routes/alerts/list/filter-terms.ts";
import { newsText } from "../../web/routes/alerts/list/news.tsx";
import { midnight, spanOf, spanText } from "../../web/routes/alerts/range.ts";
import { readSearch } from "../../web/routes/alerts/search.ts";
import { draftOfAlerts, linesOf as matchLinesOf, scopeOf, scopeTerms } from "../../web/routes/alerts/silences/scope.ts";
import { Strip } from "../../web/routes/alerts/strip/strip.tsx";
import { lanesOf, linesOf, marksOf } from "../../web/routes/alerts/strip/lanes.ts";
import { aboutText, resolvesText, taskTimesText } from "../../web/services/alert-words.ts";
import { Clock } from "../../web/services/format.ts";
import { answerWith } from "./support/api.ts";
import { show } from "./support/shown.tsx";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 14, 12);
const at = (minutes: number): string => new Date(START + minutes * MINUTE).toISOString();

function alertOf(id: number, change: Partial<ShownAlert> = {}): ShownAlert {
  return {
    id,
    task_id: "",
    record_id: null,
    alert_type: "retry_exhausted",
    severity: "critical",
    state: "open",
    type: "load",
    job: "warehouse",
    workflow: "etl.toml",
    cause: "",
    message: "connection refused",
    count: 1,
    open: 1,
    created_at: at(0),
    last_seen: at(0),
    resolved_at: null,
    task_time: null,
    task_zone: null,
    task_created: null,
    silence_id: null,
    dashboard_link: `/alerts/${id}`,
    notes: [],
    ...change,
  };
}

test("what is typed becomes conditions; what has no name is searched for", () => {
  expect(filtersOf('type:load job:"a b" state:open disk full')).toEqual({
    type: "load",
    job: "a b",
    state: "open",
    text: "disk full",
  });
  expect(filtersOf("http://x")).toEqual({ text: "http://x" });
  expect(termOf("job", "a b")).toBe('job:"a b"');
});

test("an address is read without what it cannot mean", () => {
  expect(readSearch({ type: 7, state: "well", severity: "critical", day: "2026-01-14", tab: "x", open: "3" })).toEqual({
    type: "7",
    severity: "critical",
    day: "2026-01-14",
  });
  expect(readSearch({ from: at(10), to: at(0) })).toEqual({});
  expect(readSearch({ silence: { types: ["load"], jobs: [1], alert: 3, labels: { a: "b", c: 1 } } })).toEqual({
    silence: { types: ["load"], alert: 3, labels: { a: "b" } },
  });
});

test("a day is one of the zone, also where it has 23 hours", () => {
  const zone = "Europe/Berlin";
  const span = spanOf({ day: "2026-03-29" }, START, zone);
  expect(span.until - span.from).toBe(23 * 60 * MINUTE);
  expect(spanText(span, new Clock(zone), START)).toBe("29 Mar");
  expect(midnight(span.from + 5000, zone)).toBe(span.from);
  const week = spanOf({ day: "week" }, START, "UTC");
  expect(spanText(week, new Clock("UTC"), START)).toBe("8 Jan – 14 Jan");
});

test("lanes: what is unresolved first, near marks as one, a line to the end of each trouble", () => {
  const lanes = lanesOf([
    alertOf(3, { job: "over", state: "resolved", created_at: at(0), resolved_at: at(5) }),
    alertOf(2, { created_at: at(2) }),
    alertOf(1, { created_at: at(0), state: "resolved", resolved_at: at(1) }),
  ]);
  expect(lanes.map(({ name, isOpen }) => [name, isOpen])).toEqual([
    ["load:warehouse", true],
    ["load:over", false],
  ]);
  const [lane] = lanes;
  if (lane === undefined) throw new Error("no lane");
  const span = { from: START, until: START + 60 * MINUTE };
  expect(marksOf(lane, span, 10 * MINUTE).map(({ count, alert }) => [count, alert.id])).toEqual([[2, 2]]);
  expect(marksOf(lane, span, MINUTE).map(({ count }) => count)).toEqual([1, 1]);
  expect(linesOf(lane).map(({ from, to }) => [from - START, to === null ? null : to - START])).toEqual([
    [0, MINUTE],
    [2 * MINUTE, null],
  ]);
});

test("a silence of what was selected matches what that has in common", () => {
  expect(draftOfAlerts([alertOf(1), alertOf(2, { job: "lake" })])).toEqual({
    types: ["load"],
    jobs: ["warehouse", "lake"],
  });
  expect(draftOfAlerts([alertOf(1, { type: "", job: "" })])).toEqual({ alert: 1 });
  const scope = scopeOf(matchLinesOf({ types: ["load"], jobs: ["a", "b*"], labels: { team: "eu" } }));
  expect(scope.matcher.jobs).toEqual(["a", "b*"]);
  expect(scopeTerms(scope)).toEqual(["type:load", "job:a,b*", "meta.team:eu"]);
  expect(scopeTerms(scopeOf([]))).toEqual(["every alert"]);
});

test("a line is copied as it stands in the chat", () => {
  const group: OpenGroup = {
    alert_type: "retry_exhausted",
    type: "load",
    job: "eu",
    workflow: "etl.toml",
    severity: "critical",
    alerts: 3,
    unattended: 2,
    count: 4,
    open: 4,
    first_seen: at(0),
    last_seen: at(1),
    first_task_time: "2026-03-04T01:00:00+01:00",
    last_task_time: "2026-03-04T02:00:00+01:00",
    newest_id: 1,
  };
  expect(chatText([group])).toBe("load:eu:                               2  2026/03/04T01-2026/03/04T02\n");
  expect(taskTimesText("2026-03-04T00:00:00Z", "2026-03-04T00:00:00Z")).toBe("2026/03/04");
});

test("it says how it ends", () => {
  expect(resolvesText(alertOf(1, { task_time: "2026-01-14T12:00:00Z" }))).toBe(
    "when load:warehouse completes for 2026-01-14T12",
  );
  expect(resolvesText(alertOf(1, { open: 3 }))).toBe("when each of its 3 tasks of load:warehouse completes");
  expect(resolvesText(alertOf(1, { alert_type: "bus_down" }))).toBe("when the bus has reconnected");
});

test("a resolved alert keeps its word and turns grey", async () => {
  await show(() => <AlertKind alert={alertOf(1, { state: "resolved" })} />);
  expect(screen.getByText("gave up").parentElement?.dataset["status"]).toBe("skipped");
});

test("ten alerts are resolved when their number is typed", async () => {
  const asked = answerWith({ "POST /api/alerts/actions": { changed: [1] } });
  const ids = Array.from({ length: 10 }, (_, index) => index + 1);
  const onClose = vi.fn();
  await show(() => <AlertDialog action="resolve" alerts={ids} onDone={undefined} onClose={onClose} />);
  const button = screen.getByRole<HTMLButtonElement>("button", { name: "Resolve 10 alerts" });
  expect(button.disabled).toBe(true);
  fireEvent.change(screen.getByLabelText("Type 10 to go on"), { target: { value: "10" } });
  fireEvent.click(button);
  await waitFor(() => expect(onClose).toHaveBeenCalled());
  expect(asked[0]?.body).toEqual({ action: "resolve", ids, note: "" });
});

test("by the keyboard alone a range is drawn on the strip, and taken", async () => {
  vi.stubGlobal(
    "ResizeObserver",
    class {
      observe(): void {}
      disconnect(): void {}
    },
  );
  const span = { from: START, until: START + 24 * 60 * MINUTE };
  const onSpan = vi.fn();
  await show(() => (
    <Strip
      alerts={[alertOf(1, { created_at: at(90) })]}
      isMore={false}
      span={span}
      clock={new Clock("UTC")}
      now={START + 3 * 60 * MINUTE}
      onSpan={onSpan}
      onLane={() => undefined}
    />
  ));
  const chart = screen.getByRole("img", { name: /^Alerts, one lane/ });
  fireEvent.keyDown(chart, { key: "ArrowRight" });
  fireEvent.keyDown(chart, { key: "ArrowRight" });
  expect(screen.getByText("14 Jan, 13:00–14:00")).toBeTruthy();
  expect(screen.getByText("1 alert")).toBeTruthy();
  fireEvent.keyDown(chart, { key: "ArrowRight", shiftKey: true });
  fireEvent.keyDown(chart, { key: "Enter" });
  expect(onSpan).toHaveBeenCalledWith({ from: START + 60 * MINUTE, until: START + 3 * 60 * MINUTE });
  fireEvent.click(screen.getByText("Show as table"));
  expect(screen.getByRole("columnheader", { name: "Unresolved" })).toBeTruthy();
});

test("dead letters are named by their topic and what was wrong with them", () => {
  const letters = { alert_type: "dead_letter", type: "", job: "", workflow: "" };
  expect(aboutText({ ...letters, cause: "done bad_json" })).toBe("dead letters of done: bad JSON");
  expect(aboutText({ ...letters, cause: "my_files not_an_object" })).toBe("dead letters of my_files: not an object");
  // A group of them has no cause of its own.
  expect(aboutText({ ...letters, cause: "" })).toBe("dead letter");
});

test("while rows wait, what came and what changed is counted, as far as both are known", () => {
  const shown = { alerts: [alertOf(5), alertOf(4), alertOf(3)], isMore: true };
  expect(newsText(shown, shown)).toBe("Live is paused");
  const current = [alertOf(7), alertOf(6), alertOf(5, { count: 2, open: 2 }), alertOf(3), alertOf(2)];
  expect(newsText(shown, { alerts: current, isMore: true })).toBe("Live is paused: 2 new, 2 changed");
  expect(newsText({ ...shown, isMore: false }, { alerts: current, isMore: false })).toBe(
    "Live is paused: 3 new, 2 changed",
  );
});
