/** `flowlord restore`: what a person decides about the database of this machine, while no instance runs. */
import { existsSync, statSync } from "node:fs";
import type { Options } from "../../config/options.ts";
import { auditOf } from "../../engine/access/audit.ts";
import { redactor } from "../../contract/redact/redact.ts";
import { readLocalHistory } from "../../store/sqlite/backup/local-history.ts";
import { type BackupsHere, type StoredBackup, withBackups } from "../backup/backups-here.ts";
import type { BackupManifest } from "../backup/backup-manifest.ts";
import { BackupError } from "../backup/backup-error.ts";
import { openStore, withDatabaseFile } from "../open-store.ts";
import { systemRuntime } from "../system-runtime.ts";
import { findPlainCopy, type PlainCopy, plainCopySource } from "./plain-copy.ts";
import { restoreInPlace, type RestoreSource } from "./restore-in-place.ts";
import { backupSource, nextGood } from "./restore-sources.ts";
import { givenUp } from "./stored-facts.ts";

/** What is about to be done. */
export interface RestorePlan {
  readonly path: string;
  /** Whether there is a database, which is then kept aside. */
  readonly isThere: boolean;
  /** How much it has recorded; null: it cannot be read. */
  readonly changes: number | null;
  readonly from: RestoredThing;
  /** Backups that are newer, and are set aside. */
  readonly newer: number;
}

export type RestoredThing =
  | {
      readonly kind: "backup";
      readonly id: string;
      readonly at: number;
      readonly changes: number | null;
      readonly bytes: number;
    }
  | { readonly kind: "plain_copy"; readonly path: string; readonly at: number; readonly bytes: number };

export type HandOutcome =
  /** There is nothing to restore from. */
  | { readonly kind: "none"; readonly target: string }
  /** The person said no. */
  | { readonly kind: "declined" }
  /** Nothing was changed; `next`: an older one that looks good. */
  | { readonly kind: "refused"; readonly problem: string; readonly next: StoredBackup | null }
  | { readonly kind: "restored"; readonly plan: RestorePlan; readonly keptAside: string | null };

export interface HandRestore {
  /** Null: the newest. */
  readonly at: number | null;
  /** The older program's copy, and no backup. */
  readonly isPlainCopy: boolean;
  readonly by: string;
}

export interface HandIo {
  readonly signal: AbortSignal;
  readonly onBytes: (bytes: number, total: number) => void;
  readonly print: (line: string) => void;
  readonly confirm: (plan: RestorePlan) => Promise<boolean>;
}

/** Throws BackupError, ObjectError and StoreError, among them that an instance runs; nothing was changed then. */
export async function restoreByHand(options: Options, asked: HandRestore, io: HandIo): Promise<HandOutcome> {
  return await withDatabaseFile(options, async (path) =>
    withBackups(options, io.signal, async (backups) => {
      const found = asked.isPlainCopy ? await chosenCopy(options, io) : await chosenBackup(backups, asked, io);
      if (found === null) return { kind: "none", target: backups.target };
      const { from, source, newer, next } = found;
      const plan = { path, from, newer, ...databaseAt(path) };
      if (!(await io.confirm(plan))) return { kind: "declined" };
      const runtime = systemRuntime(options.timezone);
      const call = { path, reason: "hand", id: runtime.newId(), restored_at: runtime.now(), by: asked.by } as const;
      const outcome = await restoreInPlace(source, call);
      if (outcome.problem !== null) return { kind: "refused", problem: outcome.problem, next: await next() };
      return { kind: "restored", plan, keptAside: outcome.keptAside };
    }),
  );
}

interface Chosen {
  readonly from: RestoredThing;
  readonly source: RestoreSource;
  readonly newer: number;
  readonly next: () => Promise<StoredBackup | null>;
}

