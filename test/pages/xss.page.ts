import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { until } from "../e2e/flowlord.ts";
import { atRest, browser, openPage, skip } from "./browser.ts";
import { serve } from "./server.ts";

const WAIT = { timeout: 30_000 };

/** What would run where a page takes text for markup, an address or a program: each calls `hit`. */
const CORPUS = [
  "<script>hit(1)</script>",
  '<img src=x onerror="hit(2)">',
  "\"><svg onload='hit(3)'>",
  "javascript:hit(4)//",
  "'-hit(5)-'",
  "{{constructor.constructor('hit(6)')()}}",
  "${hit(7)}",
  '<a href="javascript:hit(8)">here</a>',
  '<iframe srcdoc="<script>parent.hit(9)</script>"></iframe>',
  "</title></textarea></style><script>hit(10)</script>",
  '<math><mtext><table><mglyph><style><img src=x onerror="hit(11)">',
  "<details open ontoggle=hit(12)>",
  "<style>*{display:none}</style>",
  "data:text/html,<script>hit(14)</script>",
  '" autofocus onfocus="hit(15)" x="',
  "\u202Egnp.exe\u2066\u0085\uFEFFhit(16)",
] as const;

/** Before any script of the page. */
const TRAP = "window.hits = []; window.hit = (which) => { window.hits.push(which); };";
/** What the dashboard itself never has. */
const INJECTED = `[...document.querySelectorAll(
  "img, iframe, object, embed, base, math, details, script:not([src]), body style, a[href^='javascript:' i], a[href^='data:' i], [onerror], [onload], [onclick], [onfocus], [ontoggle], [srcdoc]"
)].map((element) => element.outerHTML.slice(0, 200))`;

/** In every place of a workflow that people are shown: names, values, comments, and what is wrong with them. */
const BROKEN = `# ${CORPUS[0]}
[[phase]]
task = ${JSON.stringify(`load:${CORPUS[9]}`)}
${JSON.stringify(CORPUS[1])} = ${JSON.stringify(CORPUS[2])}
dependsOn = ${JSON.stringify(CORPUS[8])}
cron = ${JSON.stringify(CORPUS[12])}
[[${JSON.stringify(CORPUS[6])}]]
`;
const FILE = "<img src=x onerror=hit(20)>.toml";
const toml = (text: string): string => JSON.stringify(text);
const phase = (job: string): string => `
[[phase]]
task = ${toml(`load:${job}`)}
cron = "0 0 1 1 *"
retry = 0
owner = ${toml(CORPUS[1])}
description = ${toml(CORPUS[0])}
runbook = ${toml(CORPUS[3])}
`;

/** A worker whose output is the corpus, as lines, as what it says last, and as progress. */
const WORKER = `
[[worker]]
type = "load"
exec = ["sh", "-c", "cat {config_dir}/corpus.txt; cat {config_dir}/corpus.txt >&2; exit 1"]
`;

type Json = Record<string, unknown>;

