import { existsSync, statSync } from "node:fs";
import type { BackupOptions, Options } from "../../config/options.ts";
import { compareHistories } from "../../core/backup/compare-histories.ts";
import { sizeText } from "../../contract/live/size-text.ts";
import type { Runtime } from "../../engine/context.ts";
import { ObjectError } from "../../objects/objects.ts";
import type { PassedOver, StoredFacts } from "../../store/backup/backup-store.ts";
import type { Store } from "../../store/store.ts";
import { type LocalHistory, readLocalHistory } from "../../store/sqlite/backup/local-history.ts";
import type { Log } from "../log/log.ts";
import { BackupError } from "../backup/backup-error.ts";
import type { BackupManifest } from "../backup/backup-manifest.ts";
import { type BackupsHere, withBackups } from "../backup/backups-here.ts";
import { type Divergence, divergenceText, sidesText, whyDiverged } from "./divergence-text.ts";
import { findPlainCopy, plainCopySource } from "./plain-copy.ts";
import type { ManifestName, StoredBackup } from "../backup/read-manifests.ts";
import { announceRestores, unreachableAlert } from "../../engine/backup/restore-alerts.ts";
import { type RestoreCall, restoreInPlace, type RestoreSource } from "./restore-in-place.ts";
import { backupSource, nextGood } from "./restore-sources.ts";
import { givenUp, storedFacts } from "./stored-facts.ts";
import { within } from "./within.ts";

export interface StartCheckIo {
  readonly runtime: Pick<Runtime, "now" | "newId">;
  readonly log: Pick<Log, "info" | "warn">;
  /** Aborted: this process stops. */
  readonly signal: AbortSignal;
  /** How long (ms) the storage may take to say what it has. */
  readonly waitMs?: number;
  /** For tests: other backups than those of the storage. */
  readonly use?: typeof withBackups;
}

/** Manifests that cannot be read are passed over when the database is compared; more than these are not looked at. */
const MAX_UNREADABLE = 5;
const WAIT_MS = 30_000;
/** After this (ms) a start says what it waits for. */
const SAY_AFTER_MS = 2000;
/** And while it restores. */
const SAY_EVERY_MS = 10_000;

type CheckOptions = Pick<Options, "backup" | "file" | "sqlite">;

/** What the storage has, as far as a start needs to know it. */
interface Stored {
  readonly names: readonly ManifestName[];
  /** The newest of which the manifest can be read. */
  readonly newest: BackupManifest | null;
}

/**
 * Compares the database with its backups at a start, before it is opened and with its lock held: a lost one is restored, one that
 * is not what its newest backup is of is refused, or as `backup.on_divergence` says.
 */
export class StartCheck {
  readonly #options: CheckOptions;
  readonly #io: StartCheckIo;
  #unreachable: string | null = null;
  #setAside: readonly PassedOver[] = [];
  #settle: { readonly id: string; readonly facts: StoredFacts } | null = null;

  constructor(options: CheckOptions, io: StartCheckIo) {
    this.#options = options;
    this.#io = io;
  }

