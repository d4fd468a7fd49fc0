import assert from "node:assert/strict";
import { test } from "node:test";
import { ReportLines, type ProgressLine } from "../../../src/worker/exec/report-lines.ts";

function read(...chunks: readonly string[]): { report: string | null; progress: readonly ProgressLine[] } {
  const progress: ProgressLine[] = [];
  const lines = new ReportLines((line) => progress.push(line));
  for (const chunk of chunks) lines.write(Buffer.from(chunk));
  return { report: lines.report(), progress };
}

test("a line of progress is no part of the report, wherever it is cut", () => {
  const text = '{"progress":0.4,"msg":"3 of 7"}\n{"result":"warn"}\n';
  for (let at = 0; at <= text.length; at += 1)
    assert.deepEqual(read(text.slice(0, at), text.slice(at)), {
      report: '{"result":"warn"}\n',
      progress: [{ progress: 0.4, msg: "3 of 7" }],
    });
});

test("a report that names a result is the report, whatever else it names", () => {
  const text = '{"result":"complete","progress":1}';
  assert.deepEqual(read(text), { report: text, progress: [] });
});

test("a report over several lines stays as it is", () => {
  const text = '{\n  "result": "warn",\n  "msg": "the \\"progress\\" was slow"\n}\n';
  assert.deepEqual(read(text), { report: text, progress: [] });
});

test("progress without end does not make the report too large; a line without end does", () => {
  const line = '{"progress":0.1}\n';
  const { report, progress } = read(...Array.from({ length: 5000 }, () => line), '{"result":"warn"}');
  assert.deepEqual([report, progress.length], ['{"result":"warn"}', 5000]);
  assert.equal(read("x".repeat(40_000), "x".repeat(40_000)).report, null);
});
