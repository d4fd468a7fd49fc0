import type { ReactElement } from "react";
import type { Status } from "../../../components/mark.tsx";
import { SlotCell } from "../../../components/slots/slot-cell.tsx";
import type { Clock } from "../../../services/format.ts";
import { Section } from "../section.tsx";
import type { Backup, BackupsAnswer } from "./backup-queries.ts";

const DAY = 86_400_000;
const DAYS = 7;
/** Hours of one cell. */
const HOURS = 2;
const STATUS: Readonly<Record<Backup["state"], Status>> = {
  running: "running",
  verified: "complete",
  failed: "error",
  set_aside: "skipped",
};

interface Props {
  readonly answer: BackupsAnswer;
  readonly clock: Clock;
  readonly now: number;
}

/** The last week, a cell for each two hours. */
export function BackupSlots({ answer: { backups, next_at: next }, clock, now }: Props): ReactElement {
  const slotOf = (at: number): string =>
    `${clock.day(at, now)} ${Math.floor(Number(clock.minutes(at).slice(0, 2)) / HOURS)}`;
  const bySlot = Map.groupBy(backups, ({ started_at: at }) => slotOf(Date.parse(at)));
  const planned = next === null ? "" : slotOf(Date.parse(next));
  const since = now - DAYS * DAY;
  const failed = backups.filter(({ state, started_at: at }) => state === "failed" && Date.parse(at) > since).length;
  const hours = Array.from({ length: 24 / HOURS }, (_, index) => index);
  return (
    <Section title="By day and hour" about={`7 days: ${failed === 0 ? "none failed" : `${failed} failed`}`}>
      <table className="text-micro">
        <caption className="sr-only">Backups by day and hour</caption>
        <thead>
          <tr className="text-ink-3">
            <th scope="col">
              <span className="sr-only">Day</span>
            </th>
            {hours.map((slot) => (
              <th key={slot} scope="col" className="w-4.5 text-left font-normal">
                {slot % 3 === 0 ? (
                  String(slot * HOURS).padStart(2, "0")
                ) : (
                  <span className="sr-only">{slot * HOURS}</span>
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {Array.from({ length: DAYS }, (_, index) => now - (DAYS - 1 - index) * DAY).map((at) => (
            <tr key={at}>
              <th scope="row" className="pr-2 text-right font-normal whitespace-nowrap text-ink-2">
                {clock.day(at, now)}
              </th>
              {hours.map((slot) => {
                const name = `${clock.day(at, now)} ${slot}`;
                const own = bySlot.get(name) ?? [];
                const worst = own.find(({ state }) => state === "failed") ?? own[0];
                const time = `${clock.day(at, now)} ${String(slot * HOURS).padStart(2, "0")}:00`;
                return (
                  <SlotCell
                    key={slot}
                    state={worst === undefined ? (name === planned ? "planned" : "none") : STATUS[worst.state]}
                    title={`${time}, ${worst === undefined ? (name === planned ? "planned" : "none") : worst.state}`}
                  />
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}
