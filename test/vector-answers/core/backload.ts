import { slotsAfter, slotTasks } from "../../../src/core/backfill/slots.ts";
import {
  BackloadError,
  backloadFile,
  type BackloadPlan,
  parseBackload,
  planBackload,
} from "../../../src/core/backfill/backload.ts";
import type { Row } from "../../../src/core/task/batch-rows.ts";
import { MetaRowsError, metaRowsFormat, parseMetaRows } from "../../../src/core/task/meta-rows.ts";
import { buildGraph } from "../../../src/core/workflow/graph.ts";
import type { WorkflowGraph } from "../../../src/core/workflow/phase.ts";
import { parseWorkflowFile } from "../../../src/core/workflow/workflow-file.ts";
import { covers, type VectorCase } from "../../../scripts/vector-runner.ts";

interface BackloadCase {
  readonly body: unknown;
  readonly now: string;
  readonly timezone: string;
  readonly workflows: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
}

/** What the slots of a request are, without a server: `sent` is what an execution hands to the outbox. */
export function answer(input: unknown): unknown {
  const one = input as BackloadCase;
  const now = Date.parse(one.now);
  const options = { zone: one.timezone, now };
  const graph = buildGraph(
    Object.entries(one.workflows).map(([name, text]) => ({
      name,
      phases: parseWorkflowFile(name, text, options).phases,
    })),
  );
  try {
    return answerTo(one, graph, now);
  } catch (error) {
    if (!(error instanceof BackloadError)) throw error;
    return { content_type: "text/plain; charset=utf-8", sent: [], status: 400, text: `${error.message}\n` };
  }
}

function answerTo(one: BackloadCase, graph: WorkflowGraph, now: number): unknown {
  const request = parseBackload(typeof one.body === "string" ? one.body : JSON.stringify(one.body));
  const file = backloadFile(request, graph);
  const plan = planBackload(request, { graph, now, zone: one.timezone, metaRows: () => rowsOf(file, one.files) });
  const tasks = tasksOf(plan);
  const { execute } = request;
  return {
    content_type: "application/json",
    status: 200,
    json: {
      Status: (execute ? "Executed: " : "DRY RUN ONLY: ") + plan.notes.join(", "),
      Count: tasks.length,
      Tasks: tasks.length === 0 ? null : tasks.map((task) => ({ ...task, created: "<now>", id: "<uuid>" })),
    },
    sent: execute ? tasks.map((task) => ({ topic: task.type, task })) : [],
  };
}

function tasksOf({ spec, phase, isEmpty }: BackloadPlan) {
  if (isEmpty) return [];
  const made = Array.from(slotsAfter(spec, phase, null), slotTasks(spec, { host: "host", uuid: () => "00000000" }));
  return made.map(({ type, job, info, meta }) => ({ type, ...(job === "" ? {} : { job }), info, meta }));
}

function rowsOf(path: string, files: Readonly<Record<string, string>>): readonly Row[] | Error {
  const content = files[path.replace("<dir>/", "")];
  if (content === undefined) return new Error("there is no such file");
  const rows = parseMetaRows(content, metaRowsFormat(path));
  return rows instanceof MetaRowsError ? rows : rows;
}

/** The words of a parser are hints, and the recorded lengths are placeholders. */
export function compare(got: unknown, wanted: unknown, testCase: VectorCase): boolean {
  return covers(plainText(got), plainText(wanted), testCase.ours_partial === undefined);
}

function plainText(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("text" in value)) return value;
  const text = String(value.text);
  const isParser = /^(?:json: |invalid JSON: |invalid character |unexpected end )/.test(text);
  return { ...value, text: isParser ? "<parser>" : text.replace(/\d+ != \d+/, "<n> != <n>") };
}
