import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SECOND } from "../../../../src/contract/time/time-units.ts";
import { readLegacyTime } from "../../../../src/store/sqlite/legacy/read-time.ts";
import { fc } from "../../../support/seed.ts";

const instants = fc.integer({ min: Date.UTC(1000, 0, 2), max: Date.UTC(9999, 11, 30) });
/** Minutes east of Greenwich. */
const offsets = fc.integer({ min: -14 * 60, max: 14 * 60 });
const zones = fc.constantFrom("UTC", "CEST", "+0530", "-03", "MST", "LMT");

function wall(ms: number, offset: number): string {
  return new Date(ms + offset * 60_000).toISOString();
}

function offsetText(offset: number, colon: string): string {
  const [sign, minutes] = [offset < 0 ? "-" : "+", Math.abs(offset)];
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${sign}${two(Math.floor(minutes / 60))}${colon}${two(minutes % 60)}`;
}

/** As Go prints fractions: without zeros at the end, and no point without digits; here with digits below milliseconds. */
function fraction(ms: number, finer: string): string {
  const digits = `${String(((ms % SECOND) + SECOND) % SECOND).padStart(3, "0")}${finer}`.replace(/0+$/, "");
  return digits === "" ? "" : `.${digits}`;
}

function reads(text: string, ms: number): void {
  assert.deepEqual(readLegacyTime(text), { kind: "time", ms }, text);
}

describe("a time of the older program", () => {
  it("is the same instant in every form", () => {
    const finer = fc.constantFrom("", "456", "000009", "999999");
    const clock = fc.constantFrom("", " m=+0.000012345", " m=-3.5", " m=+86400.123456789");
    fc.assert(
      fc.property(instants, offsets, zones, finer, clock, (ms, offset, zone, digits, monotonic) => {
        const local = wall(ms, offset);
        const [date, time] = [local.slice(0, 10), local.slice(11, 19)];
        const part = fraction(ms, digits);
        reads(`${date}T${time}${part}${offsetText(offset, ":")}`, ms);
        reads(`${date} ${time}${part}${offsetText(offset, ":")}`, ms);
        reads(`${date} ${time}${part} ${offsetText(offset, "")} ${zone}${monotonic}`, ms);
        const utc = wall(ms, 0);
        reads(`${utc.slice(0, 19)}${part}Z`, ms);
        reads(`${utc.slice(0, 10)} ${utc.slice(11, 19)}${part}`, ms);
        reads(`${utc.slice(0, 10)}T${utc.slice(11, 19)}${part}`, ms);
      }),
    );
  });

  it("may be a day, a minute, or a number of seconds or milliseconds", () => {
    reads("2026-03-09", Date.UTC(2026, 2, 9));
    reads("2026-03-09 10:11", Date.UTC(2026, 2, 9, 10, 11));
    reads("2026-03-09T10:11", Date.UTC(2026, 2, 9, 10, 11));
    assert.deepEqual(readLegacyTime(1_772_420_400), { kind: "time", ms: 1_772_420_400_000 });
    assert.deepEqual(readLegacyTime(1_772_420_400_123), { kind: "time", ms: 1_772_420_400_123 });
    assert.deepEqual(readLegacyTime("1772420400"), { kind: "time", ms: 1_772_420_400_000 });
  });

  it("is null when it is empty or Go's zero", () => {
    const none = ["", null, undefined, 0, "0001-01-01T00:00:00Z", "0001-01-01 00:00:00 +0000 UTC", "0001-01-01"];
    // The zero time as zones west and east of Greenwich show it.
    none.push(
      "0000-12-31 19:03:58 -0456 LMT",
      "0001-01-01 02:00:00 +0200 +0200",
      "0001-01-01 00:00:00 +0000 UTC m=+0.5",
    );
    for (const value of none) assert.deepEqual(readLegacyTime(value), { kind: "none" }, String(value));
  });

  it("is unreadable when it is not a time", () => {
    const bad = [
      "now",
      "2026-02-30",
      "2026-13-01T00:00:00Z",
      "24:00",
      "2026-03-09 25:00:00",
      "12026-01-01T00:00:00Z",
      "x\0",
    ];
    for (const value of [...bad, Buffer.from("2026"), {}, Number.NaN, 1e300, -1e14])
      assert.deepEqual(readLegacyTime(value), { kind: "unreadable" });
  });

  it("never throws, for any value", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.double(), fc.integer(), fc.anything()), (value) => {
        const time = readLegacyTime(value);
        if (time.kind === "time") assert.ok(Number.isSafeInteger(time.ms));
      }),
    );
  });
});
