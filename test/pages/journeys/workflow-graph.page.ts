import assert from "node:assert/strict";
import { test } from "node:test";
import { accessFaults, atRest, browser, openPage, skip } from "../browser.ts";
import { serve } from "../server.ts";

const PHASES = 120;

/** A tree: each has three that follow it, some only with a key of meta. */
function manyPhases(): string {
  return Array.from({ length: PHASES }, (_, n) => {
    const parent = n === 0 ? "" : `dependsOn = "step${Math.floor((n - 1) / 3)}:many"\n`;
    const rule = n === 0 ? "cron=0 3 * * *" : n % 10 === 0 ? "require={meta:rows}" : "retry_delay=1m";
    return `[[phase]]\ntask = "step${n}:many"\n${parent}rule = "${rule}"\ntemplate = "?date={yyyy}-{mm}-{dd}"\n`;
  }).join("\n");
}

const OTHER = `
[[phase]]
task = "copy:all"
dependsOn = "many.toml: step2:many"
template = "?"

[[phase]]
task = "lost:all"
dependsOn = "nobody"
template = "?"
`;

test(
  "a workflow of many phases is walked, searched, folded and read as a list",
  { skip, timeout: 300_000 },
  async (t) => {
    const { url } = await serve(
      t,
      { "workflows/many.toml": manyPhases(), "workflows/other.toml": OTHER },
      'workflow = "{config_dir}/workflows"\n[sqlite]\nlocal_path = "{config_dir}/tasks.db"\n',
    );
    const opened = await browser(t);
    const { page, problems } = await openPage(opened, url, { theme: "light", width: 1440 });
    await page.goto("/workflows?file=many.toml");
    const graph = page.getByRole("group", { name: "many.toml: 120 phases" });
    await graph.getByRole("button", { name: /0 3 \* \* \* next/ }).waitFor();

    // Along the edges: from the schedule to the first phase, to one that follows it, and up and down beside it.
    await graph.focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    const at = (): Promise<string> => page.evaluate("document.activeElement.innerText");
    assert.match(await at(), /^step[123]:many/);
    await page.keyboard.press("ArrowLeft");
    assert.match(await at(), /^step0:many/);
    await page.keyboard.press("Enter");
    await page.getByRole("complementary", { name: "Side panel" }).getByText("step0:many").first().waitFor();
    assert.match(page.url(), /phase=\d+/);
    await page.goBack();

    // What is sought comes into view; Enter goes on to the next.
    await page.getByRole("searchbox", { name: "Find a phase" }).fill("step11");
    await page.getByText("1 of 11").waitFor();
    await graph.getByRole("button", { name: /step11:many no task/ }).waitFor();
    await page.getByRole("searchbox", { name: "Find a phase" }).press("Enter");
    await page.getByText("2 of 11").waitFor();
    await graph.getByRole("button", { name: /step110:many only with/ }).waitFor();
    await page.getByRole("searchbox", { name: "Find a phase" }).fill("");

    // Folded, the rest of its file and the phase of the other one that follows are inside, and Back unfolds them.
    await graph.focus();
    await graph.getByRole("button", { name: "Fold what follows step0:many" }).click();
    await graph.getByRole("button", { name: "Unfold step0:many: 120 inside" }).waitFor();
    assert.equal(await graph.getByRole("button", { name: /step1:many no task/ }).count(), 0);
    await page.goBack();
    await graph.getByRole("button", { name: "Fold what follows step0:many" }).waitFor();

    await page.getByRole("button", { name: "Show as list" }).click();
    const list = page.getByRole("list", { name: "many.toml: 120 phases" });
    assert.equal(await list.getByRole("button").count(), PHASES + 2);
    await list.getByText("only with {meta:rows}").first().waitFor();
    assert.deepEqual(await accessFaults(page), []);

    // A phase of another file leads there.
    await page.goto("/workflows?file=other.toml");
    const other = page.getByRole("group", { name: "other.toml: 2 phases" });
    await other.getByRole("button", { name: /nobody no phase makes it/ }).waitFor();
    await atRest(page);
    assert.deepEqual(await accessFaults(page), []);
    await other.getByRole("button", { name: /step2:many many.toml/ }).click();
    await graph.getByRole("button", { name: /step2:many no task/ }).waitFor();
    assert.match(page.url(), /file=many.toml&phase=\d+/);
    assert.deepEqual(problems, []);
  },
);
