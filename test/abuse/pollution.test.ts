import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "../e2e/flowlord.ts";
import { realInstance } from "./real-instance.ts";

const NAMES = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "valueOf",
  "then",
  "toJSON",
  "length",
];
const FLOW = `[[phase]]
task = "next"
dependsOn = "__proto__"
rule = "require={meta:constructor}"
template = "?a={meta:__proto__}&b={meta:constructor}&c={meta:toString}"
inherit_meta = true

[[phase]]
task = "constructor:__proto__"
rule = "cron=@yearly"
`;

test("names that every object has are names as any other, in messages, queries and workflows", async (t) => {
  const { url, asInstance, process } = await realInstance(t, { files: { "flow/__proto__.toml": FLOW } });
  const headers = { ...asInstance, "content-type": "application/json" };
  const get = async <T>(path: string): Promise<T> => (await (await fetch(`${url}${path}`, { headers })).json()) as T;
  const meta = NAMES.map((name) => `${name}=of-${name}`)
    .join("&")
    .concat("&workflow=__proto__.toml");
  const messages = NAMES.map((type) =>
    JSON.stringify({
      type,
      job: type === "__proto__" ? "" : type,
      id: `run-${type}`,
      info: type,
      meta,
      created: "2026-01-01T00:00:00Z",
      result: "complete",
      msg: type,
    }),
  );
  // As text: an object literal would set its prototype.
  const raw = `{"type":"raw","id":"raw","info":"","created":"2026-01-01T00:00:00Z","result":"complete","__proto__":{"result":"error","admin":true},"constructor":{"prototype":{"admin":true}}}`;
  const sent = await fetch(`${url}/api/topics/done/messages`, {
    method: "POST",
    headers,
    body: JSON.stringify({ messages: [...messages, raw] }),
  });
  assert.equal(sent.status, 200);

  interface Task {
    readonly type: string;
    readonly job: string;
    readonly info: string;
    readonly result: string;
    readonly record_id: number;
  }
  const list = async (filter: string): Promise<readonly Task[]> =>
    (await get<{ tasks: Task[] }>(`/api/tasks?limit=100&${filter}`)).tasks;
  await until(async () => (await list("type=next")).length > 0);
  const next = await list("type=next");
  assert.deepEqual(
    next.map(({ info }) => info),
    ["?a=of-__proto__&b=of-constructor&c=of-toString"],
  );
  for (const name of NAMES) {
    const [found, ...others] = await list(`type=${name}`);
    assert.deepEqual([found?.info, found?.result, others.length], [name, "complete", 0], name);
    const byMeta = await list(`query=${encodeURIComponent(`meta.${name}:"of-${name}"`)}`);
    assert.ok(byMeta.length >= NAMES.length, name);
  }
  assert.deepEqual(
    (await list("query=id:raw")).map(({ result }) => result),
    ["complete"],
  );
  const { facets } = await get<{ facets: { type: { value: string; count: number }[] } }>("/api/tasks/facets");
  for (const name of NAMES)
    assert.ok(
      facets.type.some(({ value }) => value === name),
      name,
    );
  const summary = await get<{ by_type: object }>("/api/summary?period=month");
  assert.ok(JSON.stringify(summary).includes("hasOwnProperty"));

  // In the address nothing is more than text either, and no unknown field is taken.
  for (const query of [
    "__proto__[role]=admin",
    "constructor[prototype][role]=admin",
    "__proto__.role=admin",
    "type=a&type=b",
    "type[]=a",
    "type[__proto__]=a",
  ]) {
    const answer = await fetch(`${url}/api/tasks?${query}`, { headers });
    const { code } = (await answer.json()) as { code?: string };
    assert.deepEqual([answer.status, code], [400, "invalid_request"], query);
  }
  for (const name of NAMES)
    for (const path of [`/api/${name}`, `/api/tasks/${name}`, `/${name}`, `/task/${name}`, `/workflow/${name}`]) {
      const { status } = await fetch(`${url}${path}`, { headers });
      assert.ok([200, 400, 404].includes(status), `${path}: ${status}`);
    }
  assert.deepEqual(process.problems, []);
});
