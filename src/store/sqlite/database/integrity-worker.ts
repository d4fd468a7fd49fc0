import { quickCheck } from "./quick-check.ts";

/** The process of a check for damage. */
const path = process.argv[2];
// A parent that is gone waits for nothing.
if (path !== undefined)
  process.send?.(
    quickCheck(path, () => !process.connected),
    () => process.disconnect(),
  );
