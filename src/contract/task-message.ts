import { MessageError } from "./message-error.ts";
import { countPairs, foldKey, isObject, jsonFault, jsonPairs } from "./json-pairs.ts";

/**
 * A task as it travels on the bus: one JSON object a message. Empty strings are omitted on the wire except `type` and
 * `info`. Times stay the text that was read, so a forwarded message stays the same; `instantOf` (instant.ts) reads them.
 */
export interface TaskMessage {
  type: string;
  job: string;
  info: string;
  created: string;
  id: string;
  meta: string;
  result: string;
  msg: string;
  started: string;
  ended: string;
}

/** In the order of the JSON. */
const FIELDS: readonly (keyof TaskMessage)[] = [
  "type",
  "job",
  "info",
  "created",
  "id",
  "meta",
  "result",
  "msg",
  "started",
  "ended",
];

// Parsed by hand, not by a schema: it must follow Go's rules for keys (any case, the last of several counts, null
// changes nothing), and it runs for every message.
const FIELD_OF_KEY: ReadonlyMap<string, keyof TaskMessage> = new Map(FIELDS.map((field) => [field, field]));

/**
 * Reads a task message; unknown keys are ignored. The caller checks the size of the text.
 *
 * @throws MessageError `bad_json`, `not_an_object` or `wrong_type`
 */
export function parseTaskMessage(text: string): TaskMessage {
  const parsed = parseJson(text);
  const task: TaskMessage = {
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
  const keys = Object.keys(parsed);
  if (countPairs(text) === keys.length) {
    for (const key of keys) setField(task, key, parsed[key]);
  } else {
    for (const { key, value } of jsonPairs(text) ?? []) setField(task, key, JSON.parse(value));
  }
  return task;
}

function parseJson(text: string): Readonly<Record<string, unknown>> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new MessageError("bad_json", `the task message is not JSON: ${jsonFault(error)}`);
  }
  if (isObject(parsed)) return parsed;
  throw new MessageError("not_an_object", `the task message must be a JSON object, not ${kindOf(parsed)}`);
}

function setField(task: TaskMessage, key: string, value: unknown): void {
  const field = FIELD_OF_KEY.get(key) ?? FIELD_OF_KEY.get(foldKey(key));
  if (field === undefined || value === null) return;
  if (typeof value !== "string") {
    throw new MessageError("wrong_type", `${field} of the task message must be a string, not ${kindOf(value)}`);
  }
  task[field] = value.toWellFormed();
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** One line of JSON in the older program's order and spelling: `<`, `>` and `&` as they are, empty fields left out. */
export function writeTaskMessage(task: TaskMessage): string {
  let text = `{"type":${quote(task.type)}`;
  if (task.job !== "") text += `,"job":${quote(task.job)}`;
  text += `,"info":${quote(task.info)}`;
  if (task.created !== "") text += `,"created":${quote(task.created)}`;
  if (task.id !== "") text += `,"id":${quote(task.id)}`;
  if (task.meta !== "") text += `,"meta":${quote(task.meta)}`;
  if (task.result !== "") text += `,"result":${quote(task.result)}`;
  if (task.msg !== "") text += `,"msg":${quote(task.msg)}`;
  if (task.started !== "") text += `,"started":${quote(task.started)}`;
  if (task.ended !== "") text += `,"ended":${quote(task.ended)}`;
  return escapeLines(`${text}}`);
}

function quote(text: string): string {
  return JSON.stringify(text.toWellFormed());
}

/** Go writes the two line separators escaped; they can only occur inside strings. */
export function escapeLines(json: string): string {
  return LINE_SEPARATOR.test(json) ? json.replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029") : json;
}

const LINE_SEPARATOR = /[\u2028\u2029]/;
