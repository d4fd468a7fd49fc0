import { MASK } from "../contract/redact/mask.ts";
import type { Redact } from "../contract/redact/redact.ts";

const KEY_BEGINS = /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----/;
const KEY_ENDS = /-----END [A-Z ]{0,30}PRIVATE KEY-----/;
/** What may be in the middle of a key, also behind the time of a log. */
const KEY_LINE = /^[\w+/=:,.\s-]*$/;
/** Of a key, which has no more. */
const MAX_KEY_LINES = 300;

/** Hides the secrets of a text line by line; only a private key has several lines. */
export class HiddenLines {
  readonly #redact: Pick<Redact, "text">;
  /** Lines that the key under way may still have; 0: there is none. */
  #keyLines = 0;

  constructor(redact: Pick<Redact, "text">) {
    this.#redact = redact;
  }

  /** Whole lines. `keepsLength`: each stays as long as it was, in bytes. */
  hide(bytes: Buffer, { keepsLength = false } = {}): Buffer {
    const text = bytes.toString("utf8");
    if (this.#keyLines === 0 && this.#redact.text(text) === text) return bytes;
    const lines = text.split(/(?<=[\r\n])/).map((line) => {
      const [content = "", end = ""] = line.split(/([\r\n])$/);
      const shown = this.#line(content);
      if (shown === content) return line;
      return (keepsLength ? fitted(shown, Buffer.byteLength(content)) : shown) + end;
    });
    return Buffer.from(lines.join(""));
  }

  #line(line: string): string {
    if (this.#keyLines > 0) {
      const end = KEY_ENDS.exec(line);
      if (end === null && KEY_LINE.test(line)) {
        this.#keyLines -= 1;
        return MASK;
      }
      this.#keyLines = 0;
      if (end !== null) return MASK + this.#redact.text(line.slice(end.index + end[0].length));
    }
    const begin = KEY_BEGINS.exec(line);
    if (begin !== null && !KEY_ENDS.test(line.slice(begin.index))) this.#keyLines = MAX_KEY_LINES;
    return this.#redact.text(line);
  }
}

/** As many bytes, with spaces where there are fewer. */
function fitted(text: string, length: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= length) return text + " ".repeat(length - bytes.length);
  // A letter that would be cut becomes spaces.
  let cut = length;
  while (cut > 0 && ((bytes[cut] ?? 0) & 0xc0) === 0x80) cut -= 1;
  return bytes.toString("utf8", 0, cut) + " ".repeat(length - cut);
}
