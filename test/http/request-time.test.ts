import assert from "node:assert/strict";
import { test } from "node:test";
import type { Problem } from "../../src/contract/api/problem.ts";
import { openApi } from "../../src/http/api/openapi.ts";
import { phase, rigWith } from "../engine/rig/drive.ts";
import { serveRig } from "./served-rig.ts";

interface Parameter {
  readonly name: string;
  readonly required: boolean;
  readonly schema: { readonly format?: string };
}

test("a time in an address that cannot be used is refused where it stands, of every route", async (t) => {
  const { get } = serveRig(t, await rigWith(t, phase("a", { cron: "@daily" })));
  const { paths } = (await openApi("0")) as {
    paths: Record<string, { get?: { parameters?: readonly Parameter[] } }>;
  };
  const refused: string[] = [];
  for (const [path, { get: operation }] of Object.entries(paths))
    for (const { name, schema } of operation?.parameters ?? []) {
      if (schema.format !== "date-time") continue;
      const others = (operation?.parameters ?? []).filter((one) => one.required && one.name !== name);
      const filled = others.map((one) => `${one.name}=2026-01-01T00:00:00Z`);
      const { status, body } = await get<Problem>(
        `${path}?${[`${name}=0999-01-01T00:00:00Z`, ...filled].join("&")}`,
        "admin",
      );
      assert.deepEqual([status, body.errors?.map(({ pointer }) => pointer)], [400, [`/query/${name}`]], path);
      refused.push(path);
    }
  assert.ok(refused.length > 8, refused.join(", "));
  assert.ok(refused.includes("/api/schedule"));
});
