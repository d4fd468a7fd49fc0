import type { HandOutcome, RestoredThing, RestorePlan } from "../../app/restore/by-hand.ts";
import type { Options } from "../../config/options.ts";
import { printable } from "../../contract/printable.ts";
import { confirm } from "../acting/confirm.ts";
import { currentUser } from "../alerts/current-user.ts";
import { bytesText } from "../output/bytes.ts";
import { isoTime, localTime } from "../output/times.ts";
import { progressLines } from "./progress.ts";
import type { HowShown } from "./restore-list.ts";
import { nextText } from "./restore-to.ts";

interface Request {
  /** Null: the newest. */
  readonly at: number | null;
  readonly isPlainCopy: boolean;
  readonly isYes: boolean;
}

/** `flowlord restore`: in the place of the database. */
export async function restoreHere(
  options: Options,
  { at, isPlainCopy, isYes }: Request,
  { context, zone, isJson }: HowShown,
  signal: AbortSignal,
): Promise<number> {
  const { restoreByHand } = await import("../../app/restore/by-hand.ts");
  const say = progressLines(context);
  const outcome = await restoreByHand(
    options,
    { at, isPlainCopy, by: currentUser() },
    {
      signal,
      onBytes: (done, total) => say("restoring", done, total),
      print: (line) => context.err(printable(line)),
      // What is not there is not replaced.
      confirm: async (plan) =>
        !plan.isThere ||
        (await confirm(
          {
            summary: planText(plan, zone),
            question: "Restore it?",
            refusal: "Nothing was done: say --yes to restore it.",
          },
          isYes,
          context,
        )),
    },
  );
  switch (outcome.kind) {
    case "none": {
      const which = isPlainCopy
        ? "no copy of the older program"
        : at === null
          ? "no backup"
          : `no backup of ${localTime(at, zone)} or before it`;
      context.err(`flowlord: there is ${which} in ${outcome.target}; flowlord restore --list shows what is there.`);
      return 1;
    }
    case "declined":
      return 1;
    case "refused":
      context.err(`flowlord: nothing was restored, and the database is as it was: ${printable(outcome.problem)}`);
      if (!isPlainCopy) context.err(nextText(outcome.next));
      return 1;
    case "restored":
      context.out(isJson ? JSON.stringify(jsonOf(outcome)) : printableLines(restoredText(outcome, zone)));
      return 0;
  }
}

/** `flowlord restore --local` */
export async function keepHere(options: Options, { context, isJson }: HowShown, signal: AbortSignal): Promise<number> {
  const { keepLocal } = await import("../../app/restore/by-hand.ts");
  const print = (line: string): void => context.err(printable(line));
  const kept = await keepLocal(options, currentUser(), { signal, print });
  const { target } = kept;
  const setAside = kept.kind === "kept" ? kept.setAside : 0;
  const newest = kept.kind === "kept" ? kept.newest.id : kept.newest;
  if (isJson) context.out(JSON.stringify({ database: options.sqlite.localPath, newest, set_aside: setAside }));
  else if (newest === null) context.out(`There are no backups in ${target}: there is nothing to set aside.`);
  else if (kept.kind === "current")
    context.out(`The database knows its newest backup ${newest}: there is nothing to set aside.`);
  else
    context.out(
      printable(
        `The database stays as it is. Set aside in ${target}: ${countOf(setAside)}, the newest ${newest}; they stay there until the keep policy removes them.`,
      ),
    );
  return 0;
}

function planText({ path, changes, from, newer }: RestorePlan, zone: string): string {
  const had = changes === null ? "" : ` (${changes.toLocaleString("en-US")} changes)`;
  const given = newer === 0 ? "" : ` ${countOf(newer)} newer than it ${newer === 1 ? "is" : "are"} set aside.`;
  return printable(`The database ${path}${had} is replaced by ${nameOf(from, zone)}, and kept aside.${given}`);
}

function nameOf(from: RestoredThing, zone: string): string {
  if (from.kind === "plain_copy")
    return `the copy ${from.path} of the older program, of ${localTime(from.at, zone)} (${zone})`;
  const has = from.changes === null ? "" : ` (${from.changes.toLocaleString("en-US")} changes)`;
  return `the backup ${from.id} of ${localTime(from.at, zone)} (${zone})${has}`;
}

function restoredText(
  { plan, keptAside }: Extract<HandOutcome, { kind: "restored" }>,
  zone: string,
): readonly string[] {
  const { path, from, newer } = plan;
  return [
    `${path}: ${nameOf(from, zone)}, ${bytesText(from.bytes)}, checked`,
    ...(keptAside === null ? [] : [`What was there is kept as ${keptAside}`]),
    ...(newer === 0 ? [] : [`Set aside: ${countOf(newer)} newer than it`]),
  ];
}

function jsonOf({ plan, keptAside }: Extract<HandOutcome, { kind: "restored" }>): object {
  const { path, from, newer } = plan;
  return {
    id: from.kind === "backup" ? from.id : null,
    created_at: isoTime(from.at),
    database: path,
    database_bytes: from.bytes,
    kept_aside: keptAside,
    set_aside: newer,
  };
}

function countOf(backups: number): string {
  return `${backups.toLocaleString("en-US")} ${backups === 1 ? "backup" : "backups"}`;
}

function printableLines(lines: readonly string[]): string {
  return lines.map(printable).join("\n");
}
