import assert from "node:assert/strict";
import { test } from "node:test";
import { problem } from "../../src/contract/api/problem.ts";
import { rows, until } from "../e2e/flowlord.ts";
import { realInstance, type RealInstance } from "./real-instance.ts";

const SQL: readonly string[] = [
  "' OR '1'='1",
  "'; DROP TABLE task_records; --",
  '" OR ""="',
  "1; ATTACH DATABASE 'evil.db' AS evil; --",
  "0 UNION SELECT password, name FROM users --",
  "' UNION SELECT * FROM api_keys --",
  "x' AND randomblob(1000000000) --",
  "load_extension('evil')",
  "%' ESCAPE '\\",
  "_%",
  "1e309",
  "\u0000' OR 1 --",
  "${1+1} $1 ?1 :a @a",
];
/** Of the language of FTS5, which no query may reach. */
const FTS: readonly string[] = [
  'info:"a" OR task_records',
  "info:NEAR(a b, 5)",
  "info:a*b*",
  "info:^a",
  'info:"',
  "info:{info msg}:a",
  "info:-a +b",
  "info:(a",
  'msg:"a" "b" AND NOT c',
  "info:*",
  '"unclosed',
  "note:rowid:1",
  "info:\u0000",
  'info:"\'; DROP TABLE task_search; --"',
];
/** Each as long as a query may be, and made so that a careless parser or plan takes very long. */
const BOMBS: readonly (readonly [what: string, query: string])[] = [
  ["parentheses", "(".repeat(1000) + ")".repeat(1000)],
  ["open parentheses", "(".repeat(2000)],
  ["negations", "-".repeat(1999) + "a"],
  ["alternatives", "a OR ".repeat(399) + "a"],
  ["many conditions", "info:a ".repeat(280)],
  ["negated words", "-info:a ".repeat(250)],
  ["stars", `type:${"*a".repeat(990)}`],
  ["stars of a key", `meta.k:${"*a".repeat(990)}`],
  ["a list", `type:${"a,".repeat(990)}a`],
  ["quotes", `"${'\\"'.repeat(990)}"`],
  ["quotes without an end", `"${"\\".repeat(1900)}`],
  ["numbers", `attempt:${"9".repeat(1900)}`],
  ["durations", `run>${"1h".repeat(900)}`],
  ["a span of time", "created:0001-01-01..9999-12-31 -info:x -msg:y"],
  ["blanks", `a${" ".repeat(1990)}b`],
];

async function filled(instance: RealInstance): Promise<void> {
  const messages = Array.from({ length: 2000 }, (_, at) =>
    JSON.stringify({
      type: `type${at % 7}`,
      job: `job${at % 3}`,
      id: `id${at}`,
      info: `${"a".repeat(at % 50)} word${at} aaaaaaaaaaaaaaaaaaaaaaaaaab`,
      meta: `k=${"a".repeat(40)}b&n=${at}`,
      created: "2026-01-01T00:00:00Z",
      result: at % 2 === 0 ? "complete" : "error",
      msg: `said ${at}`,
    }),
  );
  const headers = { ...instance.asInstance, "content-type": "application/json" };
  const body = JSON.stringify({ messages });
  assert.equal(
    (await fetch(`${instance.url}/api/topics/done/messages`, { method: "POST", headers, body })).status,
    200,
  );
}

/** The schema and how much is in it. */
function contents({ place }: RealInstance): object {
  const path = place.path("tasks.db");
  return {
    schema: rows(path, "SELECT type, name, sql FROM sqlite_schema ORDER BY name"),
    tasks: rows(path, "SELECT count(*) AS n FROM task_records"),
    users: rows(path, "SELECT count(*) AS n FROM users"),
    databases: rows(path, "PRAGMA database_list"),
  };
}

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
}

