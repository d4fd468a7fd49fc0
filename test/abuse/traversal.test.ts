import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { test, type TestContext } from "node:test";
import { rawRequest } from "../http/legacy/raw-request.ts";
import { until } from "../e2e/flowlord.ts";
import { realInstance, type RealInstance } from "./real-instance.ts";

const SECRET = "what nobody may read";
const FILES = {
  "secret.txt": SECRET,
  "secret.jsonl": `{"day":"${SECRET}"}\n`,
  "flow/main.toml":
    '[[phase]]\ntask = "a"\nrule = "cron=@yearly&meta-file={config_dir}/flow/rows.jsonl"\ntemplate = "?d={meta:day}"\n',
  "flow/rows.jsonl": '{"day":"monday"}\n',
  "flow/.hidden.toml": SECRET,
  "flow/sub/inner.toml": '[[phase]]\ntask = "b"\nrule = "cron=@yearly"\n',
};

/** Ways to a file outside of a folder, as browsers, Windows and careless decoders write them. */
const WAYS: readonly string[] = [
  "../secret.txt",
  "../../../../../../etc/passwd",
  "..%2fsecret.txt",
  "%2e%2e/secret.txt",
  "%2e%2e%2fsecret.txt",
  "%252e%252e%252fsecret.txt",
  "..%c0%afsecret.txt",
  "..%255csecret.txt",
  "..\\secret.txt",
  "..%5csecret.txt",
  "....//secret.txt",
  "sub/../../secret.txt",
  "sub/..%2f..%2fsecret.txt",
  "./../secret.txt",
  "/etc/passwd",
  "//etc/passwd",
  "%2fetc%2fpasswd",
  "\\\\localhost\\share\\secret.txt",
  "%5c%5clocalhost%5cshare",
  "file:///etc/passwd",
  "C:/secret.txt",
  "main.toml%00.txt",
  "..%00/secret.txt",
  ".hidden.toml",
  "link.txt",
  "linked/secret.txt",
];

async function start(t: TestContext): Promise<RealInstance> {
  const instance = await realInstance(t, { files: FILES });
  const { place } = instance;
  symlinkSync(place.path("secret.txt"), place.path("flow/link.txt"));
  symlinkSync(place.dir, place.path("flow/linked"));
  return instance;
}

test("no address leads out of the workflow folder", async (t) => {
  const { port, asInstance: headers } = await start(t);
  for (const way of WAYS) {
    for (const path of [`/workflow/${way}`, `/task/${way}`, `/api/${way}`, `/${way}`]) {
      const { status, text } = await rawRequest(port, { path, headers });
      // Of a run that nobody knows the older program answered that it has no tasks.
      const isUnknownRun = path.startsWith("/task/") && text.includes('"Events":null');
      assert.ok([400, 404].includes(status) || isUnknownRun, `${path}: ${status} ${text}`);
      assert.ok(!text.includes(SECRET) && !text.includes("root:"), path);
    }
    for (const name of ["file", "source", "versions", "issues", "graph", "grid", "diff"]) {
      const path = `/api/workflows/${name}?path=${way.includes("%") ? way : encodeURIComponent(way)}&from=1`;
      const { status, text } = await rawRequest(port, { path, headers });
      assert.ok(status < 500 && !text.includes(SECRET) && !text.includes("root:"), `${path}: ${status} ${text}`);
    }
  }
  const inner = await rawRequest(port, { path: "/workflow/sub/inner.toml", headers });
  assert.deepEqual([inner.status, inner.text], [200, FILES["flow/sub/inner.toml"]]);
  const source = await rawRequest(port, { path: "/api/workflows/source?path=sub%2Finner.toml", headers });
  assert.equal(source.status, 200);
});

