import assert from "node:assert/strict";
import { test } from "node:test";
import { Place } from "./harness.ts";

const CONFIG = 'workflow = "flow"\ntimezone = "Europe/Berlin"\n[bus]\nbus = "null"\n';

/** Command lines with a value that nothing can have, and what the error says instead. */
const REFUSED: readonly (readonly [args: string, says: RegExp])[] = [
  ["tasks --result failed", /called error/],
  ["tasks --result SUCCESS", /called complete/],
  ["tasks --state active", /Here "active" is called running/],
  ["tasks --state done", /Here "done" is called finished/],
  ["tasks --state queued --result error", /A task that is queued has no result/],
  ["tasks --type load:eu", /--type load --job eu/],
  ["tasks -q result:failed", /called error/],
  ["tasks -q result!=complete", /a minus in front/],
  ["tasks -q state:active", /Did you mean running/],
  ["tasks -q state:", /needs a value/],
  ["tasks -q type:", /needs a value/],
  ["tasks -q job:", /needs a value/],
  ["tasks -q type:load:eu", /type:load job:eu/],
  ["tasks -q created:2026-02-30", /is not a time/],
  ["tasks -q task_time:2026-13", /is not a time/],
  ["tasks -q created:2026-05-02..2026-05-01", /ends before it begins/],
  ["tasks --before 0", /from 1 to/],
  ["alerts --since 2026-02-30", /not a valid time/],
  ["alerts --severity error", /info, warning, critical/],
  ["alerts --state running", /unresolved, all/],
  ["alerts --alert-type failed", /retry_exhausted/],
  ["alerts --type load:eu", /--type load --job eu/],
  ["files --since 2026-02-30", /not a valid time/],
  ["files --since 2026-05-02 --until 2026-05-01", /--since must be before --until/],
  ["files --type load:eu", /--type load --job eu/],
  ["files stats --until 2026-06-31", /not a valid time/],
  ["files stats --type load:eu", /--type load --job eu/],
  ["dead-letters --before -1", /from 1 to/],
  ["stats --last 0d", /is no duration/],
  ["silences add --type load:eu --for 1h", /--type load --job eu/],
  ["silences add --severity error --for 1h", /takes info, warning, critical/],
  ["silences add --type load --until 2026-02-30", /not a valid time/],
  ["why-not load --at 2026-02-30", /takes a time/],
  ["trigger load --at 2026-02-30", /takes a time/],
];

test("a value that can never match is an error that says the right one", async (t) => {
  const location = new Place(t, {
    "flowlord.toml": CONFIG,
    "flow/a.toml": '[[phase]]\ntask = "load"\ncron = "@daily"\n',
  });
  assert.equal((await location.run(["trigger", "load"])).code, 0, "there is a database");
  for (const [args, says] of REFUSED) {
    const { code, out, err } = await location.run(args.split(" "));
    assert.deepEqual([code, out], [2, ""], args);
    assert.match(err, says, args);
  }
  const sent = await location.run(["tasks", "-q", 'type:"a:b"']);
  assert.deepEqual([sent.code, sent.out], [0, "No task matches.\n"], "in quotes it is what a worker sent");
});
