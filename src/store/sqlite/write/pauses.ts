import type { PauseStore } from "../../pauses.ts";
import { ABOUT_NOTHING } from "../tasks/decisions.ts";
import type { Claim } from "../tasks/outbox.ts";
import type { Tables } from "./tables.ts";
import type { Writer } from "./writer.ts";

/** The port's methods on the tables. */
export function pauseStore({ pauses, decisions }: Tables, writer: Writer): PauseStore {
  return {
    inForce: async () => pauses.inForce(),
    begin: async (begun, now) =>
      writer.transaction(() => {
        for (const pause of begun) {
          pauses.begin(pause, now);
          decisions.add(pause.decision, ABOUT_NOTHING, now);
        }
      }),
    end: async (ends, now) =>
      writer.transaction(() => {
        for (const end of ends) if (pauses.end(end, now)) decisions.add(end.decision, ABOUT_NOTHING, now);
      }),
    kept: async (phaseId, since) => pauses.kept(phaseId, since),
  };
}

/** Whether the message is sent now: a delay that ends in a pause of its phase goes on until the resume. */
export function wake({ wakes, row }: Claim, { pauses, records, outbox, changes }: Tables): boolean {
  if (wakes === null) return true;
  changes.note("tasks", wakes);
  if (pauses.hold(wakes)) {
    outbox.drop(row.id);
    return false;
  }
  records.setState(wakes, "queued");
  return true;
}
