import { cleanup, fireEvent, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { useCommands } from "../../web/services/commands.ts";
import { fuzzy } from "../../web/shell/chooser/fuzzy.ts";
import { condition, ofKind } from "../../web/services/query-text.ts";
import { usePreferences } from "../../web/services/preferences.ts";
import { Palette } from "../../web/shell/palette/palette.tsx";
import { ZoneChooser } from "../../web/shell/chooser/zone-chooser.tsx";
import { answerWith } from "./support/api.ts";
import { show } from "./support/shown.tsx";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

test("letters match in their order, a word's beginning before its middle", () => {
  expect(fuzzy("Retry 2 tasks", "retr")?.at).toEqual([0, 1, 2, 3]);
  expect(fuzzy("load:warehouse", "lwh")?.at).toEqual([0, 5, 9]);
  expect(fuzzy("Overview", "xyz")).toBeNull();
  const [start, middle] = [fuzzy("Retrying", "retr"), fuzzy("Failed and not retried", "retr")];
  expect((start?.score ?? 0) > (middle?.score ?? 0)).toBe(true);
});

test("a value of a condition has quotes where it needs them", () => {
  expect(ofKind("load", "eu")).toBe("type:load job:eu");
  expect(ofKind("load", "")).toBe('type:load job:""');
  expect(condition("meta.file", "a b*.csv")).toBe(String.raw`meta.file:"a b\*.csv"`);
});

const TASK = {
  record_id: 12,
  type: "load",
  job: "eu",
  info: "a.csv",
  msg: "connection refused",
  state: "finished",
  result: "error",
  attempt: 2,
  task_time: "2026-01-14T13:00:00Z",
};

function Page({ retry }: { readonly retry: () => void }) {
  useCommands({
    name: "For the 2 selected",
    commands: [{ name: "Retry 2 tasks…", icon: "retry", key: "e", run: retry }],
  });
  return <Palette onClose={() => undefined} />;
}

/** By its whole text: letters that matched are elements of their own. */
async function option(text: RegExp): Promise<HTMLElement> {
  const isIt = (name: string, element: Element | null): boolean =>
    element?.getAttribute("role") === "option" && text.test(element.textContent);
  return await screen.findByText(isIt, { ignore: "style" });
}

const typed = (text: string): void => {
  fireEvent.change(screen.getByRole("combobox"), { target: { value: text } });
};

test("the palette finds commands of the page, pages and what the server has, and runs by Enter", async () => {
  const asked = answerWith({
    "GET /api/me": { name: "ann", role: "admin", via: "session" },
    "GET /api/views": { views: [], pagination: {} },
    "GET /api/workflows/graph": {
      nodes: [{ phase_id: 7, type: "load", job: "eu", workflow: "a.toml", paused: false }],
    },
    "GET /api/tasks": { tasks: [TASK] },
    "GET /api/alerts": { alerts: [] },
    "GET /api/files": { files: [] },
  });
  const retry = vi.fn();
  await show(() => <Page retry={retry} />);
  await screen.findByRole("option", { name: /Overview/ });
  typed("retr");
  const [first] = await screen.findAllByRole("option");
  expect(first?.textContent).toContain("Retry 2 tasks…");
  expect(first?.querySelector("u")?.textContent).toBe("Retr");
  fireEvent.keyDown(screen.getByRole("combobox"), { key: "Enter" });
  expect(retry).toHaveBeenCalledTimes(1);
  typed("pause load");
  await option(/Pause load:eu…/);
  await option(/load:eu.*connection refused/);
  expect(asked.some(({ path }) => path.startsWith("/api/tasks?query=pause+load"))).toBe(true);
  typed("why load");
  await option(/Why did load:eu not run\?/);
});

test("what nothing is called can be searched for", async () => {
  answerWith({});
  await show(() => <Palette onClose={() => undefined} />);
  await screen.findAllByRole("option");
  typed("qqqq");
  await option(/Search tasks for “qqqq”/);
});

function Zone() {
  return <p>zone {usePreferences().zone}</p>;
}

test("any zone is found by a part of its name, and holds from then on", async () => {
  await show(() => (
    <>
      <Zone />
      <ZoneChooser onClose={() => undefined} />
    </>
  ));
  typed("berl");
  fireEvent.keyDown(screen.getByRole("combobox"), { key: "Enter" });
  await screen.findByText("zone Europe/Berlin");
  expect(localStorage.getItem("flowlord.preferences")).toContain("Europe/Berlin");
});

test("Tab leaves only the kind of what is chosen, and Backspace in the empty field has all again", async () => {
  answerWith({
    "GET /api/me": { name: "ann", role: "admin", via: "session" },
    "GET /api/views": { views: [], pagination: {} },
    "GET /api/workflows/graph": { nodes: [] },
  });
  await show(() => <Page retry={() => undefined} />);
  await option(/^Retry 2 tasks/);
  const field = screen.getByRole("combobox");
  const groups = (): string[] => screen.getAllByRole("group").map((group) => group.getAttribute("aria-label") ?? "");
  const before = groups();
  expect(before.length).toBeGreaterThan(2);
  fireEvent.keyDown(field, { key: "Tab" });
  expect(groups()).toEqual(["For the 2 selected"]);
  typed("tasks");
  expect(groups()).toEqual(["For the 2 selected"]);
  fireEvent.keyDown(field, { key: "Backspace" });
  expect(groups()).toEqual(["For the 2 selected"]);
  typed("");
  fireEvent.keyDown(field, { key: "Backspace" });
  expect(groups()).toEqual(before);
});
