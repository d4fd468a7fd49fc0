import assert from "node:assert/strict";
import { test } from "node:test";
import { ProcessZoneError, zoneOfProcess } from "../../src/config/process-zone.ts";

test("a process with an empty TZ, or none on a machine without a zone, goes by UTC", () => {
  for (const tz of ["", " ", "UTC", "UTC0", "GMT0"]) assert.equal(zoneOfProcess(tz, "Etc/Unknown"), "UTC", tz);
  assert.equal(zoneOfProcess(undefined, "Etc/Unknown"), "UTC");
});

test("a process goes by the zone that the runtime found", () => {
  assert.equal(zoneOfProcess(":Europe/Berlin", "Europe/Berlin"), "Europe/Berlin");
  assert.equal(zoneOfProcess(undefined, "Asia/Tokyo"), "Asia/Tokyo");
});

test("a TZ that names no zone is refused with a sentence that names it", () => {
  assert.throws(
    () => zoneOfProcess("Mars/Olympus", undefined),
    (error) => error instanceof ProcessZoneError && error.message.startsWith('TZ is "Mars/Olympus"'),
  );
});
