import assert from "node:assert/strict";
import { test } from "node:test";
import { MessageError } from "../../src/contract/message-error.ts";
import { readFileNotices } from "../../src/contract/object-notification.ts";

const record = (eventName: string, key: string, more: object = {}): object => ({
  eventName,
  eventTime: "2026-01-02T03:04:05.000Z",
  s3: { bucket: { name: "lake" }, object: { key, size: 42, eTag: "abc", versionId: "v1", ...more } },
});
const s3 = (...records: readonly object[]): string => JSON.stringify({ EventName: "s3:…", Records: records });

test("a notification of an S3 store is an event for each of its objects, with the key decoded", () => {
  const [first, second] = readFileNotices(
    s3(record("s3:ObjectCreated:Put", "in%2Fred+flower%2B.csv"), record("ObjectCreated:Copy", "100%")),
    null,
  );
  assert.partialDeepStrictEqual(first, {
    happened: null,
    event: {
      path: "s3://lake/in/red flower+.csv",
      size: 42,
      bucket: "lake",
      etag: "abc",
      generation: "v1",
      created: Date.UTC(2026, 0, 2, 3, 4, 5),
    },
  });
  assert.deepEqual([second?.event.path, second?.happened], ["s3://lake/100%", null]);
});

test("a deleted object, and one that only changed its metadata, has not arrived", () => {
  const kinds = ["s3:ObjectRemoved:Delete", "ObjectTagging:Put", "s3:ObjectAccessed:Get"];
  for (const kind of kinds) assert.equal(readFileNotices(s3(record(kind, "a")), null)[0]?.happened, kind);
  const google = '{"id":"i","name":"a","bucket":"b"}';
  for (const kind of ["OBJECT_DELETE", "OBJECT_METADATA_UPDATE", "OBJECT_ARCHIVE"])
    assert.equal(readFileNotices(google, kind)[0]?.happened, kind);
  for (const kind of [null, "OBJECT_FINALIZE", "something else"])
    assert.equal(readFileNotices(google, kind)[0]?.happened, null);
  assert.equal(readFileNotices('{"path":"/in/a"}', "OBJECT_DELETE")[0]?.happened, null, "not a notification");
});

test("what is neither is one event without a path, or an error", () => {
  for (const text of ["{}", '{"Records":{}}', '{"Records":[]}', '{"Records":[1,{"s3":{}}]}', s3(record("x", ""))])
    assert.deepEqual(
      readFileNotices(text, null).map(({ event }) => event.path),
      [""],
      text,
    );
  assert.throws(() => readFileNotices("{", null), MessageError);
});

test("the envelope of SNS or of a Pub/Sub push is opened, and what it says of the kind counts", () => {
  const sns = (message: string): string => JSON.stringify({ Type: "Notification", TopicArn: "arn", Message: message });
  const push = (data: string, eventType: string): string =>
    JSON.stringify({
      message: { data: Buffer.from(data).toString("base64"), attributes: { eventType }, messageId: "1" },
      subscription: "projects/p/subscriptions/s",
    });
  const paths = (text: string): readonly unknown[] =>
    readFileNotices(text, null).map(({ event, happened }) => [event.path, happened]);
  const google = '{"id":"i","name":"a","bucket":"b","generation":"7"}';
  assert.deepEqual(paths(sns(s3(record("ObjectCreated:Put", "a")))), [["s3://lake/a", null]]);
  assert.deepEqual(paths(sns(s3(record("ObjectRemoved:Delete", "a")))), [["s3://lake/a", "ObjectRemoved:Delete"]]);
  assert.deepEqual(paths(push(google, "OBJECT_FINALIZE")), [["gs://b/a", null]]);
  assert.deepEqual(paths(push(google, "OBJECT_DELETE")), [["gs://b/a", "OBJECT_DELETE"]]);
  for (const odd of [sns("hello"), sns("[]"), sns(sns("{}")), push("hello", "OBJECT_FINALIZE")])
    assert.deepEqual(paths(odd), [["", null]], odd);
});

test("a Google notification without attributes tells of itself that it is about nothing new", () => {
  const happened = (more: object): string | null | undefined =>
    readFileNotices(JSON.stringify({ id: "i", name: "a", bucket: "b", ...more }), null)[0]?.happened;
  assert.equal(happened({ metageneration: "1" }), null);
  assert.equal(happened({ metageneration: "2" }), "OBJECT_METADATA_UPDATE");
  assert.equal(happened({ metageneration: "1", timeDeleted: "2026-01-02T03:04:05Z" }), "OBJECT_DELETE");
});
