import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { ships } from "../app/backup/continuous/rig.ts";
import { STORAGES } from "../servers/faulty-storages.ts";
import type { Asked } from "../servers/http-proxy.ts";
import { connect } from "../../src/store/sqlite/database/connection.ts";

const isSegmentWrite = ({ method, path }: Asked): boolean =>
  (method === "PUT" || method === "POST") && path.includes("segment");
/** Longer than the client waits before it tries again. */
const SLOW_MS = 300;

for (const [service, open] of Object.entries(STORAGES))
  describe(`segments in ${service}`, { concurrency: 2 }, () => {
    for (const [name, fault] of [
      ["breaks at every third (500)", (number: number) => (number % 3 === 0 ? 500 : null)],
      ["cuts every third", (number: number) => (number % 3 === 0 ? "cut" : null)],
      ["is slow", () => ({ later: SLOW_MS })],
    ] as const)
      test(`are all there when it ${name}`, { timeout: 120_000 }, async (t) => {
        const storage = await open(t);
        if (storage === null) return;
        const rig = await ships(t, { bucket: storage.direct, through: () => storage.bucket });
        rig.db.exec("CREATE TABLE things (id INTEGER PRIMARY KEY, body TEXT)");
        const manifest = await rig.backup();
        let number = 0;
        storage.proxy.fault = (asked) => (isSegmentWrite(asked) ? fault((number += 1)) : null);
        for (let turn = 0; turn < 12; turn += 1) {
          rig.db.prepare("INSERT INTO things (body) VALUES (hex(randomblob(2000)))").run();
          await rig.turn();
        }
        storage.proxy.fault = () => null;
        await rig.stored();
        assert.ok(storage.proxy.faults > 0, "something was done to it");
        const to = join(rig.folder, "restored.db");
        const { segments } = await rig.restore(manifest, null, to);
        assert.ok(segments >= 12, String(segments));
        assert.deepEqual(bodies(to), bodies(rig.path));
      });
  });

function bodies(path: string): readonly unknown[] {
  const db = connect(path, { readonly: true, cacheKib: 1000 });
  try {
    return db.prepare("SELECT id, body FROM things ORDER BY id").all();
  } finally {
    db.close();
  }
}
