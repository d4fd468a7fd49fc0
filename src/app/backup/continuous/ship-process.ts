/** The process that ships the log: carries out one request after the other, and ends when its parent is gone. */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { mkdir } from "node:fs/promises";
import { present } from "../../../contract/present.ts";
import { toError } from "../../../contract/to-error.ts";
import { openBucket } from "../../../objects/buckets/open-bucket.ts";
import { lockInstance } from "../../../store/sqlite/database/lock.ts";
import { StoreError } from "../../../store/store.ts";
import type { ShipAnswer, ShipJob, ShipRequest } from "./ship-request.ts";
import { Shipper } from "./shipper.ts";
import { Spool } from "./spool.ts";

/** How long (ms) the process of an instance that was killed may take to notice. */
const LOCK_WAIT_MS = 10_000;
const LOCK_LOOK_MS = 100;

let shipper: Shipper | null = null;
let last: Promise<void> = Promise.resolve();

// Nothing is lost: the next process goes on with what is on the disk.
process.once("disconnect", () => process.exit(0));
process.on("message", (request: ShipRequest) => {
  last = last.then(() => answer(request));
});

async function answer(request: ShipRequest): Promise<void> {
  const { id } = request;
  try {
    if ("open" in request) shipper = await open(request.open);
    const own = present(shipper, "a shipper, which the first request opens");
    if ("read" in request) await own.read(request.read);
    else if ("based" in request) await own.based(request.based);
    else if ("giveUp" in request) await own.giveUp(request.giveUp);
    else if ("finish" in request) await own.finish(AbortSignal.timeout(request.finish));
    send({ id, status: own.status });
  } catch (error) {
    send({ id, failure: toError(error).message });
  }
}

async function open({ spool, target, credentials, ...rest }: ShipJob): Promise<Shipper> {
  await mkdir(spool, { recursive: true, mode: 0o700 });
  await locked(join(spool, "spool"));
  const bucket = await openBucket(target, credentials);
  const opened = new Shipper({
    ...rest,
    bucket,
    spool: new Spool(spool),
    now: Date.now,
    newId: randomUUID,
    onChange: () => send({ id: null, status: opened.status }),
  });
  await opened.open();
  return opened;
}

/** As long as this process lives nobody else uses the folder. */
async function locked(path: string): Promise<void> {
  const until = performance.now() + LOCK_WAIT_MS;
  for (;;) {
    try {
      lockInstance(path);
      return;
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== "locked") throw error;
      if (performance.now() > until)
        throw new Error(`${path}.lock: another process ships from this folder`, { cause: error });
    }
    await setTimeout(LOCK_LOOK_MS);
  }
}

function send(what: ShipAnswer): void {
  // The parent is gone: `disconnect` ends this process.
  if (process.connected) process.send?.(what);
}
