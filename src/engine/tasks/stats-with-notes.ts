import { noteDaysOf } from "../../core/stats/note-days.ts";
import type { NoteRow } from "../../store/notes.ts";
import type { StatsSpan, StatsSummary } from "../../store/stats-queries.ts";
import type { ReadStore } from "../../store/store.ts";

/** The tasks of a span, and the notes on its days by the clock of `zone` (IANA). */
export async function statsWithNotes(
  span: StatsSpan,
  { stats, notes }: Pick<ReadStore, "stats" | "notes">,
  zone: string,
): Promise<{ readonly summary: StatsSummary; readonly notes: readonly NoteRow[] }> {
  const summary = await stats.summary(span);
  return { summary, notes: await notes.of("day", noteDaysOf(summary, zone)) };
}