test(
  "SQL in any parameter of any route that reads is a value, and changes nothing",
  { timeout: 110_000 },
  async (t) => {
    const instance = await realInstance(t);
    await filled(instance);
    const before = contents(instance);
    const { url, asInstance: headers } = instance;
    const { paths } = (await (await fetch(`${url}/api/openapi.json`, { headers })).json()) as {
      paths: Record<string, Record<string, Operation>>;
    };
    let asked = 0;
    for (const [path, { get }] of Object.entries(paths)) {
      if (get === undefined || path === "/api/events") continue;
      const parameters = get.parameters ?? [];
      for (const { name, in: where } of parameters)
        for (const text of SQL) {
          const written = encodeURIComponent(text);
          const target =
            where === "path"
              ? path.replace(`{${name}}`, written)
              : `${path.replaceAll(/\{\w+\}/g, "1")}?${name}=${written}`;
          const answer = await fetch(`${url}${target}`, { headers });
          const body = await answer.text();
          assert.ok(answer.status < 500, `${target}: ${body}`);
          if (answer.status >= 400) problem.parse(JSON.parse(body));
          assert.doesNotMatch(body, /SQLITE_|syntax error|no such (?:table|column)|near \\?"/, target);
          asked += 1;
        }
    }
    assert.ok(asked > 500, `${asked} requests`);
    for (const filter of ["type", "job", "result", "state"]) {
      const { tasks } = (await (
        await fetch(`${url}/api/tasks?${filter}=${encodeURIComponent("' OR '1'='1")}`, { headers })
      ).json()) as { tasks?: unknown[] };
      assert.ok(tasks === undefined || tasks.length === 0, `${filter}: nothing has that value`);
    }
    const { tasks } = (await (await fetch(`${url}/api/tasks?type=type1&job=job1&limit=5`, { headers })).json()) as {
      tasks: unknown[];
    };
    assert.equal(tasks.length, 5, "a plain value finds what has it");
    assert.deepEqual(contents(instance), before);
  },
);

test(
  "words of the search language reach neither FTS nor SQL, and a bomb is refused or answered in time",
  { timeout: 110_000 },
  async (t) => {
    const instance = await realInstance(t);
    await filled(instance);
    const { url, asInstance, process } = instance;
    const headers = { ...asInstance, "content-type": "application/json" };
    const search = async (query: string): Promise<{ status: number; body: Record<string, unknown> }> => {
      const answer = await fetch(`${url}/api/tasks/search`, {
        method: "POST",
        headers,
        body: JSON.stringify({ query, limit: 5 }),
      });
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
    };
    await until(async () => (await search("word1999")).body["unindexed"] === 0);
    for (const query of [...FTS, ...SQL]) {
      const { status, body } = await search(query);
      const text = JSON.stringify(body);
      assert.ok(status === 200 || (status === 400 && body["code"] === "bad_query"), `${query}: ${text}`);
      assert.doesNotMatch(text, /SQLITE_|fts5|no such (?:table|column)/, query);
    }
    for (const [what, query] of BOMBS) {
      assert.ok(query.length <= 2000, what);
      const { status, body } = await search(query);
      assert.ok(status === 200 || (status === 400 && body["code"] === "bad_query"), `${what}: ${JSON.stringify(body)}`);
      const facets = await fetch(`${url}/api/tasks/facets?query=${encodeURIComponent(query)}`, { headers });
      assert.ok([200, 400].includes(facets.status), `${what}: ${await facets.text()}`);
      const action = { action: "cancel", query, dry_run: true, expect_count: 0 };
      const acted = await fetch(`${url}/api/tasks/actions`, { method: "POST", headers, body: JSON.stringify(action) });
      assert.ok([200, 400, 409, 422].includes(acted.status), `${what}: ${await acted.text()}`);
    }
    const longer = await search("a".repeat(2001));
    assert.deepEqual([longer.status, longer.body["code"]], [400, "invalid_request"]);
    const plain = await search("word1999 type:type4");
    assert.equal((plain.body["tasks"] as unknown[]).length, 1);
    assert.deepEqual(process.problems, []);
  },
);

test("patterns, schedules and texts that take very long are stopped, and say so", { timeout: 110_000 }, async (t) => {
  const { url, asInstance, process } = await realInstance(t);
  const headers = { ...asInstance, "content-type": "application/json" };
  const post = async (path: string, body: object): Promise<{ status: number; body: Record<string, unknown> }> => {
    const answer = await fetch(`${url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  for (let at = 0; at < 50; at += 1)
    await post("/api/files", { path: `/in/${"a/".repeat(500)}${"a".repeat(900)}${at}.csv` });
  const patterns = [
    `${"**/".repeat(160)}x`,
    "*a".repeat(240) + "b",
    `{${"a,".repeat(240)}a}`,
    "{a,b}".repeat(95),
    `${"{a,{b,".repeat(60)}c${"}}".repeat(60)}`,
    "[a-z]".repeat(99),
    `${"(a+)+".repeat(90)}$`,
    "+(a|aa)".repeat(60),
    "?".repeat(500),
    `[${"a".repeat(490)}`,
  ];
  for (const pattern of patterns)
    for (const language of ["files", "files_glob"]) {
      const { status, body } = await post("/api/files/match", { pattern, language, newest: 10_000 });
      const isAnswer = status === 200 && typeof body["cut"] === "boolean";
      assert.ok(
        isAnswer || body["code"] === "bad_pattern" || body["code"] === "invalid_request",
        `${pattern}: ${JSON.stringify(body).slice(0, 300)}`,
      );
    }
  const matched = await post("/api/files/match", { pattern: "/in/**/*.csv", newest: 10_000 });
  assert.equal(matched.body["matched"], 50);

  const phases = (count: number, line: (at: number) => string): string =>
    Array.from({ length: count }, (_, at) => `[[phase]]\n${line(at)}\n`).join("");
  const texts = [
    `a = ${"[".repeat(200_000)}`,
    `a = ${"{a=".repeat(100_000)}`,
    `${"a.".repeat(100_000)}b = 1`,
    `"${"\\u0041".repeat(100_000)}" = 1`,
    `[${"a.".repeat(100_000)}b]`,
    phases(20_000, (at) => `task = "t${at}"\ndependsOn = "t${at - 1}"`),
    phases(3000, (at) => `task = "t${at}"\nrule = "cron=* * * * * *"`),
    phases(2000, (at) => `task = "t${at}"\nrule = "cron=@yearly&for=-100000h&by=hour"`),
    `[[phase]]\ntask = "a"\nrule = "cron=0 0 30 2 *"\n`,
    `[[phase]]\ntask = "a"\nrule = "files=${"*a".repeat(5000)}"\n`,
    `[[phase]]\ntask = "a"\nrule = "cron=@daily&meta=${Array.from({ length: 20 }, (_, at) => `k${at}:${"1,".repeat(50)}1`).join("|")}"\n`,
    `[[phase]]\ntask = "a"\nrule = "cron=@daily"\ntemplate = "${"{meta:a}".repeat(20_000)}"\n`,
  ];
  for (const text of texts) {
    const { status, body } = await post("/api/workflows/validate", { text });
    assert.ok(
      status === 200 || (status === 422 && /^(?:too_costly|graph_too_large)$/.test(String(body["code"]))),
      `${text.slice(0, 60)}: ${JSON.stringify(body).slice(0, 300)}`,
    );
  }
  const good = await post("/api/workflows/validate", { text: '[[phase]]\ntask = "a"\nrule = "cron=@daily"\n' });
  assert.deepEqual([good.status, good.body["accepted"]], [200, true]);
  assert.deepEqual(process.problems, []);
});
