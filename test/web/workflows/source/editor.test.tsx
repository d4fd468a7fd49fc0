import { cleanup, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { useToast } from "../../../../web/services/toasts.ts";
import { answerWith, type Asked, refusal } from "../../support/api.ts";
import { showWorkflows } from "./show-workflows.tsx";

const TEXT = '[[phase]]\ntask = "load"\ncron = "@daily"\n';
const SUM = "a".repeat(64);
const FILE = {
  path: "a.toml",
  state: "in_force",
  version_id: 2,
  newest_version_id: 2,
  loaded_at: "2026-01-14T12:00:00Z",
  removed_at: null,
  phases: 1,
  errors: 0,
  warnings: 0,
};
const VERSION = {
  id: 2,
  accepted: true,
  loaded_at: "2026-01-14T12:00:00Z",
  checksum: SUM,
  length: TEXT.length,
  edited_by: "ada",
  edit_reason: "b is wanted",
};
const GOOD = {
  accepted: true,
  issues: [],
  phases: [{ id: 1, task: "load", type: "load", job: "", line: 1 }],
  edges: [],
  ticks: [{ id: 1, scheduled_at: "2026-01-15T00:00:00Z", task_time: "2026-01-15", zone: "UTC" }],
};
const BAD = {
  ...GOOD,
  accepted: false,
  issues: [
    {
      path: "a.toml",
      severity: "error",
      code: "unknown_key",
      line: 2,
      column: 1,
      message: "Unknown key tsk: it is ignored.",
      remedy: "Did you mean task?",
    },
  ],
};

function answers(change: Readonly<Record<string, unknown>> = {}): readonly Asked[] {
  return answerWith({
    "GET /api/me": { name: "ada", role: "operator", via: "session" },
    "GET /api/workflows": { workflows: [FILE], pagination: { next_cursor: null } },
    "GET /api/workflows/file": { ...FILE, phases: [] },
    "GET /api/workflows/versions": { versions: [VERSION, { ...VERSION, id: 1, edited_by: null, edit_reason: "" }] },
    "GET /api/workflows/source": { ...VERSION, source: TEXT, edit_refused: null },
    "GET /api/workflows/issues": { issues: [], pagination: { next_cursor: null } },
    "POST /api/workflows/validate": ({ body }: Asked) => ((body as { text: string }).text.includes("tsk") ? BAD : GOOD),
    ...change,
  });
}

function Said() {
  const toast = useToast();
  return <output aria-label="Toast">{`${toast?.text ?? ""} ${toast?.detail ?? ""}`}</output>;
}

beforeEach(() => {
  vi.stubGlobal("scrollTo", () => undefined);
  Element.prototype.scrollIntoView = () => undefined;
});

afterEach(cleanup);

const type = async (text: string): Promise<void> => {
  const field = await screen.findByRole("textbox", { name: "Text of a.toml" });
  fireEvent.change(field, { target: { value: text } });
};

test("a version says who saved it and why, and leads to its changes", async () => {
  answers();
  await showWorkflows("/workflows/source?file=a.toml");
  expect(await screen.findByText("b is wanted")).toBeDefined();
  const versions = screen.getByRole("region", { name: "Versions" });
  expect(within(versions).getByText(/in force · by ada/)).toBeDefined();
  const changes = within(versions).getByRole("link", { name: "Changes of version 2" });
  expect(changes.getAttribute("href")).toMatch(/version=2&against=1$/);
});

test("what is typed is checked: an error keeps it from being saved, and is drawn letter over letter", async () => {
  answers();
  await showWorkflows("/workflows/source?file=a.toml&edit=true");
  await type(TEXT.replace("task", "tsk"));
  const issues = screen.getByRole("region", { name: "Issues" });
  expect(await within(issues).findByText(/Unknown key tsk/)).toBeDefined();
  expect(within(issues).getByText(/Stopped after t/)).toBeDefined();
  expect(screen.getByText(/1 error: it would not come into force/)).toBeDefined();
  expect(screen.getByRole<HTMLButtonElement>("button", { name: "Review and save…" }).disabled).toBe(true);
  fireEvent.click(within(issues).getByRole("button", { name: "Go to line 2" }));
  const field = screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Text of a.toml" });
  expect([field.selectionStart, document.activeElement === field]).toEqual([10, true]);
});

test("a good text is looked at once more and saved over the version that it was made from", async () => {
  const asked = answers({
    "PUT /api/workflows/source": { version_id: 3, checksum: SUM, in_force: true, phases: 1, missing: [] },
  });
  await showWorkflows("/workflows/source?file=a.toml&edit=true", <Said />);
  const text = TEXT.replace("@daily", "@hourly");
  await type(text);
  const review = screen.getByRole<HTMLButtonElement>("button", { name: "Review and save…" });
  await waitFor(() => expect(review.disabled).toBe(false));
  fireEvent.click(review);
  expect(screen.getByRole("list", { name: "What would be changed in a.toml" }).textContent).toContain("@hourly");
  fireEvent.change(screen.getByRole("textbox", { name: /Reason/ }), { target: { value: "more often" } });
  fireEvent.click(screen.getByRole("button", { name: "Save a.toml" }));
  await screen.findByText(/Saved a\.toml\. Version 3 is in force, with 1 phase\./);
  expect(asked.find(({ method }) => method === "PUT")?.body).toEqual({
    path: "a.toml",
    text,
    checksum: SUM,
    reason: "more often",
  });
  expect(await screen.findByRole("button", { name: "Edit" })).toBeDefined();
});

test("a refusal is shown, and what was typed stays", async () => {
  answers({ "PUT /api/workflows/source": refusal(409, "workflow_changed", "a.toml was changed meanwhile.") });
  await showWorkflows("/workflows/source?file=a.toml&edit=true");
  await type(`${TEXT}# more\n`);
  const review = screen.getByRole<HTMLButtonElement>("button", { name: "Review and save…" });
  await waitFor(() => expect(review.disabled).toBe(false));
  fireEvent.click(review);
  fireEvent.click(screen.getByRole("button", { name: "Save a.toml" }));
  expect(await screen.findByText("a.toml was changed meanwhile.")).toBeDefined();
  fireEvent.click(screen.getByRole("button", { name: "Go on editing" }));
  expect(screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Text of a.toml" }).value).toBe(`${TEXT}# more\n`);
});

test("where nothing can be saved, the page says which key allows it, and gives the text", async () => {
  const refused = "Editing is off: set edit = true in [web] of the configuration.";
  answers({ "GET /api/workflows/source": { ...VERSION, source: TEXT, edit_refused: refused } });
  await showWorkflows("/workflows/source?file=a.toml&edit=true");
  expect(await screen.findByText((said) => said.startsWith(refused))).toBeDefined();
  expect(screen.queryByRole("button", { name: /save/ })).toBeNull();
  expect(screen.getByRole("button", { name: "Copy the text" })).toBeDefined();
});

test("a viewer has a draft, and no button to save", async () => {
  answers({ "GET /api/me": { name: "vera", role: "viewer", via: "session" } });
  await showWorkflows("/workflows/source?file=a.toml");
  fireEvent.click(await screen.findByRole("button", { name: "Draft a change" }));
  await type(`${TEXT}# mine\n`);
  expect(screen.queryByRole("button", { name: /save/ })).toBeNull();
  expect(screen.getByText(/Your role looks at workflow files/)).toBeDefined();
});

test("leaving asks when something was typed, and discards it then", async () => {
  answers();
  await showWorkflows("/workflows/source?file=a.toml&edit=true");
  await type(`${TEXT}# mine\n`);
  fireEvent.click(screen.getByRole("button", { name: "Discard…" }));
  fireEvent.click(await screen.findByRole("button", { name: "Go on editing" }));
  expect(screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Text of a.toml" }).value).toContain("# mine");
  fireEvent.click(screen.getByRole("button", { name: "Discard…" }));
  fireEvent.click(await screen.findByRole("button", { name: "Discard the changes" }));
  expect(await screen.findByRole("button", { name: "Edit" })).toBeDefined();
});
