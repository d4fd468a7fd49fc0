import assert from "node:assert/strict";
import test from "node:test";
import { Place } from "../cli/harness.ts";
import { blocksOf } from "./page.ts";

const CONFIG = 'workflow = "./flows"\ntimezone = "UTC"\nfile_topic = "files"\n';

/** The moment an event came is another one here. */
function withoutTimes(text: string): string {
  return text.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, "TIME");
}

test("the commands of docs/files.md, one after the other, print what the page shows", async (t) => {
  const place = new Place(t, { "flowlord.toml": CONFIG });
  let ran = 0;
  for (const { language, text } of blocksOf("files.md")) {
    if (language === "toml") place.write("flows/daily.toml", text);
    if (language !== "") continue;
    for (const command of text.split(/^\$ /m).filter((part) => part !== "")) {
      const [line = "", ...shown] = command.trimEnd().split("\n");
      const [, input = "", words = ""] = /^(?:echo '(.*)' \| )?flowlord (.*)$/.exec(line) ?? assert.fail(line);
      const { out } = await place.run(words.split(" "), input);
      assert.equal(withoutTimes(out.trimEnd()), withoutTimes(shown.join("\n")), line);
      ran += 1;
    }
  }
  assert.equal(ran, 6);
});
