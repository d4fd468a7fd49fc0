import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { z } from "zod";
import type { Problem } from "../../../../src/contract/api/problem.ts";
import type {
  attemptsAnswer,
  graphAnswer,
  taskAnswer,
  whyAnswer,
  whyNotAnswer,
} from "../../../../src/contract/api/tasks/task-detail-api.ts";
import { fireAt, phase, report, schedule, takeSent } from "../../../engine/rig/drive.ts";
import { openRig, type Rig } from "../../../engine/rig/rig.ts";
import { serveRig, type ServedRig } from "../../served-rig.ts";

type Task = z.infer<typeof taskAnswer>;
type Attempts = z.infer<typeof attemptsAnswer>;
type Graph = z.infer<typeof graphAnswer>;
type Why = z.infer<typeof whyAnswer>;
type WhyNot = z.infer<typeof whyNotAnswer>;

const FIVE = Date.UTC(2026, 10, 25, 4);
const BERLIN = { cron: "0 5 * * *", timezone: "Europe/Berlin" };

/** Two files with a phase `a`; that of `one.toml` has failed, was retried, and led to `b`. */
async function served(t: TestContext): Promise<ServedRig & { readonly rig: Rig }> {
  const rig = await openRig({
    workflows: {
      "one.toml": phase("a", { ...BERLIN, owner: "the loaders" }) + phase("b", { dependsOn: "a" }),
      "two.toml": phase("a", { cron: "0 9 * * *" }),
    },
  });
  t.after(() => rig.close());
  const [first] = await fireAt(rig, await schedule(rig), FIVE);
  assert.ok(first !== undefined);
  await report(rig, first, "error", { msg: "no disk" });
  const api = serveRig(t, rig);
  const retried = await api.post("/api/tasks/actions", { action: "retry", ids: [1] });
  assert.equal(retried.status, 200);
  const second = takeSent(rig).at(-1);
  assert.ok(second !== undefined);
  await report(rig, second, "complete");
  return { rig, ...api };
}

test("GET /api/tasks/{id} says what happened to a task, in the zone of its phase", async (t) => {
  const { get, post } = await served(t);
  await post("/api/tasks/actions", { action: "note", ids: [2], text: "disk replaced" });
  const { status, body } = await get<Task>("/api/tasks/1");
  assert.equal(status, 200);
  assert.partialDeepStrictEqual(body.task, {
    record_id: 1,
    type: "a",
    workflow: "one.toml",
    result: "error",
    attempt: 0,
  });
  assert.deepEqual([body.task.task_zone, body.task.task_time], ["Europe/Berlin", "2026-11-25T05:00:00+01:00"]);
  assert.deepEqual(body.notes[0], { id: 1, text: "disk replaced", author: "ada", at: "2026-11-25T04:00:00.000Z" });
  assert.partialDeepStrictEqual(body.phase, { task: "a", workflow: "one.toml", owner: "the loaders" });
  assert.ok(body.decisions.some(({ code, sentence }) => code === "tick_fired" && sentence.length > 0));
  const retried = await get<Task>("/api/tasks/2");
  assert.partialDeepStrictEqual(retried.body, {
    parents: [{ record_id: 1, kind: "retry" }],
    children: [{ type: "b" }],
  });
});

test("attempts, graph and why have what belongs to a task, from any of its records", async (t) => {
  const { get } = await served(t);
  for (const id of [1, 2]) {
    const { body } = await get<Attempts>(`/api/tasks/${id}/attempts`);
    assert.deepEqual(
      body.attempts.map(({ record_id: record, attempt, result }) => [record, attempt, result]),
      [
        [1, 0, "error"],
        [2, 1, "complete"],
      ],
    );
  }
  const recordsOf = ({ tasks }: Graph) => tasks.map((task) => (task as { record_id: number }).record_id);
  const run = await get<Graph>("/api/tasks/3/graph");
  assert.deepEqual(recordsOf(run.body), [1, 2, 3]);
  assert.deepEqual(run.body.truncated, { depth: false, count: false });
  assert.deepEqual(recordsOf((await get<Graph>("/api/tasks/3/graph?of=ancestors")).body), [3, 2, 1]);
  assert.deepEqual(recordsOf((await get<Graph>("/api/tasks/2/graph?of=descendants")).body), [2, 3]);
  const cut = await get<Graph>("/api/tasks/1/graph?of=descendants&count=1");
  assert.deepEqual([recordsOf(cut.body), cut.body.caps], [[1, 2], { depth: 100, count: 1 }]);

  const { body: why } = await get<Why>("/api/tasks/2/why");
  const retried = why.events.find((event) => (event as { code: string }).code === "retried_by_hand");
  assert.match((retried as { sentence: string }).sentence, /retried by hand \(ada\)/);
  assert.partialDeepStrictEqual(why.task, { record_id: 2, decided_at: "2026-11-25T04:00:00.000Z" });
  assert.equal(why.log, null);
});

test("GET /api/why-not says why a phase has no task, in the file that is meant", async (t) => {
  const { get } = await served(t);
  const { body } = await get<WhyNot>("/api/why-not?type=a&workflow=one.toml&at=2026-11-25T06");
  const [answer] = body.answers;
  assert.partialDeepStrictEqual(answer, { task_zone: "Europe/Berlin", notes: [], day_notes: [] });
  assert.ok((answer?.reason ?? "").length > 0);
  const ambiguous = await get<WhyNot>("/api/why-not?type=a&at=2026-11-25");
  assert.equal(ambiguous.body.answers[0]?.phase, null);
  assert.match(ambiguous.body.answers[0]?.reason ?? "", /one\.toml/);
  const unknown = await get<WhyNot>("/api/why-not?type=c&at=2026-11-25");
  assert.deepEqual([unknown.status, unknown.body.answers[0]?.phase], [200, null]);
});

test("a record that is not there, and what is no record, are refused", async (t) => {
  const { get } = await served(t);
  for (const what of ["", "/attempts", "/graph", "/graph?of=ancestors", "/why", "/log"]) {
    const { status, body } = await get<Problem>(`/api/tasks/99${what}`);
    assert.deepEqual([status, body.code], [404, "unknown_task"], what);
    const named = await get<Problem>(`/api/tasks/run-1${what}`);
    assert.deepEqual([named.status, named.body.errors?.[0]?.pointer], [400, "/path/id"], what);
  }
  for (const [url, pointer] of [
    ["/api/tasks/1/graph?count=10001", "/query/count"],
    ["/api/tasks/1/graph?of=friends", "/query/of"],
    ["/api/tasks/0", "/path/id"],
    ["/api/why-not?type=a&at=noon", "/query/at"],
    ["/api/why-not?at=2026-11-25", "/query/type"],
  ] as const) {
    const { status, body } = await get<Problem>(url);
    assert.deepEqual([status, body.errors?.[0]?.pointer], [400, pointer], url);
  }
});
