import { type FileStats, parseFileStats } from "../../../src/contract/file-event.ts";
import { parseInstant, secondsText } from "../../../src/contract/time/instant.ts";
import { MessageError } from "../../../src/contract/message-error.ts";
import { type ByteValue, textOf } from "../support/byte-value.ts";

const ZERO_TIME = "0001-01-01T00:00:00Z";

export function answer(input: unknown): unknown {
  const { json } = input as { json: ByteValue };
  try {
    return described(parseFileStats(textOf(json)));
  } catch (error) {
    if (error instanceof MessageError) return { error: true };
    throw error;
  }
}

function described(stats: FileStats): unknown {
  return {
    path: stats.path,
    size: countValue(stats.size),
    checksum: stats.checksum,
    created: stats.isNotification ? timeText(stats.created) : stats.created,
    linecnt: countValue(stats.linecnt),
    bytecnt: countValue(stats.bytecnt),
    isDir: stats.isDir,
    files: countValue(stats.files),
  };
}

function timeText(created: string): string {
  const time = parseInstant(created);
  return time === null ? ZERO_TIME : secondsText(time);
}

/** A number above 2^53 stands as a decimal string. */
function countValue(count: bigint): number | string {
  return count > 2n ** 53n || count < -(2n ** 53n) ? String(count) : Number(count);
}