function client(url: string) {
  const call = async (method: string, path: string, body?: object): Promise<Json> => {
    const answer = await fetch(url + path, {
      method,
      headers: { "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${path} ${JSON.stringify(body)}: ${answer.status} ${text}`);
    return JSON.parse(text) as Json;
  };
  return {
    get: (path: string) => call("GET", path),
    post: (path: string, body: object) => call("POST", path, body),
  };
}

/** What a worker elsewhere reports of its task. */
function done(hostile: string, index: number): string {
  const created = new Date(Date.now() - 60_000).toISOString();
  const meta = new URLSearchParams({ [`key ${hostile}`]: hostile, workflow: FILE, file: `gs://b/${hostile}` });
  return JSON.stringify({
    type: hostile,
    job: hostile,
    info: `${hostile}?a=${encodeURIComponent(hostile)}`,
    id: `hostile-${index}`,
    created,
    started: created,
    ended: new Date().toISOString(),
    meta: meta.toString(),
    result: index % 3 === 0 ? "alert" : "error",
    msg: hostile,
  });
}

async function fill(url: string): Promise<{ readonly tasks: readonly number[]; readonly alerts: readonly number[] }> {
  const { get, post } = client(url);
  const listed = async (path: string, of: string): Promise<readonly Json[]> => (await get(path))[of] as Json[];
  await post("/api/topics/done/messages", { messages: [...CORPUS.map(done), ...CORPUS], reason: CORPUS[0] });
  await post("/api/tasks", { type: "load", job: "own", reason: CORPUS[1] });
  for (const hostile of CORPUS) {
    await post("/api/files", { path: `gs://bucket/${hostile}/2026-01-14.json`, reason: hostile });
    const name = hostile.replaceAll(/[^\x20-\x7e]/g, "").slice(0, 60);
    await post("/api/views", { name: `v ${name}`, page: "tasks", query: `msg:"x"`, is_shared: true });
    await post("/api/silences", {
      matcher: { types: [`none ${hostile}`], jobs: [hostile], labels: { [hostile]: hostile } },
      ends_at: new Date(Date.now() + 3_600_000).toISOString(),
      reason: hostile,
    });
  }
  const alertsOf = (): Promise<readonly Json[]> => listed("/api/alerts?limit=100", "alerts");
  await until(
    async () => (await alertsOf()).filter(({ record_id: record }) => record !== null).length > CORPUS.length,
    100,
  );
  const alerts = (await alertsOf()).map(({ id }) => Number(id));
  const tasks = (await listed("/api/tasks?limit=100", "tasks")).map(({ record_id: record }) => Number(record));
  for (const [index, hostile] of CORPUS.entries()) {
    await post("/api/notes", { target: { kind: "task", key: String(tasks[index]) }, text: hostile });
    await post("/api/notes", { target: { kind: "alert", key: String(alerts[index]) }, text: hostile });
  }
  await post("/api/alerts/actions", { action: "acknowledge", ids: [alerts[0]], note: CORPUS[2] });
  await post("/api/tasks/actions", { action: "retry", ids: [tasks[0]], reason: CORPUS[3] });
  return { tasks, alerts };
}

async function assertInert(page: Page, problems: readonly string[], where: string): Promise<void> {
  assert.deepEqual(await page.evaluate("window.hits"), [], `${where}: something ran`);
  assert.deepEqual(await page.evaluate(INJECTED), [], `${where}: text became markup`);
  assert.deepEqual(problems, [], where);
}

async function open(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await page.locator("h1").waitFor(WAIT);
  await atRest(page);
}

test("hostile text is shown as text, in every field of every page", { skip, timeout: 600_000 }, async (t) => {
  const { url } = await serve(
    t,
    {
      "workflows/broken.toml": BROKEN,
      [`workflows/${FILE}`]: ["own", ...CORPUS.slice(0, 3)].map(phase).join(""),
      "corpus.txt": `${CORPUS.join("\n")}\n\u001b[31m${CORPUS[1]}\u001b[0m\n\u001b]8;;javascript:hit(30)\u0007link\u001b]8;;\u0007\n${CORPUS[0]}\n`,
    },
    `
workflow = "{config_dir}/workflows"
[sqlite]
local_path = "{config_dir}/tasks.db"
${WORKER}`,
  );
  const { tasks, alerts } = await fill(url);
  const { page, problems } = await openPage(await browser(t), url, { theme: "light", width: 1440 });
  await page.addInitScript({ content: TRAP });
  page.on("dialog", (dialog) => {
    problems.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });

  const paths = [
    "/",
    "/tasks?q=",
    `/tasks?q=${encodeURIComponent(CORPUS[1])}`,
    "/alerts",
    "/alerts?tab=notifications",
    "/alerts?tab=silences",
    `/alerts?text=${encodeURIComponent(CORPUS[1])}&type=${encodeURIComponent(CORPUS[2])}`,
    `/alerts?silence=${encodeURIComponent(JSON.stringify({ types: [CORPUS[1]], labels: { [CORPUS[2]]: CORPUS[3] } }))}`,
    "/files",
    "/files?open=1",
    `/files?path=${encodeURIComponent(CORPUS[1])}&workflow=${encodeURIComponent(CORPUS[2])}`,
    "/files/1",
    `/files/${encodeURIComponent(CORPUS[1])}`,
    "/system",
    "/system/access",
    "/system/configuration",
    "/system/api",
    ...["", "&edit=true", "&line=4"].flatMap((more) => [
      `/workflows/source?file=broken.toml${more}`,
      `/workflows/source?file=${encodeURIComponent(FILE)}${more}`,
    ]),
    `/workflows/source?file=${encodeURIComponent(CORPUS[1])}`,
    `/login?back=${encodeURIComponent("javascript:hit(40)")}`,
    `/login?back=${encodeURIComponent(`/${CORPUS[1]}`)}`,
    `/tasks/${encodeURIComponent(CORPUS[1])}`,
    `/alerts/${encodeURIComponent(CORPUS[1])}`,
  ];
  for (const path of paths)
    await t.test(path, async () => {
      // What does not exist is refused, and the page says so.
      problems.length = 0;
      await open(page, path);
      const own = problems.filter((problem) => !/status of 4\d\d/.test(problem));
      await assertInert(page, own, path);
      problems.length = 0;
    });
  await t.test("each task", async () => {
    for (const task of tasks) {
      await open(page, `/tasks/${task}`);
      await assertInert(page, problems, `/tasks/${task}`);
    }
  });
  await t.test("each alert, in the list and alone", async () => {
    for (const alert of alerts) {
      await open(page, `/alerts?open=${alert}`);
      await assertInert(page, problems, `/alerts?open=${alert}`);
      await open(page, `/alerts/${alert}`);
      await assertInert(page, problems, `/alerts/${alert}`);
    }
  });
  await t.test("the palette, over all that it finds", async () => {
    await open(page, "/");
    await page.keyboard.press("Control+k");
    for (const text of ["hit", "<", "javascript", "load"]) {
      await page.getByRole("combobox").first().fill(text);
      await page.waitForTimeout(700);
      await assertInert(page, problems, `the palette: ${text}`);
    }
  });
  await t.test("the text stands there as it came", async () => {
    for (const hostile of CORPUS.slice(0, 4)) {
      await open(page, `/alerts?text=${encodeURIComponent(hostile)}`);
      await page.getByRole("grid").getByText(hostile, { exact: true }).first().waitFor(WAIT);
    }
    // The trap would have seen it.
    assert.deepEqual(await page.evaluate("hit(0), hits.splice(0)"), [0]);
  });
});
