import { StringDecoder } from "node:string_decoder";
import { printable } from "../../contract/printable.ts";

/** A complete control sequence of a terminal: of the kinds CSI and OSC, or one of two characters. */
const SEQUENCE = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[ -/]*[0-Z\\^-~])/g;
/** The beginning of one at the end of the text; a longer one is none. */
const OPEN_SEQUENCE = /\u001b(?:\[[0-?]*[ -/]*|\][^\u0007\u001b]*\u001b?|[ -/]*)$/;
const MAX_OPEN = 1024;
const COLOUR = /^\u001b\[[0-9;:]*m$/;
const RESET = "\u001b[0m";

/**
 * What a task wrote, as a terminal may show it: text, line breaks, tabs and colours. Other control sequences are left out, so that no
 * output moves the cursor, changes the title or answers in place of the user; other control characters are spaces.
 */
export class TerminalFilter {
  readonly #decoder = new StringDecoder("utf8");
  #open = "";
  #hasColour = false;

  /** The text of the bytes; what may be the beginning of a character or a sequence waits for the rest. */
  write(bytes: Uint8Array): string {
    return this.#clean(this.#open + this.#decoder.write(bytes), false);
  }

  /** What is left, and the end of its colours. */
  end(): string {
    const rest = this.#clean(this.#open + this.#decoder.end(), true);
    return this.#hasColour ? rest + RESET : rest;
  }

  #clean(text: string, isEnd: boolean): string {
    // A carriage return may also be followed by its line feed in the next piece.
    const open = isEnd ? "" : (OPEN_SEQUENCE.exec(text)?.[0] ?? (text.endsWith("\r") ? "\r" : ""));
    this.#open = open.length > MAX_OPEN ? "" : open;
    const ended = text.slice(0, text.length - this.#open.length);
    let clean = "";
    let from = 0;
    for (const { 0: sequence, index } of ended.matchAll(SEQUENCE)) {
      clean += plain(ended.slice(from, index));
      if (COLOUR.test(sequence)) {
        clean += sequence;
        this.#hasColour = true;
      }
      from = index + sequence.length;
    }
    return clean + plain(ended.slice(from));
  }
}

/** A line that a progress bar writes anew is a line of its own. */
function plain(text: string): string {
  return text
    .replace(/\r\n?/g, "\n")
    .split(/([\n\t])/)
    .map((part) => (part === "\n" || part === "\t" ? part : printable(part)))
    .join("");
}
