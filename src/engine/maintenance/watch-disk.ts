import { sizeText } from "../../contract/live/size-text.ts";
import { SECOND } from "../../contract/time/time-units.ts";
import { newAlert } from "../../core/decide/new-alert.ts";
import {
  diskLevel,
  diskLimits,
  type DiskLevel,
  type DiskSpace,
  type DiskThresholds,
} from "../../core/maintenance/disk-level.ts";
import type { Runtime } from "../context.ts";
import type { IntakeGate } from "./intake-gate.ts";
import { LevelAlert, type LevelAlertStore } from "./level-alert.ts";

/** A folder whose file system is watched. */
export interface WatchedFolder {
  readonly path: string;
  /** What is kept there, as in "the database". */
  readonly holds: string;
  /** Without space there nothing that comes can be kept. */
  readonly isNeeded: boolean;
}

export interface DiskWatchParts {
  readonly runtime: Pick<Runtime, "now">;
  readonly store: LevelAlertStore;
  /** The first of those on one file system speaks for it. */
  readonly folders: readonly WatchedFolder[];
  readonly thresholds: DiskThresholds;
  readonly gate: IntakeGate;
  /** Of the file system of that folder; `device` tells them apart. Null: the folder does not exist. */
  readonly space: (path: string) => Promise<(DiskSpace & { readonly device: number }) | null>;
}

const EVERY_MS = 5 * SECOND;
/** Near a threshold it may be reached within seconds. */
const NEAR = 4;
const NEAR_MS = SECOND / 2;

/** What is known of a file system, for those who run the instance. */
export interface DiskState extends DiskSpace {
  readonly path: string;
  readonly level: DiskLevel;
}

/**
 * Watches the file systems on which this instance writes: first people are told; when there is hardly any space left, nothing
 * more is taken in, so that what was taken can still be written, and it goes on by itself when there is space again.
 */
export class DiskWatch {
  readonly #parts: DiskWatchParts;
  readonly #levels = new Map<string, DiskLevel>();
  readonly #alerts = new Map<string, LevelAlert>();
  #states: readonly DiskState[] = [];

  constructor(parts: DiskWatchParts) {
    this.#parts = parts;
  }

  /** As of the last turn. */
  get states(): readonly DiskState[] {
    return this.#states;
  }

  /** One turn; returns when the next is due (ms since 1970). */
  async run(): Promise<number> {
    const { folders, thresholds, gate, runtime, space } = this.#parts;
    const seen = new Set<number>();
    const found: (DiskState & { readonly folder: WatchedFolder })[] = [];
    for (const folder of folders) {
      const here = await space(folder.path);
      if (here === null || seen.has(here.device)) continue;
      seen.add(here.device);
      const { free, total } = here;
      const level = diskLevel(here, thresholds, this.#levels.get(folder.path) ?? "ok");
      this.#levels.set(folder.path, level);
      found.push({ path: folder.path, free, total, level, folder });
    }
    this.#states = found.map(({ path, free, total, level }) => ({ path, free, total, level }));
    const full = found.find(({ level, folder }) => level === "full" && folder.isNeeded);
    // Before the alert: it may be what does not fit any more.
    gate.set(full === undefined ? null : fullText(full, full.folder, thresholds));
    for (const { folder, ...state } of found) await this.#tell(state, folder);
    const isNear = found.some(
      ({ free, total }) => free < NEAR * Math.max(...Object.values(diskLimits({ total }, thresholds))),
    );
    return runtime.now() + (isNear ? NEAR_MS : EVERY_MS);
  }

  async #tell(state: DiskState, folder: WatchedFolder): Promise<void> {
    const { runtime, store, thresholds } = this.#parts;
    const alert = this.#alerts.get(state.path) ?? new LevelAlert(store, "disk_full", state.path);
    this.#alerts.set(state.path, alert);
    const isStopped = state.level === "full" && folder.isNeeded;
    const level = state.level === "ok" ? "" : isStopped ? "full" : "low";
    const message = isStopped ? fullText(state, folder, thresholds) : lowText(state, folder);
    const severity = isStopped ? "critical" : "warning";
    await alert.become(
      level,
      () => newAlert("disk_full", message, { cause: state.path, severity }),
      "there is space again",
      runtime.now(),
    );
  }
}

/** Why nothing is taken in with so much space, one sentence; null: there is enough. */
export function fullReason(
  space: Omit<DiskState, "level">,
  folder: WatchedFolder,
  thresholds: DiskThresholds,
): string | null {
  const level = diskLevel(space, thresholds, "ok");
  return level === "full" ? fullText({ ...space, level }, folder, thresholds) : null;
}

/** `path` names the disk. */
export function leftText({ free, total, path }: DiskState): string {
  return `the disk of ${path} has only ${sizeText(free)} of ${sizeText(total)} left`;
}

function lowText(state: DiskState, { holds }: WatchedFolder): string {
  return `${leftText(state)}, where ${holds} are: free some space, or move them to a larger disk`;
}

function fullText(state: DiskState, folder: WatchedFolder, thresholds: DiskThresholds): string {
  const { stop } = diskLimits(state, thresholds);
  return `${lowText(state, folder)}; below ${sizeText(stop)} no message is taken in, all wait where they are, and it goes on by itself when there is space`;
}
