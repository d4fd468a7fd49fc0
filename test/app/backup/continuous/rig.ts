import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { ShipperEvents, ShipperProcess } from "../../../../src/app/backup/continuous/run-shipper.ts";
import { Shipper } from "../../../../src/app/backup/continuous/shipper.ts";
import { Shipping, type ShippingEvent } from "../../../../src/app/backup/continuous/shipping.ts";
import { Spool } from "../../../../src/app/backup/continuous/spool.ts";
import { databaseAt, planMoment } from "../../../../src/app/backup/database-at.ts";
import { makeBackup } from "../../../../src/app/backup/make-backup.ts";
import type { BackupManifest } from "../../../../src/app/backup/backup-manifest.ts";
import { present } from "../../../../src/contract/present.ts";
import type { Bucket } from "../../../../src/objects/buckets/bucket.ts";
import { LocalBucket } from "../../../../src/objects/buckets/local-bucket.ts";
import type { Connection } from "../../../../src/store/sqlite/database/connection.ts";
import { openSqliteStore } from "../../../../src/store/sqlite/open.ts";

export const NEVER = new AbortController().signal;
const KEEP_ALL = { last: 0, hourly: 0, daily: 0, weekly: 0, monthly: 0 };

export interface Ships {
  readonly folder: string;
  readonly path: string;
  readonly bucket: Bucket;
  /** The writer's own connection. */
  db: Connection;
  shipping: Shipping;
  readonly events: ShippingEvent[];
  /** Milliseconds; a test moves it. */
  now: number;
  turn(): Promise<void>;
  /** Everything that was read is stored. */
  stored(): Promise<void>;
  backup(): Promise<BackupManifest>;
  restore(manifest: BackupManifest, at: number | null, to: string): Promise<{ at: number; segments: number }>;
  /** As a process that was killed leaves it. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** As a clean stop does. */
  stop(): Promise<void>;
}

export interface ShipsOptions {
  readonly key?: string;
  readonly maxSpool?: number;
  /** Default: the folder beside. */
  readonly bucket?: Bucket;
  /** What is stored goes through this. */
  readonly through?: (bucket: Bucket) => Bucket;
}

/** A database whose changes are stored in a folder, all in this process. */
export async function ships(t: TestContext, options: ShipsOptions = {}): Promise<Ships> {
  const folder = await mkdtemp(join(tmpdir(), "flowlord-ships-"));
  const [path, spool] = [join(folder, "tasks.db"), join(folder, "tasks.db.spool")];
  const bucket = options.bucket ?? new LocalBucket(join(folder, "bucket"));
  const through = options.through?.(bucket) ?? bucket;
  const key = options.key ?? null;
  const events: ShippingEvent[] = [];
  let store: Awaited<ReturnType<typeof openSqliteStore>> | null = null;
  let shipper: Shipper | null = null;
  const rig = { folder, path, bucket, events, now: Date.UTC(2026, 0, 31, 4) } as Ships;
  const inProcess = ({ onStatus }: ShipperEvents): ShipperProcess => {
    const own: Shipper = new Shipper({
      journal: `${path}-wal`,
      spool: new Spool(spool),
      bucket: through,
      key,
      maxSpool: options.maxSpool ?? 1e9,
      now: () => rig.now,
      newId: randomUUID,
      onChange: () => onStatus(own.status),
    });
    shipper = own;
    const after = async (act: Promise<unknown>) => {
      await act;
      return own.status;
    };
    return {
      open: () => after(own.open()),
      read: (request) => own.read(request),
      based: (epoch) => after(own.based(epoch)),
      giveUp: (reason) => after(own.giveUp(reason)),
      finish: (ms) => after(own.finish(AbortSignal.timeout(ms))),
      close: () => own.close(),
    };
  };
  Object.assign(rig, {
    async start() {
      store = await openSqliteStore({
        path,
        isShipped: true,
        now: () => rig.now,
        newId: randomUUID,
        onConnect: (db) => (rig.db = db),
      });
      rig.shipping = new Shipping({
        journal: present(store.journal, "a journal"),
        spool,
        maxSpool: options.maxSpool ?? 1e9,
        start: inProcess,
        now: () => rig.now,
        wake: () => undefined,
        onEvent: (event) => events.push(event),
      });
    },
    async turn() {
      rig.now += 1000;
      await rig.shipping.run();
    },
    async stored() {
      await rig.turn();
      await shipper?.finish(AbortSignal.timeout(10_000));
    },
    async backup() {
      rig.now += 1000;
      const id = randomUUID();
      await store?.backups.begin({ id, reason: "hand", target: bucket.address }, rig.now);
      const before = await rig.shipping.mark(true);
      const { manifest } = await makeBackup(
        {
          database: path,
          name: { id, at: rig.now },
          scratch: join(folder, "scratch"),
          key,
          keep: KEEP_ALL,
          programVersion: "1.0.0",
          host: "here",
          pointInTime: 1e9,
        },
        {
          bucket,
          signal: NEVER,
          onProgress: () => undefined,
          now: () => rig.now,
          random: () => 0.5,
          segments: async () => {
            const now = await rig.shipping.mark(false);
            if (before === null || now === null || now.epoch !== before.epoch) return null;
            const through_at = new Date(now.at).toISOString();
            return { epoch: now.epoch, after: before.number, through: now.number, through_at };
          },
        },
      );
      if (manifest.segments !== undefined) await rig.shipping.based(manifest.segments.epoch);
      return manifest;
    },
    async restore(manifest: BackupManifest, at: number | null, to: string) {
      const plan = await planMoment(bucket, manifest, at, NEVER);
      await databaseAt(bucket, plan, to, { key, signal: NEVER, onBytes: () => undefined });
      return { at: plan.at, segments: plan.segments.length };
    },
    async kill() {
      shipper?.close();
      shipper = null;
      const closed = store;
      store = null;
      // The log and the database as they are; closing would tidy them.
      const { cp } = await import("node:fs/promises");
      for (const end of ["", "-wal"]) await cp(path + end, `${path}${end}.killed`);
      await closed?.close();
      for (const end of ["-wal", "-shm"]) await rm(path + end, { force: true });
      for (const end of ["", "-wal"]) await cp(`${path}${end}.killed`, path + end);
    },
    async stop() {
      await store?.close();
      store = null;
      await rig.shipping.stop(10_000);
    },
  } satisfies Partial<Ships>);
  t.after(async () => {
    shipper?.close();
    await store?.close();
    await rm(folder, { recursive: true, force: true });
  });
  await rig.start();
  return rig;
}
