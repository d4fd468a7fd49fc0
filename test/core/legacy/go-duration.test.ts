import assert from "node:assert/strict";
import { it } from "node:test";
import { goDuration } from "../../../src/core/legacy/go-duration.ts";

it("writes durations as Go does", () => {
  const texts: readonly [bigint, string][] = [
    [0n, "0s"],
    [1n, "1ns"],
    [1_100n, "1.1µs"],
    [250_000_000n, "250ms"],
    [2_200_000n, "2.2ms"],
    [999_999_999n, "999.999999ms"],
    [1_000_000_000n, "1s"],
    [31_500_000_000n, "31.5s"],
    [60_000_000_000n, "1m0s"],
    [2_700_120_000_000n, "45m0.12s"],
    [5_405_000_000_000n, "1h30m5s"],
    [3_600_000_000_000n, "1h0m0s"],
    [360_000_000_000_000n, "100h0m0s"],
    [-20_000_000_000n, "-20s"],
  ];
  for (const [ns, text] of texts) assert.equal(goDuration(ns), text);
});
