import assert from "node:assert/strict";
import { userInfo } from "node:os";
import test from "node:test";
import { jsonLines, Place } from "../harness.ts";

const ME = userInfo().username;

test("publish and redrive leave who did it and why, also while no instance runs", async (t) => {
  const place = new Place(t, {
    "flowlord.toml": 'workflow = "./flows"\ntimezone = "UTC"\nfile_topic = "files"\n',
    "flows/a.toml": '[[phase]]\ntask = "a"\nrule = "files=/in/*"\n',
  });
  const publish = await place.run(["publish", "files", "--reason", "a late file"], '{"path":"/in/x"}\nno json\n');
  assert.deepEqual([publish.code, publish.out], [0, "2 messages to files\n"]);
  const why = await place.run(["files", "show", "1"]);
  assert.ok(why.out.includes(`published to files by hand (${ME}: a late file)`), why.out);
  place.write("mended.json", '{"path":"/in/y"}');
  const redrive = ["dead-letters", "redrive", "1", "--payload", "mended.json", "--reason", "a typo"];
  assert.equal((await place.run(redrive)).code, 0);
  const [letter] = jsonLines((await place.run(["dead-letters", "list", "--redriven", "--json"])).out);
  assert.partialDeepStrictEqual(letter, { id: 1, redriven_by: ME, redriven_reason: "a typo" });
  assert.ok((await place.run(["dead-letters", "list", "--redriven"])).out.includes(`(redriven by ${ME}: a typo)`));
  assert.equal((await place.run(["files", "redrive", "1", "--force", "--reason", "once more"])).code, 0);
  const again = await place.run(["files", "show", "1", "--json"]);
  assert.ok(again.out.includes(`redriven by hand, forced (${ME}: once more)`), again.out);
});
