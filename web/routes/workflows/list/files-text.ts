import { count } from "../../../services/format.ts";

/** `1 file`, `3 files`. */
export function filesText(files: number): string {
  return `${count(files)} file${files === 1 ? "" : "s"}`;
}
