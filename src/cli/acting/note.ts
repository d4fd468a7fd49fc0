import { parseNoteTarget, type NamedTarget } from "../../contract/note-target.ts";
import { printable } from "../../contract/printable.ts";
import { currentUser } from "../alerts/current-user.ts";
import { integerBetween, type Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import type { ConfigFlags } from "../find-config.ts";
import { targetOf } from "../target.ts";
import { notesJson, noteText } from "../output/notes.ts";
import { UsageError } from "../usage-error.ts";

interface Flags extends ConfigFlags {
  readonly workflow?: string;
  readonly remove?: number;
  readonly reason?: string;
  readonly json?: true;
}

/** `flowlord note TARGET [TEXT]` */
export function addNote(cli: Cli): void {
  cli
    .command(
      "note <target> [text]",
      "Leave a note on a task, file event, alert, phase or day for others to read; without a text, show the notes.",
      [
        'flowlord note 1204 "the supplier sends this file again tomorrow"',
        'flowlord note phase:load:daily "ask the warehouse team before a retry"',
        'flowlord note day:2026-11-30 "half of the shops were closed"',
        "flowlord note alert:12",
        'flowlord note file:17 --remove 3 --reason "it was the wrong file"',
      ],
    )
    .option("--workflow <name>", "the workflow file of a phase (default: the one that has it)")
    .option("--remove <note>", "remove the note of that number", integerBetween(1, Number.MAX_SAFE_INTEGER))
    .option("--reason <text>", "why it is removed, for others who read the history later")
    .option("--json", "one JSON object: target and notes, or the id of the note that was added or removed")
    .action(
      cli.action((target: string, text: string | undefined, flags: Flags) => note(cli.context, target, text, flags)),
    );
}

async function note(context: CliContext, written: string, text: string | undefined, flags: Flags): Promise<number> {
  const named = namedTarget(written, flags);
  const { remove: id, reason } = flags;
  if (id !== undefined && text !== undefined)
    throw new UsageError("note takes either a text, to add a note, or --remove with the number of one.");
  if (text === "") throw new UsageError("the note has no text; write what others should know");
  if (id === undefined && reason !== undefined)
    throw new UsageError("--reason says why a note is removed; it goes with --remove.");
  const target = await targetOf(flags, context);
  if (text === undefined && id === undefined) {
    const found = await target.read(({ plans }) => plans.notesOn(named));
    if (flags.json === true) context.out(JSON.stringify({ target: found.target, notes: notesJson(found.notes) }));
    else if (found.notes.length === 0) context.out(`${printable(found.target)} has no notes.`);
    else for (const row of found.notes) context.out(noteText(row, target.zone));
    return 0;
  }
  const instance = await target.openInstance();
  try {
    const by = currentUser();
    const changed =
      id === undefined
        ? await instance.notes.add({ target: named, text: text ?? "", by })
        : await instance.notes.remove({ target: named, id, by, reason: reason ?? "" });
    if (flags.json === true) context.out(JSON.stringify(changed));
    else {
      const done = id === undefined ? `on ${changed.target}` : `removed from ${changed.target}`;
      context.out(printable(`note ${changed.id} ${done}`));
    }
    return 0;
  } finally {
    await instance.close();
  }
}

function namedTarget(written: string, { workflow }: Flags): NamedTarget {
  const target = parseNoteTarget(written);
  if (target === null)
    throw new UsageError(
      `note is about a record or run of a task (1204), file:ID, alert:ID, phase:TYPE[:JOB] or day:2026-11-30, not "${printable(written)}".`,
    );
  if (workflow !== undefined && target.kind !== "phase")
    throw new UsageError("--workflow names the file of a phase, as in flowlord note phase:load --workflow sales.toml.");
  return { ...target, workflow: workflow ?? null };
}
