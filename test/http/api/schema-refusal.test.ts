import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { z } from "zod";
import { schemaRefusal } from "../../../src/http/api/schema-refusal.ts";

const schema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(10).default(5),
  at: z.string().max(5).default(""),
  state: z.enum(["open", "closed"]).optional(),
  ids: z.union([z.literal("all"), z.array(z.int()).min(1).max(2)]).optional(),
  since: z.iso.datetime().optional(),
  day: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/, "must be a day")
    .optional(),
  act: z
    .discriminatedUnion("kind", [z.object({ kind: z.literal("a") }), z.object({ kind: z.literal("b") })])
    .optional(),
});

const REFUSALS: readonly (readonly [unknown, string])[] = [
  [undefined, ": missing; must be an object"],
  [[], ": must be an object"],
  [{ limit: "many" }, "limit: must be a number"],
  [{ limit: "1.5" }, "limit: must be a whole number"],
  [{ limit: "0" }, "limit: must be at least 1"],
  [{ limit: "11" }, "limit: must be at most 10"],
  [{ at: "secret" }, "at: must have at most 5 characters"],
  [{ state: "secret" }, 'state: must be one of "open", "closed"'],
  [{ ids: "secret" }, 'ids: must be "all", or must be a list'],
  [{ ids: [] }, "ids: must have at least 1 items"],
  [{ since: "secret" }, "since: must be a time like 2026-01-31T04:00:00Z"],
  [{ day: "secret" }, "day: must be a day"],
  [{ act: { kind: "secret" } }, 'act/kind: must be one of "a", "b"'],
  [{ limits: "secret" }, ": unknown; there is limit, at, state, ids, since, day, act"],
];

describe("the refusal of what a schema does not take", () => {
  for (const [value, refusal] of REFUSALS) {
    test(`${JSON.stringify(value) ?? "nothing"}: ${refusal}`, () => {
      const { error } = schema.safeParse(value, { error: schemaRefusal });
      assert.deepEqual(
        error?.issues.map(({ path, message }) => `${path.join("/")}: ${message}`),
        [refusal],
      );
    });
  }
});
