import { LegacyDatabase } from "./harness.ts";

const [, , path = "", step = "", count = "1"] = process.argv;

/** Import the file; the process kills itself at the given step, or its parent does. */
let left = Number(count);
process.stdout.write("started\n");
const store = await new LegacyDatabase(path).open({
  onStep: (one) => {
    if (one !== step) return;
    left -= 1;
    if (left === 0) process.kill(process.pid, "SIGKILL");
  },
});
await store.close();
process.stdout.write("done\n");
