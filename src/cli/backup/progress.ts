import { bytesText } from "../output/bytes.ts";
import type { CliContext } from "../context.ts";

/** At most one line in this time (ms). */
const EVERY_MS = 1000;

/** Lines on standard error that say how far something is; the first after a second, so that what is quick says nothing. */
export function progressLines(context: CliContext): (what: string, done: number, total: number) => void {
  let lastAt = context.now();
  return (what, done, total) => {
    const now = context.now();
    if (now - lastAt < EVERY_MS) return;
    lastAt = now;
    const share = total === 0 ? 0 : Math.min(100, Math.floor((done / total) * 100));
    context.err(context.paint.dim(`${what}: ${share} %, ${bytesText(done)} of ${bytesText(total)}`));
  };
}
