import assert from "node:assert/strict";
import { test } from "node:test";

import { MessageError } from "../../src/contract/message-error.ts";
import { parseTaskMessage, type TaskMessage, writeTaskMessage } from "../../src/contract/task-message.ts";
import { fc } from "../support/seed.ts";

const EMPTY: TaskMessage = {
  type: "",
  job: "",
  info: "",
  created: "",
  id: "",
  meta: "",
  result: "",
  msg: "",
  started: "",
  ended: "",
};

function codeOf(text: string): string {
  try {
    parseTaskMessage(text);
  } catch (error) {
    if (error instanceof MessageError) return error.code;
    throw error;
  }
  return "read";
}

test("any message is read back as it was written, on one line", () => {
  const text = fc.string({ unit: "binary" });
  const message = fc.record(Object.fromEntries(Object.keys(EMPTY).map((field) => [field, text])));
  fc.assert(
    fc.property(message, (fields) => {
      const task: TaskMessage = { ...EMPTY, ...fields };
      const written = writeTaskMessage(task);
      assert.doesNotMatch(written, /[\n\r\u2028\u2029]/);
      assert.deepEqual(parseTaskMessage(written), task);
    }),
  );
});

test("empty fields are left out, except type and info; < > & stay", () => {
  assert.equal(writeTaskMessage(EMPTY), '{"type":"","info":""}');
  assert.equal(
    writeTaskMessage({ ...EMPTY, type: "t", job: "j", info: "<a&b>", id: "i", ended: "e" }),
    '{"type":"t","job":"j","info":"<a&b>","id":"i","ended":"e"}',
  );
});

test("keys are read in any case, as Go folds it; the last of several counts", () => {
  assert.equal(parseTaskMessage('{"TYPE":"t","re\u017Fult":"error"}').result, "error");
  assert.equal(parseTaskMessage('{"type":"a","TYPE":"b","type":"c"}').type, "c");
  assert.equal(parseTaskMessage('{"TYPE":"a","type":"b","TYPE":"c","x":{"type":1}}').type, "c");
  assert.equal(parseTaskMessage('{"typé":"t"}').type, "");
});

test("null changes nothing, not even an earlier value", () => {
  assert.equal(parseTaskMessage('{"type":"a","type":null,"info":null}').type, "a");
});

test("what is no task is refused, also in a key that is overwritten later", () => {
  for (const text of ["null", "[]", "5", '"x"', "true"]) assert.equal(codeOf(text), "not_an_object", text);
  for (const text of ["", " ", "{", "{}{}", '{"type":}', "\uFEFF{}"]) assert.equal(codeOf(text), "bad_json", text);
  for (const text of ['{"type":5}', '{"meta":{}}', '{"ID":[]}', '{"type":5,"type":"t"}']) {
    assert.equal(codeOf(text), "wrong_type", text);
  }
});

test("the reason says what is wrong", () => {
  assert.throws(() => parseTaskMessage('{"Info":[1]}'), /info of the task message must be a string, not a list/);
});

test("keys that mean something to JavaScript are unknown keys", () => {
  const task = parseTaskMessage('{"__proto__":{"type":"evil"},"constructor":"x","type":"t"}');
  assert.deepEqual(task, { ...EMPTY, type: "t" });
});

test("lone surrogates become replacement characters", () => {
  assert.equal(parseTaskMessage('{"info":"\\ude42\\ud83d"}').info, "\uFFFD\uFFFD");
  assert.equal(writeTaskMessage({ ...EMPTY, info: "a\udcff" }), '{"type":"","info":"a\uFFFD"}');
});
