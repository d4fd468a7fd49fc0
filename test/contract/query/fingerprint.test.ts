import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { commonText, fingerprintOf } from "../../../src/contract/query/fingerprint.ts";
import { fc } from "../../support/seed.ts";

const COMMON: readonly (readonly [common: string, ...messages: string[]])[] = [
  ["cannot read #: row # of #", "cannot read /in/a.csv: row 3 of 17", "cannot read gs://in/b.csv: row 1,417 of 2.5"],
  [
    "dial tcp #: connection refused",
    "dial tcp 10.0.0.1:4150: connection refused",
    "dial tcp 1.2.3.4:80: connection refused",
  ],
  ["timeout after #", "timeout after 1m30s", "timeout after 45s", "timeout after 250ms", "timeout after 3"],
  ["at #: no rows", "at 2026-05-01T03:00:00Z: no rows", "at 2026-05-01 03:00:00,123: no rows", "at 03:00: no rows"],
  ["task # lost", "task 0195500a-0000-7000-8000-000000000001 lost", "task 17 lost", "task deadbeef17 lost"],
  ["commit # is gone", "commit 01HZX3K9Q2ABCD is gone", "commit 0x7ffd is gone", "commit 12345678 is gone"],
  ['column "size" does not exist', 'column "size" does not exist', 'column  "size"\tdoes not exist\n'],
  ["no such file: #", String.raw`no such file: C:\in\a.csv`, "no such file: ./a/b", "no such file: ../c.gz"],
  ["orders-#.csv is empty", "orders-2026-05.csv is empty", "orders-7.csv is empty"],
  ["", "", " "],
];

describe("the common text of a message", () => {
  for (const [common, ...messages] of COMMON)
    it(`is "${common}"`, () => {
      for (const message of messages) assert.equal(commonText(message), common, message);
    });

  it("keeps words apart that say another thing", () => {
    const texts = ["no rows", "No rows", "no columns", "connection refused", "connection reset"].map(commonText);
    assert.equal(new Set(texts).size, texts.length);
  });

  it("is short, has no digit, and is its own common text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 1000 }), (message) => {
        const common = commonText(message);
        assert.ok(common.length <= 200);
        assert.doesNotMatch(common, /[0-9]/);
        assert.equal(commonText(common), common);
      }),
    );
  });
});

it("a fingerprint is 14 hexadecimal digits", () => {
  assert.equal(
    fingerprintOf("a", () => 255),
    "000000000000ff",
  );
});
