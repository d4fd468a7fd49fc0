import assert from "node:assert/strict";
import { test } from "node:test";
import { browser, openPage, skip } from "../browser.ts";
import { serve } from "../server.ts";

const CONFIG = `
workflow = "{config_dir}/workflows"
[sqlite]
local_path = "{config_dir}/tasks.db"
backup_path = "{config_dir}/backups"
[backup]
schedule = ""
`;
const WAIT = { timeout: 60_000 };

test("back up now, and see it verified", { skip, timeout: 180_000 }, async (t) => {
  const { url } = await serve(t, { "workflows/none.toml": "" }, CONFIG);
  const { page, problems } = await openPage(await browser(t), url, { theme: "light", width: 1440 });
  await page.goto("/");
  await page.getByRole("link", { name: "System" }).click();
  await page.getByText("There is no backup.").waitFor(WAIT);
  await page.getByRole("link", { name: "Backups" }).click();
  const section = page.getByRole("region", { name: "Backups" });
  await section.getByText("No backup was made yet").waitFor(WAIT);
  await section.getByRole("button", { name: "Back up now" }).click();
  await page.getByRole("status").getByText("A backup is being made.").waitFor(WAIT);

  const row = section.getByRole("row").filter({ hasText: "verified" });
  await row.waitFor(WAIT);
  assert.match(await row.innerText(), /restored, [\d,]+ rows equal, by hand/);
  await page.getByText("Everything is connected, backed up and has room.").waitFor(WAIT);
  await page.getByRole("region", { name: "Last restore drill" }).getByText("Restored and compared").waitFor(WAIT);

  await row.getByRole("button", { name: /Restore the backup of/ }).click();
  await page.getByRole("dialog").getByText("flowlord restore ").first().waitFor(WAIT);
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ ...WAIT, state: "detached" });
  assert.deepEqual(problems, []);
});
