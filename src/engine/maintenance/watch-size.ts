import { sizeText } from "../../contract/live/size-text.ts";
import { daysUntilLimit } from "../../contract/live/database-metrics.ts";
import { newAlert } from "../../core/decide/new-alert.ts";
import { severityOfLevel, sizeLevel } from "../../core/maintenance/size-level.ts";
import type { Store } from "../../store/store.ts";
import type { Runtime } from "../context.ts";
import { LevelAlert, type LevelAlertStore } from "./level-alert.ts";

export interface SizeWatchParts {
  readonly runtime: Pick<Runtime, "now">;
  readonly store: LevelAlertStore & Pick<Store, "maintenance">;
  /** As it is configured. */
  readonly path: string;
  /** Bytes; 0: none. */
  readonly maxSize: number;
}

/** Tells people when the database comes near its limit. Nothing is deleted or refused because of it. */
export class SizeWatch {
  readonly #parts: SizeWatchParts;
  readonly #alert: LevelAlert;

  constructor(parts: SizeWatchParts) {
    this.#parts = parts;
    this.#alert = new LevelAlert(parts.store, "database_size", parts.path);
  }

  async run(): Promise<void> {
    const { runtime, store, path, maxSize } = this.#parts;
    const file = await store.maintenance.fileSize();
    const level = sizeLevel(file.size, maxSize, Number(await this.#alert.told()));
    const told = level === 0 ? "" : String(level);
    if (told === (await this.#alert.told())) return;
    const growth = await store.maintenance.growthPerDay();
    const days = daysUntilLimit(file, growth, maxSize);
    const coming =
      days === null || days === 0 ? "" : `; at ${sizeText(growth ?? 0)} a day the limit is reached in ${days} days`;
    const message = `database ${path} has ${sizeText(file.size)}, ${Math.floor((file.size / maxSize) * 100)} % of its limit of ${sizeText(maxSize)}, of which ${sizeText(file.free)} are free pages${coming}: keep less (sqlite.retention), or raise sqlite.max_size`;
    const alert = () => newAlert("database_size", message, { cause: path, severity: severityOfLevel(level) });
    await this.#alert.become(told, alert, "the database is below 80 % of its limit, or has none", runtime.now());
  }
}
