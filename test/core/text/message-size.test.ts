import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_MESSAGE_LENGTH } from "../../../src/contract/limits.ts";
import { checkSize } from "../../../src/core/text/message-size.ts";

const LARGE = "x".repeat(70_000);

test("a large message is read, unless it is nested without end", () => {
  checkSize(JSON.stringify({ info: LARGE, list: Array.from({ length: 5000 }, () => [{}]) }));
  checkSize("[".repeat(60_000));
  checkSize(JSON.stringify({ info: "[".repeat(70_000), meta: '\\"[[' }));
  checkSize(`{"info":"${LARGE}`);
  assert.throws(() => checkSize("[".repeat(70_000)), { code: "too_deep" });
  assert.throws(() => checkSize(`{"info":"\\\\","more":${'{"a":'.repeat(2000)}"${LARGE}"`), { code: "too_deep" });
  assert.throws(() => checkSize("x".repeat(MAX_MESSAGE_LENGTH + 1)), { code: "too_large" });
});
