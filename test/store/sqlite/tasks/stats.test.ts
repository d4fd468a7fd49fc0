import assert from "node:assert/strict";
import { join } from "node:path";
import { after, it } from "node:test";
import { secondsText } from "../../../../src/contract/time/instant.ts";
import { DAY, HOUR } from "../../../../src/contract/time/time-units.ts";
import { doneDecider, doneMessage, newTask, NOW, taskMessage } from "../../factories.ts";
import { openBare, openScratch, scratchFolder } from "../scratch.ts";

const path = join(scratchFolder(), "stats.db");
const store = await openScratch(path);
after(() => store.close());

/** A task created at that time that ran so long; null: without a result. */
async function task(at: number, name: string, result: string, seconds: number | null): Promise<void> {
  const [type = "", job = ""] = name.split(":");
  const message = taskMessage({ id: `${name}-${at}-${result}-${seconds}`, type, job, created: secondsText(at) });
  await store.createTasks([newTask({ message })], at);
  if (seconds === null) return;
  const started = at + 2000;
  const told = { ...message, result, started: secondsText(started), ended: secondsText(started + seconds * 1000) };
  await store.ingestDone([doneMessage(told)], doneDecider(), started);
}

it("sums up a span of hours, whole days from the daily counters and the rest from the hourly ones", async () => {
  const today = Math.floor(NOW / DAY) * DAY;
  for (let second = 1; second <= 100; second++) await task(today + HOUR, "load:eu", "complete", second);
  await task(today + HOUR, "load:eu", "error", 1);
  await task(today - 3 * DAY, "load:eu", "complete", 10);
  await task(today - HOUR, "send", "warn", 10);
  await task(today + 2 * HOUR, "send", "", null);

  const day = await store.reads.stats.summary({ from: today, until: today + DAY });
  assert.deepEqual(
    { total: day.all.total, complete: day.all.complete, error: day.all.error, unfinished: day.all.unfinished },
    { total: 102, complete: 100, error: 1, unfinished: 1 },
  );
  const [load, send] = day.kinds;
  assert.deepEqual([load?.type, load?.job, send?.type, send?.job], ["load", "eu", "send", ""]);
  const run = load?.run;
  assert.equal(run?.count, 101);
  assert.equal(Math.round(run.mean), Math.round((5050 + 1) * (1000 / 101)));
  // Never below the true ones, and at most an eighth of an octave above.
  for (const [got, parameters] of [
    [run.p50, 50_000],
    [run.p95, 95_000],
    [run.p99, 99_000],
  ] as const)
    assert.ok(got >= parameters && got <= parameters * 1.1, `${got} for ${parameters}`);
  assert.equal(load?.queue?.count, 101);
  assert.equal(send?.run, null);

  const week = await store.reads.stats.summary({ from: today - 4 * DAY - HOUR, until: today + 3 * HOUR });
  assert.equal(week.all.total, 104);
  const hour = await store.reads.stats.summary({ from: today - HOUR + 1, until: today });
  assert.deepEqual([hour.from, hour.all.total, hour.all.warn], [today - HOUR, 1, 1]);

  const series = (...edges: number[]): Promise<number[]> =>
    store.reads.stats.series(edges).then((steps) => steps.map(({ total }) => total));
  assert.deepEqual(await series(...Array.from({ length: 6 }, (_, n) => today + (n - 2) * HOUR)), [0, 1, 0, 101, 1]);
  // Days that begin where those of UTC do not.
  assert.deepEqual(await series(today - 23 * HOUR, today + HOUR, today + 25 * HOUR), [1, 102]);
  // An hour counts where its middle is.
  assert.deepEqual(await series(today, today + 1.5 * HOUR, today + 2.5 * HOUR, today + 3 * HOUR), [0, 101, 1]);
  const weeks = Array.from({ length: 3 }, (_, n) => today + DAY + (n - 2) * 7 * DAY);
  const before = await series(...weeks);
  assert.deepEqual(before, [0, 104]);
  const db = openBare(path);
  // As after 400 days.
  db.prepare("DELETE FROM task_counts_hourly WHERE hour < ?").run(today);
  assert.deepEqual(await series(...weeks), before);
  db.exec("DELETE FROM task_counts_hourly");
  db.close();
  assert.deepEqual(await series(...weeks), before);
});

it("counts the hours of the very first day too, and those of each type and job", async (t) => {
  const first = await openScratch(join(scratchFolder(), "first.db"));
  t.after(() => first.close());
  const today = Math.floor(NOW / DAY) * DAY;
  let made = 0;
  for (const [hour, type] of [
    [3, "load"],
    [3, "load"],
    [5, "send"],
  ] as const) {
    const message = taskMessage({ id: `first-${(made += 1)}`, type, created: secondsText(today + hour * HOUR) });
    await first.createTasks([newTask({ message })], today + hour * HOUR);
  }
  const edges = Array.from({ length: 7 }, (_, hour) => today + hour * HOUR);
  const { stats } = first.reads;
  assert.deepEqual(
    (await stats.series(edges)).map(({ total }) => total),
    [0, 0, 0, 2, 0, 1],
  );
  assert.deepEqual(
    (await stats.seriesOfKinds(edges)).map(({ type, step, total, unfinished }) => [type, step, total, unfinished]),
    [
      ["load", 3, 2, 2],
      ["send", 5, 1, 1],
    ],
  );
  const usual = (except: readonly { type: string; job: string }[]): Promise<string> =>
    stats.usualHours({ until: today + DAY, days: 14, except }).then((hours) => hours.slice(0, 7).join(" "));
  assert.equal(await usual([]), "0 0 0 2 0 1 0");
  assert.equal(await usual([{ type: "load", job: "" }]), "0 0 0 0 0 1 0");
});

it("counts a replaced result only by its current value", async () => {
  const at = NOW + 10 * DAY;
  const message = taskMessage({ id: "again", type: "again", created: secondsText(at) });
  await store.createTasks([newTask({ message })], at);
  const told = (result: string, seconds: number) =>
    doneMessage({ ...message, result, started: secondsText(at), ended: secondsText(at + seconds * 1000) });
  const decider = doneDecider();
  await store.ingestDone([told("error", 1)], decider, at);
  const replacing = {
    ...decider,
    decide: (...given: Parameters<typeof decider.decide>) => {
      const [one, state] = given;
      return decider.decide(one, {
        ...state,
        record: state.record === null ? null : { ...state.record, state: "queued" },
      });
    },
  };
  await store.ingestDone([told("complete", 100)], replacing, at);
  const { kinds } = await store.reads.stats.summary({ from: at, until: at + HOUR });
  assert.deepEqual([kinds[0]?.total, kinds[0]?.complete, kinds[0]?.error], [1, 1, 0]);
  assert.equal(kinds[0]?.run?.count, 1);
  assert.ok((kinds[0].run.p50 ?? 0) >= 100_000);
});
