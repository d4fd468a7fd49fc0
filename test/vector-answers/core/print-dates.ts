import { wallOf } from "../../../src/contract/time/wall-ms.ts";
import { printDates } from "../../../src/core/time/date-range.ts";

export function answer(input: unknown): unknown {
  const { times } = input as { times: string[] };
  return { text: printDates(times.map((time) => wallOf(Date.parse(time)))) };
}
