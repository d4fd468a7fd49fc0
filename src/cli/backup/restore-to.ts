import type { BackupsHere, StoredBackup } from "../../app/backup/backups-here.ts";
import { printable } from "../../contract/printable.ts";
import { bytesText } from "../output/bytes.ts";
import { isoTime, localTime } from "../output/times.ts";
import { momentJson, segmentsText } from "./moment-text.ts";
import { progressLines } from "./progress.ts";
import type { HowShown } from "./restore-list.ts";

interface Asked {
  /** Absolute. */
  readonly file: string;
  /** Null: the newest. */
  readonly at: number | null;
}

/** `flowlord restore --to FILE`. One that is not good is refused, never passed over: an older one may lack what is wanted. */
export async function restoreTo(
  backups: BackupsHere,
  { file, at }: Asked,
  { context, zone, isJson }: HowShown,
): Promise<number> {
  const { nextGood } = await import("../../app/restore/restore-sources.ts");
  const [name, ...older] = (await backups.names()).filter((backup) => at === null || backup.at <= at);
  const newest = name === undefined ? null : await backups.read(name);
  if (newest === null) {
    const which = at === null ? "no backup" : `no backup of ${localTime(at, zone)} or before it`;
    context.err(`flowlord: there is ${which} in ${backups.target}; flowlord restore --list shows what is there.`);
    return 1;
  }
  const before = older[0] === undefined || at === null ? null : await backups.read(older[0]);
  const chosen = await backups.moment(newest, before, at);
  const say = progressLines(context);
  const { id, manifest } = chosen;
  const bytes = manifest?.database.bytes ?? 0;
  const problem = await backups.restore(chosen, file, (done) => say(`restoring ${id}`, done, bytes));
  if (problem !== null) {
    context.err(`flowlord: nothing was restored: ${printable(problem)}`);
    // What is wrong with a segment says which moment can be had instead.
    if ((chosen.moment?.segments.length ?? 0) === 0) context.err(nextText(await nextGood(older, backups)));
    return 1;
  }
  const from = isoTime(chosen.at);
  if (isJson) context.out(JSON.stringify({ id, created_at: from, ...momentJson(chosen), file, database_bytes: bytes }));
  else
    context.out(
      printable(
        `${file}: the backup ${id} of ${localTime(chosen.at, zone)} (${zone})${segmentsText(chosen, zone)}, ${bytesText(bytes)}, checked`,
      ),
    );
  return 0;
}

export function nextText(next: StoredBackup | null): string {
  if (next === null) return "No older one can be restored here either.";
  return `The next one before it that looks good: ${next.id}, with --at ${isoTime(next.at)}`;
}
