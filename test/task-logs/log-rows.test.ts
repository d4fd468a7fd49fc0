import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { MAX_ROW_BYTES, ROWS_PER_START, rowEnds } from "../../src/contract/api/tasks/log-rows.ts";
import { countRows, findRows } from "../../src/task-logs/log-rows.ts";
import { OpenLog } from "../../src/task-logs/read-log.ts";
import { logFolder, logTask, writeLog } from "./fixture.ts";

const GOES_ON = new AbortController().signal;

async function opened(t: TestContext, text: string): Promise<OpenLog> {
  const log = await OpenLog.open({ path: writeLog(logFolder(t), logTask(), text), isPartial: false });
  assert.ok(log !== null);
  t.after(() => log.close());
  return log;
}

/** As a page reads it: in parts that the starts tell. */
async function rowsOf(log: OpenLog, size: number): Promise<readonly string[]> {
  const { starts, until } = await countRows(log, { from: 0, size }, GOES_ON);
  const rows: string[] = [];
  for (const [at, start] of starts.entries()) {
    const pieces: Buffer[] = [];
    for await (const piece of log.range(start, starts[at + 1] ?? until)) pieces.push(piece);
    const bytes = Buffer.concat(pieces);
    let begins = 0;
    for (const end of rowEnds(bytes, true)) {
      rows.push(bytes.toString("utf8", begins, end));
      begins = end;
    }
    assert.ok(at === starts.length - 1 || rows.length === (at + 1) * ROWS_PER_START, "each part has as many rows");
  }
  return rows;
}

test("rows are lines, over pieces of the file; the last one needs no line break", async (t) => {
  const lines = Array.from({ length: 12_345 }, (_, line) => `line ${line} ${"x".repeat(line % 90)}\n`);
  const text = `${lines.join("")}end`;
  const log = await opened(t, text);
  const { rows, starts, until } = await countRows(log, { from: 0, size: text.length }, GOES_ON);
  assert.deepEqual([rows, starts.length, until], [12_346, 25, text.length]);
  assert.deepEqual(await rowsOf(log, text.length), [...lines, "end"]);
});

test("what is counted on from the last start has the same rows as what is counted at once", async (t) => {
  const text = "a line\n".repeat(2345);
  const log = await opened(t, text);
  const first = await countRows(log, { from: 0, size: 7 * 1000 + 3 }, GOES_ON);
  const last = first.starts.at(-1) ?? 0;
  const rest = await countRows(log, { from: last, size: text.length }, GOES_ON);
  const whole = await countRows(log, { from: 0, size: text.length }, GOES_ON);
  assert.deepEqual([...first.starts.slice(0, -1), ...rest.starts], whole.starts);
  assert.equal((first.starts.length - 1) * ROWS_PER_START + rest.rows, whole.rows);
});

test("a line without an end is several rows, in the same places wherever pieces of the file end", async (t) => {
  const text = `short\n${"y".repeat(200_000)}\n${"z".repeat(MAX_ROW_BYTES - 1)}\n\nlast\n`;
  const log = await opened(t, text);
  const rows = await rowsOf(log, text.length);
  assert.equal(rows.join(""), text);
  assert.ok(rows.every((row) => row.length <= MAX_ROW_BYTES));
  assert.equal(rows.length, 1 + Math.ceil(200_001 / MAX_ROW_BYTES) + 1 + 1 + 1);
});

test("an empty output has no rows", async (t) => {
  const log = await opened(t, "");
  assert.deepEqual(await countRows(log, { from: 0, size: 0 }, GOES_ON), { rows: 0, starts: [], until: 0 });
});

test("a text is found in any case, through codes of colours, and the search goes on where it stopped", async (t) => {
  const lines = Array.from({ length: 5000 }, (_, line) => {
    if (line === 7) return "slow\u001B[31m Down\u001B[0m\n";
    return line % 1000 === 999 ? "Größe: SLOW DOWN\n" : `fine ${line}\n`;
  });
  const text = lines.join("");
  const log = await opened(t, text);
  const size = Buffer.byteLength(text);
  const all = { text: "slow down", from: 0, row: 0, size, limit: 100 };
  const found = await findRows(log, all, GOES_ON);
  assert.deepEqual(found, { rows: [7, 999, 1999, 2999, 3999, 4999], until: size, nextRow: 5000 });
  const first = await findRows(log, { ...all, limit: 2 }, GOES_ON);
  assert.deepEqual(first.rows, [7, 999]);
  const rest = await findRows(log, { ...all, from: first.until, row: first.nextRow }, GOES_ON);
  assert.deepEqual(rest.rows, [1999, 2999, 3999, 4999]);
  assert.deepEqual((await findRows(log, { ...all, text: "GRÖSSE" }, GOES_ON)).rows, []);
  assert.equal((await findRows(log, { ...all, text: "GRÖßE" }, GOES_ON)).rows.length, 5);
});

test("nobody waits for it any more: the reading ends", async (t) => {
  const text = "a\n".repeat(200_000);
  const log = await opened(t, text);
  const { rows } = await countRows(log, { from: 0, size: text.length }, AbortSignal.abort());
  assert.equal(rows, 0);
});
