import { parseInstant } from "../../../contract/time/instant.ts";
import { present } from "../../../contract/present.ts";
import type { NewTask } from "../../../core/decide/effects.ts";
import type { AdmitTasks } from "../../running-tasks.ts";
import type { Committed } from "../../store.ts";
import type { EffectsWriter } from "./effects-writer.ts";
import type { Tables } from "./tables.ts";
import type { Writer } from "./writer.ts";

/** Tasks without a cause, in one transaction; a task that is there already keeps its record. */
export function createTasks(
  { records }: Pick<Tables, "records">,
  writer: Writer,
  effects: EffectsWriter,
  tasks: readonly NewTask[],
  now: number,
  admit?: AdmitTasks,
): Committed & { readonly recordIds: readonly number[] } {
  return writer.transaction((gathered) => {
    const admitted = admit?.decide(tasks, records.slots(admit.phaseId)) ?? tasks;
    const recordIds = admitted.map((task) => {
      const id = effects.create(task, now, gathered);
      const known = id ?? records.idOf(task, parseInstant(task.message.created));
      return present(known, `the record of task ${task.message.id}`);
    });
    return { outbox: gathered.outbox, rejected: 0, recordIds };
  });
}