async function chosenBackup(backups: BackupsHere, { at }: HandRestore, { onBytes }: HandIo): Promise<Chosen | null> {
  const names = await backups.names();
  for (const [index, name] of names.entries()) {
    if (at !== null && name.at > at) continue;
    const stored = await backups.read(name);
    // The keep policy of another process has removed it since.
    if (stored === null) continue;
    const older = names[index + 1];
    // Only a moment within the copy of a backup needs the one before it.
    const before = at === null || older === undefined ? null : await backups.read(older);
    const chosen = await backups.moment(stored, before, at);
    const { manifest, id, moment } = chosen;
    const place = names.findIndex((each) => each.id === id);
    const reached = moment?.at ?? chosen.at;
    const bytes = manifest?.database.bytes ?? 0;
    return {
      from: { kind: "backup", id, at: reached, changes: manifest?.changes ?? null, bytes },
      source: await backupSource(chosen, names.slice(0, place), backups, (done) => onBytes(done, bytes)),
      newer: names.filter((each) => each.at > reached).length,
      next: () => nextGood(names.slice(place + 1), backups),
    };
  }
  return null;
}

async function chosenCopy(options: Options, { signal, print }: HandIo): Promise<Chosen | null> {
  const copy: PlainCopy | null = await findPlainCopy(options, signal);
  if (copy === null) return null;
  const now = systemRuntime(options.timezone).now();
  return {
    from: { kind: "plain_copy", ...copy },
    source: plainCopySource(copy, options, { signal, now, print }),
    newer: 0,
    next: async () => null,
  };
}

function databaseAt(path: string): Pick<RestorePlan, "isThere" | "changes"> {
  if (!existsSync(path)) return { isThere: false, changes: null };
  const local = statSync(path).size === 0 ? "empty" : readLocalHistory(path, "");
  if (local === "empty") return { isThere: true, changes: 0 };
  return {
    isThere: true,
    changes: local === "unreadable" || local.history.instanceId === "" ? null : local.history.changes,
  };
}

export type KeptLocal =
  /** It has all of its newest backup: there was nothing to settle. */
  | { readonly kind: "current"; readonly target: string; readonly newest: string | null }
  | { readonly kind: "kept"; readonly target: string; readonly newest: BackupManifest; readonly setAside: number };

/** `flowlord restore --local`: the database stays, and gives up the backups that it does not know. Throws as the above. */
export async function keepLocal(
  options: Options,
  by: string,
  io: Pick<HandIo, "signal" | "print">,
): Promise<KeptLocal> {
  const { localPath } = options.sqlite;
  if (!existsSync(localPath))
    throw new BackupError(
      "no_database",
      `There is no database ${localPath} to keep: flowlord restore takes the newest backup.`,
    );
  return await withBackups(options, io.signal, async (backups) => {
    const names = await backups.names();
    const newest = await newestReadable(backups);
    const { target } = backups;
    if (newest === null) return { kind: "current", target, newest: null };
    const runtime = systemRuntime(options.timezone);
    const store = await openStore(options, { runtime, readsInThread: false, import: io });
    try {
      if ((await store.reads.backups.one(newest.id)) !== null) return { kind: "current", target, newest: newest.id };
      const known = await Promise.all(names.map(({ id }) => store.reads.backups.one(id)));
      await store.backups.setAside(givenUp(names, newest, target));
      const audit = auditOf({ store, runtime, redact: redactor(options.redact) });
      await audit({
        who: by,
        via: "command",
        address: "",
        requestId: runtime.newId(),
        act: "restore.local",
        target: newest.id,
        outcome: "done",
      });
      return { kind: "kept", target, newest, setAside: known.filter((row) => row === null).length };
    } finally {
      await store.close();
    }
  });
}

async function newestReadable(backups: BackupsHere): Promise<BackupManifest | null> {
  for (const name of await backups.names()) {
    const stored = await backups.read(name);
    if (stored !== null && stored.manifest !== null) return stored.manifest;
  }
  return null;
}
