import { cleanup, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { PhaseAbout } from "../../../web/acting/phases/act-on-phases.ts";
import { NextTicks } from "../../../web/routes/workflows/panel/next-ticks.tsx";
import { Paused } from "../../../web/routes/workflows/panel/paused.tsx";
import { PhaseActions } from "../../../web/routes/workflows/panel/phase-actions.tsx";
import { PhaseIssues } from "../../../web/routes/workflows/panel/phase-issues.tsx";
import { PhaseNow } from "../../../web/routes/workflows/panel/phase-now.tsx";
import { Rule } from "../../../web/routes/workflows/panel/rule.tsx";
import type { FilePhase } from "../../../web/routes/workflows/workflows-queries.ts";
import { meQuery, queryClient } from "../../../web/services/queries.ts";
import { setPreferences } from "../../../web/services/preferences.ts";
import { answerWith } from "../support/api.ts";
import { show } from "../support/shown.tsx";

beforeEach(() => setPreferences({ zone: "UTC" }));
afterEach(cleanup);

const NAME = { type: "load", job: "warehouse", workflow: "orders.toml" };
const PHASE: FilePhase = {
  id: 3,
  key: "load:warehouse",
  task: "load:warehouse",
  type: "load",
  job: "warehouse",
  depends_on: "transform:orders",
  rule: "",
  template: "",
  retry: 0,
  line: 14,
  zone: "UTC",
  owner: "",
  description: "",
  runbook: "",
  paused: null,
};
const ABOUT: PhaseAbout = {
  ...NAME,
  phase_id: 3,
  task: "load:warehouse",
  line: 14,
  zone: "UTC",
  owner: "",
  description: "",
  runbook: "",
  links: [],
  notes: [],
  words: ["Starts when transform:orders completes, for the same task time.", "It is not retried."],
  source: '[[phase]]\ntask = "load:warehouse"',
  template: "",
  inputs: [],
  parents: [{ name: "transform:orders", phase_id: 2 }],
  next: [],
  next_of: null,
};

test("the rule is told in sentences, whose parents lead to their own panel", async () => {
  await show(() => <Rule phase={ABOUT} />);
  expect(screen.getByText("It is not retried.")).toBeTruthy();
  expect(screen.getByRole("link", { name: "transform:orders" }).getAttribute("href")).toContain("phase=2");
  expect(screen.getByRole("link", { name: "line 14" }).getAttribute("href")).toContain("line=14");
  expect(screen.getByLabelText("Text of the phase").textContent).toBe(ABOUT.source);
});

test("a pause says who, why and until when, and can be ended", async () => {
  answerWith({ "GET /api/me": { name: "ann", role: "operator", via: "session" } });
  const since = "2026-01-14T13:00:00Z";
  const paused = { since, until: "2026-01-15T13:00:00Z", by: "ada", reason: "new disk" };
  await show(() => (
    <>
      <Paused paused={paused} />
      <Paused paused={{ since, until: null, by: null, reason: null }} />
      <PhaseActions phase={{ ...PHASE, paused }} name={NAME} />
    </>
  ));
  const sentences = screen.getAllByText("Paused").map((word) => word.parentElement?.textContent);
  expect(sentences[0]).toMatch(/^Paused since 14 Jan.* by ada, until 15 Jan.*: new disk\.$/);
  expect(sentences[1]).toMatch(/by its file\.$/);
  expect(await screen.findByRole("button", { name: "Resume" })).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Pause…" })).toBeNull();
});

test("a backfill begins with the phase filled in", async () => {
  answerWith({ "GET /api/me": { name: "ann", role: "operator", via: "session" } });
  await show(() => <PhaseActions phase={PHASE} name={NAME} />);
  const link = await screen.findByRole("link", { name: "Backfill…" });
  const address = new URL(link.getAttribute("href") ?? "", "http://localhost");
  expect([address.pathname, ...address.searchParams.values()]).toEqual(["/backfill", "load:warehouse", "orders.toml"]);
});

test("a viewer sees no button that would be refused", async () => {
  answerWith({ "GET /api/me": { name: "ann", role: "viewer", via: "session" } });
  await show(() => <PhaseActions phase={PHASE} name={NAME} />);
  await waitFor(() => expect(queryClient.getQueryData(meQuery.queryKey)).toBeDefined());
  expect(screen.queryAllByRole("button")).toEqual([]);
  expect(screen.queryByRole("link", { name: "Backfill…" })).toBeNull();
});

test("what is under way, and what gave up, leads to its tasks", async () => {
  answerWith({
    "GET /api/tasks/facets": ({ path }: { path: string }) =>
      path.includes("attempt")
        ? { facets: {}, total: 6 }
        : {
            facets: {
              state: [
                { value: "running", count: 2 },
                { value: "waiting", count: 7 },
              ],
            },
            total: 9,
          },
    "GET /api/tasks/failures": { groups: [{ first_seen: "2026-01-14T13:04:00Z" }], total: 4 },
  });
  await show(() => <PhaseNow phase={NAME} />);
  expect((await screen.findByText("6 retrying")).closest("a")?.getAttribute("href")).toContain("attempt");
  for (const text of ["2 running", "1 waiting", "4 gave up"]) expect(screen.getByText(text)).toBeTruthy();
  expect(screen.getByText(/since 14 Jan.* 13:04/)).toBeTruthy();
});

test("issues are those of the lines of the phase", async () => {
  const issue = { path: "orders.toml", severity: "warning", code: "x", column: 1, remedy: "Mend it." };
  answerWith({
    "GET /api/workflows/issues": {
      issues: [
        { ...issue, line: 13, message: "Before." },
        { ...issue, line: 15, message: "Inside." },
        { ...issue, line: 16, message: "After." },
      ],
    },
  });
  await show(() => <PhaseIssues phase={ABOUT} />);
  expect(await screen.findByText(/Inside\./)).toBeTruthy();
  expect(screen.queryByText(/Before\.|After\./)).toBeNull();
});

test("the next ticks say what a pause passes over, and a child what it follows", async () => {
  const held = { until: "2026-01-15T00:00:00Z", by: "ada", reason: "" };
  const next = [
    { scheduled_at: "2026-01-14T14:00:00Z", task_time: null, held },
    { scheduled_at: "2026-01-15T05:00:00Z", task_time: "2026-01-15T05:00:00Z", held: null },
  ];
  await show(() => (
    <>
      <NextTicks phase={{ ...ABOUT, parents: [], next }} />
      <NextTicks phase={ABOUT} />
      <NextTicks phase={{ ...ABOUT, next_of: "extract", next }} />
    </>
  ));
  expect(screen.getAllByText(/paused until 15 Jan/)).toHaveLength(2);
  expect(screen.getAllByText("2026-01-15T05")).toHaveLength(2);
  expect(screen.getAllByText("follows transform:orders")).toHaveLength(2);
  expect(screen.getByText("Each follows a tick of extract:")).toBeTruthy();
});
