import { MINUTE } from "../contract/time/time-units.ts";

const REPEAT_AFTER_MS = MINUTE;
const REMEMBER = 1000;

/** Reports errors; a repeated one at most once a minute, with its count. */
export class ErrorReport {
  readonly #write: (where: string, sentence: string, repeated: number) => void;
  readonly #now: () => number;
  readonly #reported = new Map<string, { at: number; since: number }>();

  /** `repeated`: how often the same was reported since the line before. */
  constructor(write: (where: string, sentence: string, repeated: number) => void, now: () => number) {
    this.#write = write;
    this.#now = now;
  }

  /** `where` names the part that failed. */
  report(where: string, sentence: string): void {
    const line = `${where}: ${sentence}`;
    const now = this.#now();
    const known = this.#reported.get(line);
    if (known !== undefined && now - known.at < REPEAT_AFTER_MS) {
      known.since += 1;
      return;
    }
    if (this.#reported.size >= REMEMBER) this.#reported.clear();
    this.#reported.set(line, { at: now, since: 0 });
    this.#write(where, sentence, known?.since ?? 0);
  }
}
