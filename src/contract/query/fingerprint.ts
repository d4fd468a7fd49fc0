/** More of a message says nothing new about what failed. */
const READ = 500;
const SHOWN = 200;

const SPACES = /\s+/g;
/** What may be a path, a time, an id or a number: anything between spaces, quotes and brackets. */
const TOKEN = /[^\s"'`<>()[\]{};=]+/g;
const AT_ITS_END = /[.,:!?]+$/;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
const MOMENT = /\d{4}-\d{2}-\d{2}[T_]\d{2}[\d:.,]*(?:Z|[+-]\d{2}:?\d{2})?/g;
const DURATION = /^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h|d))+$/;
const HEX = /(?<![0-9a-z])(?:0x[0-9a-f]+|(?=[a-f]*\d)[0-9a-f]{8,})(?![0-9a-z])/gi;
/** Letters and digits mixed, as random names are: at least so long, with at least so many digits. */
const MIXED = /[0-9A-Za-z]{12,}/g;
const MIXED_DIGITS = 3;
const NUMBER = /\d+(?:[.,:_-]\d+)*/g;
const SEVERAL = /#(?:[\s,:.-]*#)+/g;

/**
 * What messages of the same failure have in common: the message with a `#` in place of each path, time, id and number, so that
 * `cannot read /in/a.csv: 3 of 17` is the same as `cannot read /in/b.csv: 4 of 9`. Empty for a message without a text.
 */
export function commonText(msg: string): string {
  const replaced = msg.slice(0, READ).replaceAll(SPACES, " ").replaceAll(TOKEN, withoutValues);
  return replaced.replaceAll(SEVERAL, "#").trim().slice(0, SHOWN);
}

/** `docs/query-language.md` explains it: the same common text has the same fingerprint, in every instance. */
export function fingerprintOf(msg: string, hash: (text: string) => number): string {
  return hash(commonText(msg)).toString(16).padStart(14, "0");
}

function withoutValues(token: string): string {
  const end = AT_ITS_END.exec(token)?.[0] ?? "";
  const text = token.slice(0, token.length - end.length);
  if (text.length > 1 && /[/\\]/.test(text)) return `#${end}`;
  if (DURATION.test(text)) return `#${end}`;
  const plain = text
    .replaceAll(UUID, "#")
    .replaceAll(MOMENT, "#")
    .replaceAll(HEX, "#")
    .replaceAll(MIXED, (run) => (run.replaceAll(/\D/g, "").length >= MIXED_DIGITS && /[A-Za-z]/.test(run) ? "#" : run))
    .replaceAll(NUMBER, "#");
  return plain + end;
}
