import { writeTaskMessage } from "../../../src/contract/task-message.ts";
import type { FileEffects } from "../../../src/core/decide/decider.ts";
import { phaseName } from "../../../src/core/workflow/graph.ts";
import { handleFiles } from "../../../src/engine/handle-file.ts";
import { covers, type VectorCase } from "../../../scripts/vector-runner.ts";
import { openRig, type Rig } from "../../engine/rig/rig.ts";
import { instantText, withoutErrorText } from "../support/effect-values.ts";

interface FileCase {
  readonly workflows: Readonly<Record<string, string>>;
  readonly events: readonly unknown[];
  readonly changed_before_refresh?: Readonly<Record<string, string>>;
}

/** Each event goes through the engine and a real database. */
export async function answer(input: unknown): Promise<unknown> {
  const one = input as FileCase;
  const rig = await openRig({ workflows: one.workflows });
  try {
    for (const [name, source] of Object.entries(one.changed_before_refresh ?? {})) await rig.write(name, source);
    if (one.changed_before_refresh !== undefined) await rig.reload();
    const steps: unknown[] = [];
    for (const event of one.events)
      steps.push(await step(typeof event === "string" ? event : JSON.stringify(event), rig));
    const entries = rig.context.graph().scheduled.map((phase) => `${phaseName(phase)} ${phase.rule.cronText}`);
    return { cron_entries: entries.toSorted(), steps };
  } finally {
    await rig.close();
  }
}

async function step(payload: string, rig: Rig): Promise<unknown> {
  rig.effects.length = 0;
  await handleFiles([{ topic: "files", payload, id: null }], rig.context);
  const [effects] = rig.effects as FileEffects[];
  const [deadLetter] = await rig.store.reads.deadLetters({ limit: 1, before: null, includeRedriven: true });
  if (effects === undefined) return { error: deadLetter?.reason, matches: 0, sent: [], file_record: null };
  return {
    error: effects.matches.length === 0 ? "no match" : null,
    matches: effects.matches.length,
    sent: effects.tasks.map(({ message }) => {
      const { created: _, id: __, ...task } = JSON.parse(writeTaskMessage(message)) as Record<string, string>;
      return { topic: message.type, task };
    }),
    file_record: fileRecord(rig),
  };
}

/** The row kept about the newest event, with what it matched. */
function fileRecord(rig: Rig): unknown {
  const row = rig.stored.files().at(-1);
  const matches = rig.stored.fileMatches().filter((match) => match.file_message_id === row?.id);
  const graph = rig.context.graph();
  return {
    path: row?.path,
    size: row?.size,
    last_modified: instantText(row?.created ?? null),
    task_time: instantText(row?.task_time ?? null),
    task_names: matches.map((match) => {
      const phase = graph.byId.get(match.phase_id);
      return phase === undefined ? "" : phaseName(phase);
    }),
    task_ids: matches.filter((match) => match.record_id !== null).length,
    shown_on_page: true,
  };
}

export function compare(got: unknown, wanted: unknown, testCase: VectorCase): boolean {
  const exact = testCase.ours_partial === undefined || testCase.ours !== undefined;
  return covers(withoutErrorText(got), withoutErrorText(wanted), exact);
}
