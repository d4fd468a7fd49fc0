import type { StatusAnswer } from "../../../../src/contract/api/instance/status-answer.ts";
import { sizeText } from "../../../../src/contract/live/size-text.ts";
import type { Status } from "../../../components/mark.tsx";
import { ago, type Clock, count } from "../../../services/format.ts";
import type { BackupsAnswer } from "../backups/backup-queries.ts";
import type { MetricsAnswer } from "../../../services/queries.ts";

/** A sentence about the instance. */
export interface Finding {
  readonly status: Status;
  /** What, as a sentence. */
  readonly text: string;
  /** What it means, and what to do. */
  readonly more: string;
  /** When it began (ms since 1970); null: that is not known. */
  readonly since: number | null;
  /** The section of the page that helps. */
  readonly place: "backups" | "restore" | "pauses" | "workers" | "database" | null;
}

interface Known {
  readonly status: StatusAnswer;
  /** Null: not known yet. */
  readonly metrics: Pick<MetricsAnswer, "database" | "disks"> | null;
  readonly backups: BackupsAnswer | null;
}

/** Days until the limit from which on it is worth a sentence. */
const SOON_DAYS = 14;
const MOST_LAG_S = 60;

/** What is not well, the worst first; when all is, the one sentence that says so. */
export function findings(known: Known, clock: Clock, now: number): readonly Finding[] {
  const found = [
    ...ofParts(known.status),
    ...ofPeople(known.status),
    ...ofRoom(known),
    ...ofBackups(known, clock, now),
  ];
  const rank = (finding: Finding): number => (finding.status === "error" ? 0 : finding.status === "warn" ? 1 : 2);
  if (found.every((finding) => rank(finding) === 2)) return [allWell(known, clock, now), ...found];
  return found.toSorted((a, b) => rank(a) - rank(b));
}

function ofParts({ bus, store, scheduler, link, degraded }: StatusAnswer): readonly Finding[] {
  const found: Finding[] = [];
  const reason = (text: string | null): string => (text === null ? "" : `${text.replace(/\.?$/, ".")} `);
  if (!bus.working)
    found.push({
      status: "error",
      text: `The bus ${link.name} is not connected.`,
      more: `${reason(bus.reason)}Tasks wait in the database, and are sent when it is back.`,
      since: Date.parse(link.since),
      place: null,
    });
  if (!store.working)
    found.push({
      status: "error",
      text: "The database cannot be written.",
      more: `${reason(store.reason)}Nothing is taken in meanwhile.`,
      since: null,
      place: "database",
    });
  if (!scheduler.working)
    found.push({
      status: "error",
      text: "Schedules are late.",
      more: reason(scheduler.reason),
      since: null,
      place: null,
    });
  for (const { name, reason: why } of degraded)
    found.push({
      status: "warn",
      text: `${name} works less well than it could.`,
      more: reason(why),
      since: null,
      place: null,
    });
  return found;
}

/** What somebody has done, and may have forgotten. */
function ofPeople({ drained, restore_held: held, paused }: StatusAnswer): readonly Finding[] {
  const found: Finding[] = [];
  if (held !== null)
    found.push({
      status: "error",
      text: `A restore holds ${count(held.messages)} messages and ${count(held.ticks)} ticks.`,
      more: "They may have been done before the restore: accept or drop them.",
      since: null,
      place: "restore",
    });
  if (drained)
    found.push({
      status: "warn",
      text: "The workers of this instance take no more tasks.",
      more: "Somebody drained them; they stay so until they are told to take tasks again.",
      since: null,
      place: "workers",
    });
  const all = paused.find(({ task, workflow }) => task === "" && workflow === "");
  if (all !== undefined)
    found.push({
      status: "warn",
      text: "All phases are paused.",
      more: [all.by === null ? "" : `By ${all.by}.`, all.reason ?? ""].join(" ").trim(),
      since: all.since === null ? null : Date.parse(all.since),
      place: "pauses",
    });
  return found;
}

function ofRoom({ metrics }: Known): readonly Finding[] {
  if (metrics === null) return [];
  const found: Finding[] = metrics.disks
    .filter(({ level }) => level !== "ok")
    .map(({ path, free, level }) => ({
      status: level === "full" ? "error" : "warn",
      text: level === "full" ? `The disk of ${path} is full.` : `The disk of ${path} has little room.`,
      more: `${sizeText(free)} are left.${level === "full" ? " Nothing is taken in until there is more." : ""}`,
      since: null,
      place: "database",
    }));
  const { size, max_size: limit, days_until_limit: days } = metrics.database;
  if (limit !== null && (size > limit * 0.8 || (days !== null && days < SOON_DAYS)))
    found.push({
      status: size > limit ? "error" : "warn",
      text: `The database has ${sizeText(size)} of its limit of ${sizeText(limit)}.`,
      more: `${days === null ? "" : `At its growth it is reached in ${Math.round(days)} days. `}Keep less, or raise sqlite.max_size.`,
      since: null,
      place: "database",
    });
  return found;
}

function ofBackups({ backups }: Known, clock: Clock, now: number): readonly Finding[] {
  if (backups === null) return [];
  const ended = backups.backups.filter(({ state }) => state !== "running");
  const [last] = ended;
  const good = ended.find(({ state }) => state === "verified");
  const lag = backups.continuous?.lag_seconds ?? 0;
  const found: Finding[] = [];
  if (last?.state === "failed")
    found.push({
      status: "error",
      text: `The last backup failed${last.failure === null ? "." : `: ${last.failure.replace(/\.?$/, ".")}`}`,
      more:
        good === undefined
          ? "There is no verified one."
          : `The last verified one is of ${clock.moment(Date.parse(good.started_at), now)}.`,
      since: Date.parse(last.started_at),
      place: "backups",
    });
  else if (last === undefined)
    found.push({
      status: "warn",
      text: "There is no backup.",
      more:
        backups.next_at === null
          ? "Set sqlite.backup_path, and a schedule in [backup]."
          : `The first is made ${ago(Date.parse(backups.next_at), now)}.`,
      since: null,
      place: "backups",
    });
  if (lag > MOST_LAG_S)
    found.push({
      status: "warn",
      text: `The bucket is ${Math.round(lag)} s behind the database.`,
      more: backups.continuous?.problem ?? "",
      since: null,
      place: "backups",
    });
  return found;
}

function allWell({ metrics, backups }: Known, clock: Clock, now: number): Finding {
  const last = backups?.backups.find(({ state }) => state === "verified");
  const {
    growth_per_day: growth = null,
    max_size: limit = null,
    days_until_limit: days = null,
  } = metrics?.database ?? {};
  const sentences = [
    last === undefined ? "" : `The last backup is of ${clock.moment(Date.parse(last.started_at), now)}, verified.`,
    growth === null || growth <= 0
      ? ""
      : `The database grows by ${sizeText(growth)} a day${
          days === null || limit === null ? "" : `: ${Math.round(days)} days until its limit of ${sizeText(limit)}`
        }.`,
  ];
  return {
    status: "complete",
    text:
      last === undefined ? "Everything is connected and has room." : "Everything is connected, backed up and has room.",
    more: sentences.filter((one) => one !== "").join(" "),
    since: null,
    place: null,
  };
}