  /** Throws BackupError, ObjectError and StoreError: the start is refused, and nothing was changed. */
  async beforeOpen(path: string): Promise<void> {
    const { backup } = this.#options;
    if (backup === null) return;
    const isThere = existsSync(path) && statSync(path).size > 0;
    let isFound = false;
    try {
      const { use = withBackups, signal } = this.#io;
      await use(this.#options, signal, async (backups) => {
        const stored = await this.#look(backups);
        isFound = true;
        if (stored.newest === null && stored.names.length === 0) {
          if (!isThere) await this.#useCopy(path, backups.target);
          return;
        }
        const local = isThere && stored.newest !== null ? readLocalHistory(path, stored.newest.id) : null;
        if (!isThere || local === "empty") await this.#restoreLost(path, stored.names, backups);
        else if (stored.newest === null) {
          // Of a newer version, or all damaged: what the backups have is not known.
          isFound = false;
          throw new ObjectError("unreadable", `The newest manifest there, ${stored.names[0]?.key}, cannot be read.`);
        }
        // The open that follows says what is wrong with it.
        else if (local !== null && local !== "unreadable")
          await this.#compare({ path, local, manifest: stored.newest, stored, backups, backup });
      });
    } catch (error) {
      if (!(error instanceof ObjectError) || error.code === "interrupted") throw error;
      this.#passOrRefuse(error, path, { isThere, isFound }, backup);
    }
  }

  /** What is recorded, once the database is open. */
  async afterOpen(store: Pick<Store, "backups" | "record">): Promise<void> {
    const now = this.#io.runtime.now();
    if (this.#setAside.length > 0) await store.backups.setAside(this.#setAside);
    if (this.#settle !== null) await store.backups.settle(this.#settle.id, this.#settle.facts);
    await announceRestores(store, now);
    if (this.#unreachable !== null)
      await unreachableAlert(store, this.#unreachable, this.#options.backup?.target ?? "", now);
  }

  async #look(backups: BackupsHere): Promise<Stored> {
    const { log, waitMs = WAIT_MS, signal } = this.#io;
    const say = (): void =>
      log.info(
        "backup",
        `Waiting for ${backups.target}, which says what backups there are: at most ${waitMs / 1000} s.`,
      );
    return await within(waitMs, { afterMs: SAY_AFTER_MS, say, signal, target: backups.target }, async () => {
      const names = await backups.names();
      let newest: BackupManifest | null = null;
      for (const name of names.slice(0, MAX_UNREADABLE)) {
        const stored = await backups.read(name);
        if (stored?.manifest === null) log.warn("backup", stored.problem);
        newest = stored?.manifest ?? null;
        if (newest !== null) break;
      }
      return { names, newest };
    });
  }

  /** Without a database. One that is not good is refused, and the next one named: which of them is wanted, a person says. */
  async #restoreLost(path: string, names: readonly ManifestName[], backups: BackupsHere): Promise<void> {
    const { log } = this.#io;
    for (const [index, name] of names.entries()) {
      const stored = await backups.read(name);
      // The keep policy of another process has removed it since.
      if (stored === null) continue;
      log.warn(
        "backup",
        `There is no database ${path}: restoring the backup ${stored.id} of ${timeOf(stored)} from ${backups.target}.`,
      );
      const problem = await this.#restore(
        path,
        await backupSource(await backups.moment(stored, null, null), [], backups, this.#progress(stored)),
        "missing",
      );
      if (problem === null) return;
      const next = await nextGood(names.slice(index + 1), backups);
      throw new BackupError("not_restored", lostText(path, problem, next));
    }
  }

  async #useCopy(path: string, target: string): Promise<void> {
    const { log, signal, runtime } = this.#io;
    const copy = await findPlainCopy(this.#options, signal);
    if (copy === null)
      return log.info("backup", `There is no database ${path}, and no backup in ${target}: a new one is made.`);
    log.warn("backup", `There is no database ${path}: restoring the copy ${copy.path} of the older program.`);
    const print = (line: string): void => log.info("import", line);
    const source = plainCopySource(copy, this.#options, { signal, now: runtime.now(), print });
    const problem = await this.#restore(path, source, "missing");
    if (problem !== null) throw new BackupError("not_restored", lostText(path, problem, null));
  }

  async #compare(found: {
    readonly path: string;
    readonly local: LocalHistory;
    readonly manifest: BackupManifest;
    readonly stored: Stored;
    readonly backups: BackupsHere;
    readonly backup: BackupOptions;
  }): Promise<void> {
    const { path, local, manifest, stored, backups, backup } = found;
    const { instance_id: instanceId, changes } = manifest;
    const facts = storedFacts(manifest, backups.target);
    const comparison = compareHistories(local.history, { instanceId, changes, backups: manifest.backups });
    if (comparison === "current") {
      if (local.asked?.state !== "verified") this.#settle = { id: manifest.id, facts };
      return;
    }
    const sides = { path, target: backups.target, local, manifest };
    if (backup.onDivergence === "stop") throw new BackupError("diverged", divergenceText(comparison, sides));
    const { log } = this.#io;
    log.warn(
      "backup",
      `The database is not what its newest backup is of (${whyDiverged(comparison)}):\n${sidesText(sides)}`,
    );
    if (backup.onDivergence === "local") {
      this.#setAside = givenUp(stored.names, manifest, backups.target);
      log.warn("backup", "The database stays, and the backup is set aside (backup.on_divergence is local).");
    } else await this.#takeRemote(comparison, sides, stored.names, backups);
  }

  async #takeRemote(
    comparison: Divergence,
    { path, manifest }: { readonly path: string; readonly manifest: BackupManifest },
    names: readonly ManifestName[],
    backups: BackupsHere,
  ): Promise<void> {
    const at = names.findIndex(({ id }) => id === manifest.id);
    const name = names[at];
    const stored = name === undefined ? null : await backups.read(name);
    const problem =
      stored === null
        ? `${manifest.object.key} is gone.`
        : await this.#restore(
            path,
            await backupSource(
              await backups.moment(stored, null, null),
              names.slice(0, at),
              backups,
              this.#progress(stored),
            ),
            "remote",
          );
    if (problem === null) return;
    throw new BackupError(
      "not_restored",
      `The database is not what its newest backup is of (${whyDiverged(comparison)}), and that cannot be restored: ${problem} Nothing was changed, and Flowlord does not start. flowlord restore --list shows what else there is.`,
    );
  }

  async #restore(path: string, source: RestoreSource, reason: RestoreCall["reason"]): Promise<string | null> {
    const { runtime, log } = this.#io;
    const call = { path, reason, id: runtime.newId(), restored_at: runtime.now() };
    const outcome = await restoreInPlace(source, call);
    if (outcome.problem !== null) return outcome.problem;
    const kept = outcome.keptAside === null ? "" : ` What was there is kept as ${outcome.keptAside}.`;
    const moment = new Date(source.restore.data_at).toISOString();
    log.warn("backup", `The database ${path} was restored as it was at ${moment}, and checked.${kept}`);
    return null;
  }

  /** Says now and then how far it is. */
  #progress({ manifest }: StoredBackup): (bytes: number) => void {
    const { log, runtime } = this.#io;
    const total = manifest?.database.bytes ?? 0;
    let saidAt = runtime.now();
    return (bytes) => {
      if (runtime.now() - saidAt < SAY_EVERY_MS || total === 0) return;
      saidAt = runtime.now();
      log.info("backup", `Restoring: ${Math.floor((bytes / total) * 100)} % of ${sizeText(total)} …`);
    };
  }

  #passOrRefuse(
    error: ObjectError,
    path: string,
    { isThere, isFound }: { readonly isThere: boolean; readonly isFound: boolean },
    backup: BackupOptions,
  ): void {
    const { log } = this.#io;
    // What was found out already is not forgotten, because what should follow from it failed.
    if (isThere && !isFound && backup.onUnreachable === "continue") {
      this.#unreachable = error.message;
      log.warn(
        "backup",
        `The backups in ${backup.target} cannot be read, so the database is not compared with them: ${error.message}`,
      );
      return;
    }
    const way = isThere
      ? "Mend it, or start without the comparison: --set backup.on_unreachable=continue."
      : `There is no database ${path}, and whether there is a backup of it is not known, so no new one is made. Mend it; for a first start without backups leave sqlite.backup_path out.`;
    throw new BackupError("unreachable", `The backups in ${backup.target} cannot be read: ${error.message} ${way}`, {
      cause: error,
    });
  }
}

function lostText(path: string, problem: string, next: StoredBackup | null): string {
  const way =
    next === null
      ? "No older one can be restored here either: flowlord restore --list shows what there is. For a new database, with an empty history, name another sqlite.backup_path."
      : `The next one before it that looks good is ${next.id}; flowlord restore --at ${timeOf(next)} takes it.`;
  return `There is no database ${path}, and the newest backup cannot be restored: ${problem} Flowlord does not start, and makes no new database. ${way}`;
}

function timeOf({ at }: Pick<StoredBackup, "at">): string {
  return new Date(at).toISOString();
}
