import { act, cleanup, fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { ask, closeQuestion, useQuestion } from "../../web/acting/ask.ts";
import { ActButton } from "../../web/acting/act-button.tsx";
import { resume } from "../../web/acting/phases/act-on-phases.ts";
import { Asked } from "../../web/acting/asked.tsx";
import { closeToast } from "../../web/services/toasts.ts";
import { ToastBar } from "../../web/shell/toast-bar.tsx";
import { answerWith, type Asked as Request, refusal } from "./support/api.ts";
import { show } from "./support/shown.tsx";

afterEach(() => {
  act(() => {
    closeQuestion();
    closeToast();
  });
  cleanup();
  vi.unstubAllGlobals();
});

function Page() {
  const question = useQuestion();
  return (
    <>
      {question !== null && <Asked question={question} />}
      <ToastBar />
    </>
  );
}

const button = (name: RegExp | string): HTMLButtonElement => screen.getByRole("button", { name });
const acted = (ids: readonly number[]) => ({
  count: ids.length,
  tasks: ids.map((id) => ({ record_id: id, changed: id + 100, refused: null })),
  job: null,
});
const isDry = ({ body }: Request): boolean => (body as { readonly dry_run?: boolean } | null)?.dry_run === true;
const isAct = ({ method }: Request): boolean => method === "POST";

test("a retry names its tasks, is done once, and can be taken back", async () => {
  const asked = answerWith({
    "POST /api/tasks/actions": (request: Request) =>
      isDry(request) ? { count: 2, tasks: [], job: null } : acted([1, 2]),
  });
  await show(Page);
  act(() => ask({ kind: "retry", selection: { ids: [1, 2] } }));
  await screen.findByRole("heading", { name: "Retry 2 tasks?" });
  fireEvent.change(screen.getByLabelText(/Reason/), { target: { value: "outage" } });
  fireEvent.click(button("Retry 2 tasks"));
  fireEvent.click(button("Retry 2 tasks"));
  await screen.findByText("Retried 2 tasks.");
  const sent = asked.filter((request) => isAct(request) && !isDry(request));
  expect(sent[0]?.body).toMatchObject({ action: "retry", ids: [1, 2], expect_count: 2, reason: "outage" });
  expect(new Set(sent.map(({ key }) => key)).size).toBe(1);
  expect(sent[0]?.key).toMatch(/^[0-9a-f]{32}$/);
  fireEvent.click(button(/Undo/));
  await screen.findByText(/^Took back/);
  expect(asked.findLast(isAct)?.body).toMatchObject({ action: "cancel", ids: [101, 102] });
});

test("a count that changes meanwhile is to be accepted first", async () => {
  let count = 3;
  const asked = answerWith({
    "POST /api/tasks/actions": (request: Request) => {
      const { expect_count: expected } = request.body as { readonly expect_count?: number };
      if (isDry(request)) return { count, tasks: [], job: null };
      return expected === count ? acted([1, 2, 3, 4]) : refusal(409, "count_differs", "Nothing was done.");
    },
  });
  await show(Page);
  act(() => ask({ kind: "retry", selection: { query: "result:error", tz: "UTC" } }));
  await screen.findByText("Retry 3 tasks?");
  count = 4;
  fireEvent.click(button("Retry 3 tasks"));
  await screen.findByText("Nothing was done.");
  await screen.findByText("4 tasks");
  expect(button("Retry 3 tasks").disabled).toBe(true);
  fireEvent.click(button("Accept 4"));
  fireEvent.click(button("Retry 4 tasks"));
  await screen.findByText("Retried 4 tasks.");
  expect(asked.filter((request) => isAct(request) && !isDry(request))).toHaveLength(2);
});

test("a cancel of ten or more wants the count typed, and offers no way back", async () => {
  answerWith({
    "POST /api/tasks/actions": (request: Request) =>
      isDry(request) ? { count: 12, tasks: [], job: null } : acted(Array.from({ length: 12 }, (_, at) => at + 1)),
  });
  await show(Page);
  act(() => ask({ kind: "cancel", selection: { query: "state:running", tz: "UTC" } }));
  await screen.findByText("Cancel 12 tasks?");
  expect(button("Cancel 12 tasks").disabled).toBe(true);
  fireEvent.change(screen.getByLabelText(/Type 12/), { target: { value: "12" } });
  fireEvent.click(button("Cancel 12 tasks"));
  await screen.findByText("Cancelled 12 tasks.");
  expect(screen.queryByRole("button", { name: /Undo/ })).toBeNull();
});

test("failures are marked resolved with a reason and the result that says why, and nothing takes that back", async () => {
  const asked = answerWith({
    "POST /api/tasks/actions": (request: Request) =>
      isDry(request) ? { count: 10, tasks: [], job: null } : acted(Array.from({ length: 10 }, (_, at) => at + 1)),
  });
  await show(Page);
  const selection = { query: "unresolved:true fingerprint:001d2c3b4a5968", tz: "UTC" };
  act(() => ask({ kind: "mark", selection }));
  await screen.findByRole("heading", { name: "Mark 10 tasks resolved?" });
  screen.getByText(selection.query);
  fireEvent.change(screen.getByLabelText(/Type 10/), { target: { value: "10" } });
  fireEvent.change(screen.getByLabelText(/Reason/), { target: { value: "  " } });
  expect(button("Mark 10 tasks resolved").disabled).toBe(true);
  fireEvent.change(screen.getByLabelText(/Reason/), { target: { value: "loaded by hand" } });
  screen.getByText(/Nothing starts from it/);
  fireEvent.click(button("It was done elsewhere"));
  screen.getByText(/What follows starts now/);
  fireEvent.click(button("Mark 10 tasks resolved"));
  await screen.findByText("Marked 10 tasks.");
  expect(screen.queryByRole("button", { name: /Undo/ })).toBeNull();
  const sent = asked.filter((request) => isAct(request) && !isDry(request));
  expect(sent).toHaveLength(1);
  expect(sent[0]?.body).toEqual({
    ...selection,
    action: "mark",
    expect_count: 10,
    result: "complete",
    reason: "loaded by hand",
  });
});

test("what a selection consists of is counted by type and job, with how each fares now", async () => {
  const at = new Date(Date.now() - 5 * 60_000).toISOString();
  const last = { record_id: 1, state: "finished", result: "error", task_time: null, at };
  const asked = answerWith({
    "POST /api/tasks/actions": { count: 7, tasks: [], job: null },
    "GET /api/tasks/facets": {
      facets: {
        type: [{ value: "load", count: 7 }],
        job: [
          { value: "eu", count: 4 },
          { value: "us", count: 3 },
        ],
      },
    },
    "GET /api/workflows/graph": {
      nodes: [
        { type: "load", job: "eu", last },
        { type: "load", job: "us", last: { ...last, result: "complete" } },
      ],
    },
  });
  await show(Page);
  act(() => ask({ kind: "retry", selection: { query: "result:error OR result:alert", tz: "UTC" } }));
  const row = await screen.findByRole("row", { name: /load:eu/ });
  expect(row.textContent).toContain("4failed last, 5 m ago");
  expect(screen.getByRole("row", { name: /load:us/ }).textContent).toContain("3completed last");
  expect(asked.some(({ path }) => path.includes("query=%28result%3Aerror+OR+result%3Aalert%29+type%3Aload"))).toBe(
    true,
  );
});

test("a job shows how far it is until it is done", async () => {
  const job = { id: 7, state: "running", total: 2000, changed: 500, refused: 0, refusals: [] };
  answerWith({
    "POST /api/tasks/actions": (request: Request) => ({ count: 2000, tasks: [], job: isDry(request) ? null : job }),
    "GET /api/jobs/7": {
      ...job,
      state: "done",
      changed: 1999,
      refused: 1,
      refusals: [{ record_id: 3, refused: "It runs." }],
    },
  });
  await show(Page);
  act(() => ask({ kind: "retry", selection: { query: "result:error", tz: "UTC" } }));
  await screen.findByText("Retry 2,000 tasks?");
  fireEvent.click(button("Retry 2,000 tasks"));
  await screen.findByText(/500 done, 1,500 wait their turn; job 7/);
  await waitFor(() => screen.getByText("Retried 1,999 tasks."), { timeout: 5000 });
  screen.getByText("1 refused: It runs.");
});

test("an edited task is sent with what was changed, and is not left by mistake", async () => {
  const asked = answerWith({ "POST /api/tasks/actions": acted([5]) });
  await show(Page);
  const onDone = vi.fn();
  const task = { record_id: 5, type: "load", job: "eu", info: "a.csv", meta: "day=1&hour=2" };
  act(() => ask({ kind: "edit", task, onDone }));
  await screen.findByText("Edit and run load:eu again");
  expect(button("Run 1 task").disabled).toBe(true);
  fireEvent.change(screen.getByLabelText("Value of hour"), { target: { value: "3" } });
  fireEvent.click(button("Cancel"));
  screen.getByText("What you changed is not sent yet.");
  fireEvent.click(button("Go on editing"));
  fireEvent.click(button("Run 1 task"));
  await waitFor(() => expect(onDone).toHaveBeenCalledWith(105));
  expect(asked[0]?.body).toMatchObject({ action: "retry", ids: [5], info: null, meta: "hour=3" });
});

test("a phase is paused until a time, and Undo resumes it", async () => {
  const asked = answerWith({
    "POST /api/workflows/phases/load%3Aeu/pause": { paused: [] },
    "POST /api/workflows/phases/load%3Aeu/resume": { resumed: [], dropped: 0, still_paused: [] },
  });
  const phase = { type: "load", job: "eu", workflow: "a.toml" };
  await show(Page);
  act(() => ask({ kind: "pause", phase }));
  await screen.findByText("Pause load:eu?");
  fireEvent.click(button("4 h"));
  fireEvent.click(button("Pause load:eu"));
  await screen.findByText("Paused load:eu.");
  expect(asked[0]?.path).toContain("workflow=a.toml");
  expect(asked[0]?.body).toMatchObject({ until: expect.stringMatching(/^\d{4}-.*Z$/) as string });
  fireEvent.click(button(/Undo/));
  await screen.findByText("Resumed load:eu.");
  await act(() => resume(phase, { until: null, reason: "" }));
  expect(button(/Undo/)).toBeTruthy();
});

test("a phase is run for a task time", async () => {
  const asked = answerWith({
    "POST /api/workflows/phases/load%3A/trigger": { tasks: [{ record_id: 9, held: true }] },
  });
  await show(Page);
  act(() => ask({ kind: "run", phase: { type: "load", job: "", workflow: "a.toml" } }));
  await screen.findByText("Run load now?");
  fireEvent.change(screen.getByLabelText(/Task time/), { target: { value: "2026-01-14T13:00" } });
  fireEvent.click(button("Run load"));
  await screen.findByText("Made 1 task of load.");
  const sent = asked.find(({ path }) => path.includes("/trigger"));
  expect(sent?.body).toEqual({ at: "2026-01-14T13:00", meta: "", now: false, reason: "" });
});

test("what a phase takes by hand is asked for, and what it makes is shown before", async () => {
  const input = { type: "string", default: null, choices: [], secret: false, description: "", required: true };
  const asked = answerWith({
    "GET /api/workflows/phases/load%3A": {
      zone: "Europe/Berlin",
      inputs: [
        { ...input, name: "report" },
        { ...input, name: "region", required: false, default: "eu", choices: ["eu", "us"] },
      ],
    },
    "POST /api/workflows/phases/load%3A/preview": ({ body }: { body: unknown }) => ({
      tasks: [{ info: `?of=${JSON.stringify(body)}`, meta: "", task_time: null }],
      total: 3,
    }),
    "POST /api/workflows/phases/load%3A/trigger": { tasks: [{ record_id: 9, held: false }] },
  });
  await show(Page);
  act(() => ask({ kind: "run", phase: { type: "load", job: "", workflow: "a.toml" } }));
  await screen.findByText("Fill in report to see what it makes.");
  expect(button("Run load").hasAttribute("disabled")).toBe(true);
  fireEvent.change(screen.getByLabelText(/report/), { target: { value: "a b" } });
  fireEvent.change(screen.getByLabelText(/region/), { target: { value: "us" } });
  await screen.findByText("It makes 3 tasks; the first 1:");
  expect(asked.findLast(({ path }) => path.includes("/preview"))?.body).toEqual({
    at: null,
    meta: "report=a+b&region=us",
  });
  fireEvent.click(button("Make 3 tasks"));
  await screen.findByText("Made 1 task of load.");
});

test("a phase that would make nothing is not run", async () => {
  answerWith({
    "GET /api/workflows/phases/load%3A": { zone: "UTC", inputs: [] },
    "POST /api/workflows/phases/load%3A/preview": refusal(422, "no_task", "load creates no task: it has no rows"),
  });
  await show(Page);
  act(() => ask({ kind: "run", phase: { type: "load", job: "", workflow: "a.toml" } }));
  await screen.findByText("load creates no task: it has no rows");
  expect(button("Run load").hasAttribute("disabled")).toBe(true);
});

test("who would be refused sees no button", async () => {
  answerWith({ "GET /api/me": { name: "ann", role: "viewer; operator on type:load", via: "session" } });
  await show(() => (
    <>
      <ActButton of={{ type: "load", workflow: "a.toml" }}>Retry load</ActButton>
      <ActButton of={{ type: "clean", workflow: "a.toml" }}>Retry clean</ActButton>
    </>
  ));
  await screen.findByRole("button", { name: "Retry load" });
  expect(screen.queryByRole("button", { name: "Retry clean" })).toBeNull();
});
