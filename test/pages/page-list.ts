import assert from "node:assert/strict";
import type { Page } from "playwright-core";

/** A page of the dashboard, as tests and screenshots open it. */
export interface Shown {
  readonly name: string;
  /** The address; of a page of one thing, the newest is looked for. */
  readonly path: string | ((url: string) => Promise<string>);
  readonly h1: RegExp;
  /** What is there once the page has what it shows. */
  readonly filled: string;
}

/** Every page, in the states that it has. */
export const PAGES: readonly Shown[] = [
  { name: "overview", path: "/", h1: /Overview/, filled: 'section[aria-label="On duty"] li' },
  { name: "tasks", path: "/tasks", h1: /Tasks/, filled: '[role="grid"] [role="row"]:nth-child(2)' },
  {
    name: "failures",
    path: "/tasks?q=unresolved:true&as=groups",
    h1: /Tasks/,
    filled: "main li button[aria-expanded]",
  },
  { name: "system", path: "/system", h1: /System/, filled: 'main :text("connected"):visible' },
  { name: "access", path: "/system/access", h1: /System/, filled: '[aria-label="Hours of the day"] button' },
  { name: "configuration", path: "/system/configuration", h1: /System/, filled: "main h2" },
  { name: "api", path: "/system/api", h1: /System/, filled: "main h2" },
  { name: "why-not", path: "/why-not", h1: /Why did it not run/, filled: "main form" },
  { name: "task", path: newestFailure, h1: /Tasks\s*\/\s*\w/, filled: "#why li" },
  { name: "alerts", path: "/alerts", h1: /Alerts/, filled: '[role="grid"] [role="row"]:nth-child(1)' },
  { name: "notifications", path: "/alerts?tab=notifications", h1: /Alerts/, filled: "main ol li" },
  {
    name: "silences",
    path: "/alerts?tab=silences&silence=%7B%7D",
    h1: /Alerts/,
    filled: '[aria-label="What it covers"] p',
  },
  { name: "alert", path: newestAlert, h1: /\w/, filled: 'section[aria-label="Occurrences"] td' },
  {
    name: "workflows",
    path: phaseWithTasks,
    h1: /Workflows/,
    filled: 'section[aria-label="Last 20 runs"] svg rect',
  },
  {
    name: "graph",
    path: "/workflows?file=orders.toml",
    h1: /Workflows/,
    filled: 'section[aria-label="Graph"] button',
  },
  {
    name: "graph-list",
    path: "/workflows?file=orders.toml&outline=true&find=load",
    h1: /Workflows/,
    filled: 'section[aria-label="Graph"] ol button',
  },
  {
    name: "grid",
    path: "/workflows/grid?step=day&days=90",
    h1: /Workflows/,
    filled: '[aria-label^="Task times"] [data-slot]',
  },
  { name: "files", path: "/files?day=week", h1: /Files/, filled: '[aria-label="Files"] [role="row"][aria-rowindex]' },
  {
    name: "arrivals",
    path: "/files?side=arrivals&day=week",
    h1: /Files/,
    filled: '[aria-label^="Arrivals by task time"]:visible',
  },
  {
    name: "tester",
    path: "/files?side=tester&pattern=s3%3A%2F%2Finbox%2F**%2F*.csv&language=files_glob&day=week",
    h1: /Files/,
    filled: '[aria-label="Pattern tester"] h3:visible',
  },
  { name: "file", path: newestMiss, h1: /Files\s*\/\s*\w/, filled: '[aria-label="The nearest patterns"] li' },
  { name: "schedule", path: "/workflows/schedule", h1: /Schedule/, filled: '[aria-label="Next ticks"] li' },
  {
    name: "schedule-month",
    path: "/workflows/schedule?span=month",
    h1: /Schedule/,
    filled: '[aria-label="Next ticks"] li',
  },
  {
    name: "schedule-list",
    path: "/workflows/schedule?span=list",
    h1: /Schedule/,
    filled: '[aria-label="Coming ticks"] li',
  },
  {
    name: "gantt",
    path: "/workflows/gantt?step=day&days=90",
    h1: /Workflows/,
    filled: '[aria-label^="Tasks of the run"] [data-attempt]',
  },
  { name: "backfill", path: "/backfill", h1: /Backfill/, filled: "main form" },
  {
    name: "backfill-preview",
    path: async () => "/backfill?of=load:orders&from=2026-01-01&to=2026-01-31&by=hour&meta=customer%3Dacme",
    h1: /Backfill/,
    filled: '[aria-label="First and last"] td',
  },
  { name: "backfills", path: "/backfill?list=past", h1: /Backfill/, filled: "main p" },
  { name: "a-backfill", path: begunBackfill, h1: /Backfill\s*\/\s*\d/, filled: 'section[aria-label="Progress"] li' },
  { name: "source", path: "/workflows/source?line=5", h1: /Workflows/, filled: '[aria-label="Versions"] li' },
  {
    name: "edit",
    path: "/workflows/source?edit=true",
    h1: /Workflows/,
    filled: '[aria-label="Next ticks"] p, [aria-label="Next ticks"] li',
  },
  { name: "login", path: "/login", h1: /No login is needed/, filled: "main a" },
];

/** The side panel of a phase beside the graph of its file. */
async function phaseWithTasks(url: string): Promise<string> {
  const answer = await fetch(`${url}/api/workflows/graph?days=1`);
  const { nodes } = (await answer.json()) as { nodes: { workflow: string; phase_id: number; last: object | null }[] };
  const node = nodes.find(({ last }) => last !== null);
  return `/workflows?file=${encodeURIComponent(node?.workflow ?? "")}&phase=${node?.phase_id}`;
}

async function newestAlert(url: string): Promise<string> {
  const answer = await fetch(`${url}/api/alerts?alert_type=retry_exhausted&limit=1`);
  const { alerts } = (await answer.json()) as { alerts: { id: number }[] };
  return `/alerts/${alerts[0]?.id}`;
}

async function newestMiss(url: string): Promise<string> {
  const answer = await fetch(`${url}/api/files?state=near_miss&limit=1`);
  const { files } = (await answer.json()) as { files: { id: number }[] };
  return `/files/${files[0]?.id}`;
}

async function newestFailure(url: string): Promise<string> {
  const answer = await fetch(`${url}/api/tasks?query=result:error+attempt:1&limit=1`);
  const { tasks } = (await answer.json()) as { tasks: { record_id: number }[] };
  return `/tasks/${tasks[0]?.record_id}`;
}

/** Begun by the first who asks. */
async function begunBackfill(url: string): Promise<string> {
  const known = (await (await fetch(`${url}/api/backfills?limit=1`)).json()) as { backfills: { id: number }[] };
  if (known.backfills[0] !== undefined) return `/backfill/${known.backfills[0].id}`;
  const request = { type: "load", job: "orders", from: "2026-01-01", to: "2026-01-14", step: "hour", total: 336 };
  const answer = await fetch(`${url}/api/backfills`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...request, meta: { customer: "acme" } }),
  });
  return `/backfill/${((await answer.json()) as { id: number }).id}`;
}

/** Opens it, and waits until it has what it shows. */
export async function show(page: Page, url: string, shown: Shown): Promise<void> {
  await page.goto(typeof shown.path === "string" ? shown.path : await shown.path(url));
  await page.locator(shown.filled).first().waitFor();
  assert.match(await page.locator("h1").innerText(), shown.h1);
  assert.equal(await page.locator("h1").count(), 1);
}
