import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { parseGrants } from "../../../src/contract/api/access/grants.ts";
import {
  CHANGE_KINDS,
  type ChangedIds,
  type ChangeListener,
  type Changes,
} from "../../../src/contract/live/changes.ts";
import type { ListenerFilter } from "../../../src/http/events/event-frames.ts";
import { CHECK_MS, LiveEvents, MAX_LISTENERS, PACE_MS } from "../../../src/http/events/live-events.ts";
import { readEvents, type SentEvent } from "./read-events.ts";

const MINUTE = 60_000;

interface Listening {
  /** What came since the last call, `ready` and heartbeats left out. */
  readonly take: () => readonly SentEvent[];
  readonly lastId: () => string;
  text: string;
  backlog: number;
  ended: boolean;
  /** Whether it may listen on. */
  isStill: boolean;
  stop(): void;
}

interface Setup {
  readonly live: LiveEvents;
  readonly reads: ChangedIds[];
  /** The listeners of the store. */
  readonly announcing: Set<ChangeListener>;
  readonly health: { value: object };
  readonly commit: (changes: Partial<Changes>) => void;
  readonly pass: (ms: number) => Promise<void>;
  readonly listen: (filter?: Partial<ListenerFilter>, lastId?: string | null) => Listening;
}

function setUp(t: TestContext, readFails = false): Setup {
  t.mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  let now = 0;
  const announcing = new Set<ChangeListener>();
  const reads: ChangedIds[] = [];
  const health = { value: { status: "ok" } as object };
  const live = new LiveEvents({
    events: {
      onChange: (listener) => {
        announcing.add(listener);
        return () => announcing.delete(listener);
      },
    },
    reads: {
      changed: async (ids) => {
        reads.push(ids);
        if (readFails) throw new Error("locked");
        const of = (id: number) => ({
          type: id % 2 === 0 ? "even" : "odd",
          job: "",
          workflow: "a.toml",
          state: "open",
        });
        return {
          tasks: ids.tasks.map((id) => ({ record_id: id, id: `run-${id}`, ...of(id), result: "", attempt: 0 })),
          alerts: ids.alerts.map((id) => ({ id, alert_type: "x", severity: "info", count: 1, ...of(id) })),
          files: ids.files.map((id) => ({ id, path: `/in/${id}`, matched: 1, tasks: 1 })),
          workflows: ids.workflows.map((id) => ({ id, name: `${id}.toml`, present: true })),
          backfills: [],
        };
      },
    },
    monotonic: () => now,
    redact: (rows) => rows.map((row) => ("path" in row ? { ...row, path: "hidden" } : row)),
    health: () => health.value,
  });
  t.after(() => live.close());
  const nothing = Object.fromEntries(CHANGE_KINDS.map((kind) => [kind, []])) as unknown as Changes;
  return {
    live,
    reads,
    announcing,
    health,
    commit: (changes) => announcing.forEach((listener) => listener({ ...nothing, all: false, ...changes })),
    pass: async (ms) => {
      for (let left = ms; left > 0; left -= 50) {
        now += 50;
        t.mock.timers.tick(50);
        await turn();
      }
    },
    listen: (filter = {}, lastId = null) => {
      let seen = 0;
      const one: Listening = {
        text: "",
        backlog: 0,
        ended: false,
        isStill: true,
        stop: () => undefined,
        lastId: () => /^id: (.*)$/m.exec(one.text.slice(one.text.lastIndexOf("id: ")))?.[1] ?? "",
        take: () => {
          const events = readEvents(one.text.slice(seen)).filter(({ event }) => event !== "ready");
          seen = one.text.length;
          return events;
        },
      };
      const output = {
        write: (text: string) => void (one.text += text),
        get backlog() {
          return one.backlog;
        },
        end: () => void (one.ended = true),
      };
      one.stop = live.listen({ scope: null, ...filter }, lastId, output, async () => one.isStill);
      return one;
    },
  };
}

const names = (events: readonly SentEvent[]) => events.map(({ event }) => event);
const ids = (events: readonly SentEvent[], kind: string) =>
  events.flatMap(({ data }) =>
    ((data as Record<string, { record_id?: number; id: number }[]>)[kind] ?? []).map((row) => row.record_id ?? row.id),
  );

