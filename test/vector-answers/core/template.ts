import { fillTime } from "../../../src/core/task/template.ts";
import type { WallTime } from "../../../src/core/time/wall-time.ts";
import { byteValue, type ByteValue, textOf } from "../support/byte-value.ts";

/** Eight private-use characters stand for the digits, so that nothing of a template is taken for them. */
const ID = "\uE000".repeat(8);
const TIME = /^([+-]?\d+)-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)$/;

interface TemplateCase {
  readonly template: ByteValue;
  readonly time: string;
  readonly host: ByteValue;
}

export function answer(input: unknown): unknown {
  const { template, time, host } = input as TemplateCase;
  const text = fillTime(textOf(template), timeParts(time), textOf(host), () => `${ID}-4000`).replace(ID, "<8hex>");
  return { text: byteValue(text) };
}

/** Null for the zero time, whatever the zone it is written in. */
function timeParts(time: string): WallTime | null {
  const match = TIME.exec(time);
  if (match === null) throw new Error(`no time: ${time}`);
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  if (Date.parse(time) === Date.parse("0001-01-01T00:00:00Z")) return null;
  return { year, month, day, hour, minute, second };
}
