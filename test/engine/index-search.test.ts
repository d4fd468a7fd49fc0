import assert from "node:assert/strict";
import { it } from "node:test";
import { SearchIndexer } from "../../src/engine/index-search.ts";

let taken = 0;

function indexer(isMore: boolean, utilization: number): SearchIndexer {
  return new SearchIndexer({
    store: { indexSearch: async (max) => ({ taken: (taken = max), isMore }) },
    now: () => 10_000,
    utilization: () => utilization,
  });
}

it("indexes small steps on a quiet thread, and larger ones with longer pauses on a busy one", async () => {
  assert.equal(await indexer(true, 0.1).step(), 10_010);
  assert.equal(taken, 64);
  assert.equal(await indexer(true, 0.9).step(), 10_040);
  assert.equal(taken, 256);
});

it("rests when everything is indexed", async () => {
  assert.equal(await indexer(false, 0).step(), 11_000);
});

it("does not count its own work as that of others", async () => {
  let visited = 0;
  const store = { indexSearch: async () => ({ taken: 1, isMore: true }) };
  // Every second call measures the step itself.
  const own = new SearchIndexer({ store, now: () => 0, utilization: () => (visited++ % 2 === 0 ? 0 : 1) });
  assert.equal(await own.step(), 10);
  assert.equal(await own.step(), 10);
});