describe("live events", () => {
  test("are sent at most four times a second, with one read for all listeners", async (t) => {
    const { commit, pass, listen, reads } = setUp(t);
    const [one, other] = [listen({ events: ["tasks"] }), listen({ events: ["tasks", "files"] })];
    for (let n = 1; n <= 20; n++) {
      commit({ tasks: [n], files: [n] });
      await pass(50);
    }
    await pass(PACE_MS);
    const tasks = one.take();
    assert.ok(tasks.length <= 6 && tasks.length >= 4, `${tasks.length} events in 1.25 seconds`);
    assert.equal(reads.length, tasks.length);
    assert.deepEqual(
      ids(tasks, "tasks"),
      Array.from({ length: 20 }, (_, n) => n + 1),
    );
    assert.deepEqual([...new Set(names(other.take()))].toSorted(), ["files", "tasks"]);
  });

  test("are sent more rarely while many listen", async (t) => {
    const { commit, pass, listen } = setUp(t);
    const one = listen({ events: ["tasks"] });
    for (let n = 1; n < 2 * PACE_MS; n++) listen({ events: ["tasks"] });
    for (let n = 1; n <= 40; n++) {
      commit({ tasks: [n] });
      await pass(50);
    }
    const sent = one.take().length;
    assert.ok(sent <= 5 && sent >= 3, `${sent} events in two seconds`);
  });

  test("concern only those who asked for their name, type, job or workflow", async (t) => {
    const { commit, pass, listen } = setUp(t);
    const [even, file, none] = [listen({ type: "even" }), listen({ workflow: "2.toml" }), listen({ job: "day" })];
    assert.deepEqual(names(even.take()), ["health"]);
    file.take();
    none.take();
    commit({ tasks: [1, 2], alerts: [3], workflows: [1, 2], notes: [7], pauses: [0] });
    await pass(PACE_MS);
    const events = even.take();
    assert.deepEqual(names(events), ["tasks", "workflows", "pauses", "notes"]);
    assert.deepEqual(ids(events, "tasks"), [2]);
    assert.deepEqual(ids(events, "workflows"), [1, 2]);
    assert.deepEqual(ids(file.take(), "workflows"), [2]);
    assert.deepEqual(ids(none.take(), "tasks"), []);
  });

  test("do not name what is too much, and read none of it", async (t) => {
    const { commit, pass, listen, reads } = setUp(t);
    const one = listen({ events: ["tasks", "files"] });
    for (let n = 0; n < 10; n++) commit({ tasks: Array.from({ length: 50 }, (_, id) => n * 50 + id), files: [n] });
    await pass(PACE_MS);
    const [tasks, files] = one.take();
    assert.deepEqual(tasks?.data, { tasks: [], more: true });
    assert.partialDeepStrictEqual(files?.data, { files: [{ id: 0, path: "hidden" }], more: false });
    assert.deepEqual(
      reads.map((read) => read.tasks.length),
      [0],
    );
    commit({ all: true });
    await pass(PACE_MS);
    assert.deepEqual(names(one.take()), ["reset"]);
  });

  test("go on after the last one that a listener had", async (t) => {
    const { commit, pass, listen } = setUp(t);
    const first = listen({ events: ["tasks"] });
    commit({ tasks: [1] });
    await pass(PACE_MS);
    const { lastId } = first;
    const id = lastId();
    first.stop();
    commit({ tasks: [2] });
    await pass(MINUTE / 2);
    const again = listen({ events: ["tasks"] }, id);
    await pass(PACE_MS);
    assert.deepEqual(ids(again.take(), "tasks"), [2]);
    commit({ tasks: [3] });
    await pass(PACE_MS);
    // The one that missed two sendings gets them, and one that is up to date gets nothing twice.
    assert.deepEqual(ids(listen({ events: ["tasks"] }, id).take(), "tasks"), [2, 3]);
    assert.deepEqual(listen({ events: ["tasks"] }, again.lastId()).take(), []);
  });

  test("begin with a reset when what came since is not known any more", async (t) => {
    const { commit, pass, listen, announcing } = setUp(t);
    const first = listen({ events: ["tasks"] });
    const id = first.lastId();
    for (let n = 0; n < 241; n++) {
      commit({ tasks: [n] });
      await pass(PACE_MS);
    }
    for (const old of [id, "x", "x-1", `${id}0000`, "-"]) {
      const again = listen({ events: ["tasks"] }, old);
      assert.deepEqual(names(again.take()), ["reset"], old);
      again.stop();
    }
    const latest = first.lastId();
    first.stop();
    assert.equal(announcing.size, 1, "for one that comes back");
    await pass(MINUTE + PACE_MS);
    assert.equal(announcing.size, 0);
    assert.deepEqual(names(listen({ events: ["tasks"] }, latest).take()), ["reset"], "nobody collected meanwhile");
  });

  test("are left out for a listener that does not read, which gets one reset then", async (t) => {
    const { commit, pass, listen } = setUp(t);
    const [slow, quick] = [listen({ events: ["tasks"] }), listen({ events: ["tasks"] })];
    slow.backlog = 300_000;
    for (let n = 1; n <= 3; n++) {
      commit({ tasks: [n] });
      await pass(PACE_MS);
    }
    assert.deepEqual(slow.take(), []);
    assert.deepEqual(ids(quick.take(), "tasks"), [1, 2, 3]);
    slow.backlog = 0;
    await pass(1000);
    assert.deepEqual(names(slow.take()), ["reset"]);
    commit({ tasks: [4] });
    await pass(PACE_MS);
    assert.deepEqual(ids(slow.take(), "tasks"), [4]);
    slow.backlog = 300_000;
    commit({ tasks: [5] });
    await pass(MINUTE + 2000);
    assert.deepEqual([slow.ended, quick.ended], [true, false]);
  });

  test("are a reset when the rows cannot be read", async (t) => {
    const { commit, pass, listen } = setUp(t, true);
    const one = listen({ events: ["tasks"] });
    commit({ tasks: [1] });
    await pass(PACE_MS);
    assert.deepEqual(names(one.take()), ["reset"]);
  });

  test("say how the instance is, at first and when that changes", async (t) => {
    const { pass, listen, health } = setUp(t);
    const one = listen({ events: ["health"] });
    assert.deepEqual(
      one.take().map(({ data }) => data),
      [{ status: "ok" }],
    );
    await pass(3000);
    assert.deepEqual(one.take(), []);
    health.value = { status: "failing" };
    await pass(1500);
    assert.deepEqual(
      one.take().map(({ data }) => data),
      [{ status: "failing" }],
    );
  });

  test("are for so many listeners, and for a quarter of an hour each; then a stop ends all", async (t) => {
    const { pass, listen, live, announcing } = setUp(t);
    const all = Array.from({ length: MAX_LISTENERS }, () => listen({ events: ["files"] }));
    assert.throws(() => listen(), { kind: "too_many", code: "too_many_listeners" });
    all[0]?.stop();
    const [first] = [listen()];
    await pass(16 * MINUTE);
    assert.ok(all.slice(1).every(({ ended }) => ended));
    assert.match(first.text, /^:$/m, "a heartbeat");
    live.close();
    assert.equal(announcing.size, 0);
  });

  test("in a scope are its own tasks, alerts, backfills and files of workflows, and nothing of the whole instance", async (t) => {
    const { commit, pass, listen, health } = setUp(t);
    const scopeOf = (text: string) => parseGrants(text)[0]?.scope ?? null;
    const even = listen({ scope: scopeOf("viewer on type:even") });
    const file = listen({ scope: scopeOf("viewer on workflow:2.*") });
    const changed = { tasks: [1, 2], alerts: [3, 4], files: [5], workflows: [1, 2], notes: [7], pauses: [8] };
    commit(changed);
    health.value = { status: "failing" };
    await pass(1500);
    const events = even.take();
    assert.deepEqual(names(events), ["tasks", "alerts"]);
    assert.deepEqual([ids(events, "tasks"), ids(events, "alerts")], [[2], [4]]);
    const ofFile = file.take();
    assert.deepEqual([names(ofFile), ids(ofFile, "workflows")], [["workflows"], [2]]);
    assert.equal(/health|files|notes|pauses/.test(even.text), false);
    // What was missed is filtered too.
    const again = listen({ scope: scopeOf("viewer on type:even") }, even.lastId().replace(/\d+$/, "0"));
    assert.deepEqual(ids(again.take(), "tasks"), [2]);
  });

  test("end for who may not listen on, or may do less", async (t) => {
    const { pass, listen, announcing } = setUp(t);
    const [one, other] = [listen(), listen()];
    await pass(2 * CHECK_MS);
    assert.deepEqual([one.ended, other.ended], [false, false]);
    one.isStill = false;
    await pass(CHECK_MS);
    assert.deepEqual([one.ended, other.ended], [true, false]);
    other.isStill = false;
    await pass(CHECK_MS + 2 * MINUTE);
    assert.equal(other.ended, true);
    assert.equal(announcing.size, 0);
  });
});
