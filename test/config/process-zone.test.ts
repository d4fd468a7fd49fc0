import assert from "node:assert/strict";
import { test } from "node:test";
import { zoneOfProcess } from "../../src/config/process-zone.ts";

test("a process whose TZ says UTC, or that has none on a machine without a zone, goes by UTC", () => {
  for (const tz of ["UTC", "UTC0", "GMT0", undefined])
    assert.deepEqual(zoneOfProcess(tz, "Etc/Unknown"), { zone: "UTC", problem: null });
});

test("a process goes by the zone that the runtime found", () => {
  assert.equal(zoneOfProcess(":Europe/Berlin", "Europe/Berlin").zone, "Europe/Berlin");
  assert.equal(zoneOfProcess(undefined, "Asia/Tokyo").zone, "Asia/Tokyo");
});

test("a TZ that is empty or names no zone is UTC, with a warning that says so", () => {
  for (const tz of ["", " "])
    assert.deepEqual(zoneOfProcess(tz, "Etc/Unknown"), { zone: "UTC", problem: "TZ is empty, so the zone is UTC" });
  assert.deepEqual(zoneOfProcess("Mars/Olympus", undefined), {
    zone: "UTC",
    problem: 'TZ is "Mars/Olympus", which is not a known zone, so the zone is UTC',
  });
});