test("no request names a file of rows outside of the workflow folder, a server or a device", async (t) => {
  const { place, url } = await start(t);
  // Without the token: whoever has it could read the file anyway.
  const post = async (path: string, body: object): Promise<{ status: number; text: string }> => {
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    return { status: answer.status, text: await answer.text() };
  };
  const span = { type: "a", from: "2026-01-01", to: "2026-01-01" };
  const files = [
    place.path("secret.jsonl"),
    place.path("flow/../secret.jsonl"),
    place.path("flow/linked/secret.jsonl"),
    "/etc/passwd",
    "/dev/zero",
    "/proc/self/environ",
    "../secret.jsonl",
    "file:///etc/passwd",
    "\\\\localhost\\share\\rows.jsonl",
    "//localhost/share/rows.jsonl",
    "http://127.0.0.1/rows.jsonl",
    "gs://bucket/rows.jsonl",
    `${place.path("flow/rows.jsonl")}\u0000.txt`,
  ];
  for (const file of files) {
    for (const path of ["/api/backfills", "/api/backfills/preview"]) {
      const { status, text } = await post(path, {
        ...span,
        meta_file: file,
        ...(path.endsWith("preview") ? {} : { total: 1 }),
      });
      assert.equal(status, 403, `${path} ${file}: ${text}`);
      assert.equal((JSON.parse(text) as { code: string }).code, "meta_root", file);
    }
    const older = await post("/backload", { Task: "a", At: "2026-01-01T00", "meta-file": file });
    assert.equal(older.status, 400, `${file}: ${older.text}`);
    assert.ok(!older.text.includes(SECRET));
  }
  const own = await post("/api/backfills/preview", { ...span, meta_file: place.path("flow/rows.jsonl") });
  assert.match(own.text, /monday/, own.text);
});

test("neither a message nor a file's name leads to a log or a queue elsewhere", async (t) => {
  const { place, url, port, asInstance } = await start(t);
  const headers = { ...asInstance, "content-type": "application/json" };
  const send = (topic: string, messages: readonly string[]): Promise<Response> =>
    fetch(`${url}/api/topics/${encodeURIComponent(topic)}/messages`, {
      method: "POST",
      headers,
      body: JSON.stringify({ messages }),
    });
  const logs = [place.path("secret.txt"), "../secret.txt", "/etc/passwd", "file:///etc/passwd", "\\\\localhost\\share"];
  const message = (type: string, id: string, meta: string): string =>
    JSON.stringify({ type, id, info: "", meta, created: "2026-01-01T00:00:00Z", result: "complete" });
  const named = logs.map((log, at) => message("t", `id${at}`, `log=${encodeURIComponent(log)}&host=here`));
  const types = ["../..", "../../secret.txt", "/etc", "a/../../..", ".."].map((type) =>
    message(type, "../../secret", ""),
  );
  assert.equal((await send("done", [...named, ...types])).status, 200);
  const tasks = async (): Promise<readonly { record_id: number }[]> =>
    ((await (await fetch(`${url}/api/tasks`, { headers })).json()) as { tasks: { record_id: number }[] }).tasks;
  await until(async () => (await tasks()).length >= named.length + types.length);
  for (const { record_id: id } of await tasks()) {
    const { status, text } = await rawRequest(port, { path: `/api/tasks/${id}/log`, headers: asInstance });
    assert.equal(status, 404, text);
    assert.equal((JSON.parse(text) as { code: string }).code, "no_log");
  }
  for (const topic of ["../../evil", place.path("evil"), "a/b", "..\\evil", "%2e%2e", "evil.json", "flow/main.toml"])
    assert.equal((await send(topic, ["x"])).status, 200, topic);
  const task = { type: place.path("flow/main.toml"), info: "x" };
  const made = await fetch(`${url}/api/tasks`, { method: "POST", headers, body: JSON.stringify(task) });
  const [{ record_id: record } = { record_id: 0 }] = ((await made.json()) as { tasks: { record_id: number }[] }).tasks;
  await until(async () => {
    const shown = await (await fetch(`${url}/api/tasks/${record}`, { headers })).text();
    return shown.includes("is a path that the configuration does not name");
  });
  assert.equal((await send("good", ["x"])).status, 200);
  await until(() => existsSync(place.path("bus/good.jsonl")));
  const others = readdirSync(place.dir).filter(
    (name) => !/^(?:bus|data|flow|flowlord\.toml|secret.*|tasks\.db.*)$/.test(name),
  );
  assert.deepEqual(others, [], "nothing was written beside what belongs there");
  assert.equal(readFileSync(place.path("flow/main.toml"), "utf8"), FILES["flow/main.toml"]);
  assert.deepEqual(
    readdirSync(place.path("bus")).toSorted(),
    ["%2e%2e.jsonl", "..\\evil.jsonl", "good.jsonl"].toSorted(),
  );
});
