import assert from "node:assert/strict";
import { test } from "node:test";
import { rows, until } from "../e2e/flowlord.ts";
import { doneMessage, Pipeline } from "./pipeline.ts";
import { randomFrom, SEED } from "../support/seed.ts";

const DONES = 10_000;
const messages = Array.from({ length: DONES }, (_, number) => doneMessage(number));

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const mixed = [...items];
  for (let at = mixed.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    [mixed[at], mixed[other]] = [mixed[other] as T, mixed[at] as T];
  }
  return mixed;
}

/** What the database holds, a line for each row, without ids and the times of the run; `sent` is marked by and by. */
function content(pipeline: Pipeline): readonly string[] {
  const tasks = rows(
    pipeline.database,
    `SELECT task.task_id, task.type, task.info, task.meta, task.result,
       iif(task.state = 'sent', 'queued', task.state) AS state, task.attempt, parent.task_id AS parent
     FROM task_records AS task LEFT JOIN task_records AS parent ON parent.id = task.parent_id
     ORDER BY task.type, task.info`,
  );
  const links = rows(
    pipeline.database,
    `SELECT parent.task_id AS parent, child.type, child.info, link.kind, link.position
     FROM task_relationships AS link
     JOIN task_records AS parent ON parent.id = link.parent_id
     JOIN task_records AS child ON child.id = link.child_id
     ORDER BY child.type, child.info, parent.task_id`,
  );
  return [...tasks, ...links].map((row) => JSON.stringify(row));
}

test(
  `${DONES} dones three times in random order end in the same rows as once in order`,
  { timeout: 300_000 },
  async (t) => {
    t.diagnostic(`seed ${SEED}`);
    const random = randomFrom(SEED);
    const [inOrder, mixed] = [await Pipeline.open(t), await Pipeline.open(t)];
    if (inOrder === null || mixed === null) return;
    await inOrder.feed(messages);
    inOrder.start();
    await inOrder.settles(t, DONES);
    await mixed.feed(shuffled([...messages, ...messages, ...messages], random));
    mixed.start();
    await mixed.settles(t, DONES);
    const [found, wanted] = [content(mixed), content(inOrder)];
    assert.ok(wanted.length >= 3 * DONES);
    assert.deepEqual(found, wanted);
  },
);

test(`${DONES} poison messages among ${DONES} good ones`, { timeout: 300_000 }, async (t) => {
  const random = randomFrom(SEED);
  const poison = Array.from({ length: DONES }, (_, number) => `{"type":"root","info":"?n=${number}"`);
  const took: number[] = [];
  let poisoned: Pipeline | null = null;
  for (const fed of [messages, shuffled([...messages, ...poison], random)]) {
    const pipeline = await Pipeline.open(t, { http: true });
    if (pipeline === null) return;
    poisoned = pipeline;
    await pipeline.feed(fed);
    pipeline.start();
    await until(() => pipeline.recorded() > 0, 1);
    const start = performance.now();
    await until(() => pipeline.recorded() === DONES, 1);
    took.push(performance.now() - start);
    if (fed === messages) await pipeline.settles(t, DONES);
  }
  assert.ok(poisoned !== null);
  const database = poisoned.database;
  const deadLetters = (): number => rows<{ n: number }>(database, "SELECT count(*) AS n FROM dead_letters")[0]?.n ?? 0;
  await until(() => deadLetters() === DONES);
  const mended = doneMessage(DONES);
  await poisoned.redrive(mended);
  await poisoned.settles(t, DONES + 1);
  assert.ok(poisoned.recordedIds().has(`run-${DONES}`), "the mended one went through");
  assert.equal(deadLetters(), DONES);
  const [alone = 0, among = Infinity] = took;
  t.diagnostic(
    `${Math.round((DONES * 1000) / alone)} a second alone, ${Math.round((DONES * 1000) / among)} among poison`,
  );
  assert.ok(among <= 2 * alone, "at no less than half the speed");
});
