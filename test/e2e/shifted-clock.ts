/**
 * Loaded into Flowlord with `--import`: moves the wall clock, as an administrator or a time server does, by the
 * milliseconds that the file CLOCK_SHIFT names, at each SIGUSR2. Timers go on, as they do then.
 */
import { readFileSync } from "node:fs";

const RealDate = Date;
let shift = 0;

process.on("SIGUSR2", () => {
  shift = Number(readFileSync(process.env["CLOCK_SHIFT"] ?? "", "utf8"));
});

class ShiftedDate extends RealDate {
  constructor(...args: readonly unknown[]) {
    if (args.length === 0) super(ShiftedDate.now());
    else super(...(args as [number]));
  }

  static override now(): number {
    return RealDate.now() + shift;
  }
}

globalThis.Date = ShiftedDate as DateConstructor;
