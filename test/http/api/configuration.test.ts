import assert from "node:assert/strict";
import { test } from "node:test";
import type { z } from "zod";
import type { configurationAnswer } from "../../../src/contract/api/instance/configuration-api.ts";
import { phase, rigWith } from "../../engine/rig/drive.ts";
import { serveRig } from "../served-rig.ts";

test("GET /api/configuration is empty where nobody reads the configuration", async (t) => {
  const { get } = serveRig(t, await rigWith(t, phase("a", { cron: "0 5 * * *" })));
  const { status, body } = await get<z.infer<typeof configurationAnswer>>("/api/configuration");
  assert.deepEqual([status, body], [200, { file: null, refused: null, settings: [] }]);
});
