import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import type { ContractDatabase } from "./contract-database.ts";
import {
  decision,
  doneDecider,
  doneMessage,
  loadedFile,
  loadedPhase,
  newTask,
  NOW,
  taskFilter,
  taskMessage,
} from "./factories.ts";

export function retentionContract(use: ContractDatabase): void {
  describe("workflows", () => {
    const parent = loadedPhase();
    const child = loadedPhase({
      key: "clean",
      task: "clean",
      type: "clean",
      dependsOn: "fetch",
      parents: ["fetch"],
      line: 5,
    });

    it("keep the rows of their phases over versions, and of files that return", async () => {
      const [first] = await use.store.saveWorkflows([loadedFile({ phases: [parent, child] })], NOW);
      const [same] = await use.store.saveWorkflows([loadedFile({ phases: [parent, child] })], NOW + 1);
      assert.deepEqual(same, first);
      const [shorter] = await use.store.saveWorkflows([loadedFile({ checksum: "sum-2", phases: [child] })], NOW + 2);
      assert.deepEqual([...(shorter?.phaseIds ?? [])], [["clean", first?.phaseIds.get("clean")]]);
      assert.notEqual(shorter?.versionId, first?.versionId);
      await use.store.saveWorkflows([], NOW + 3);
      assert.deepEqual(await use.store.acceptedVersions(), []);
      const [back] = await use.store.saveWorkflows([loadedFile({ phases: [parent, child] })], NOW + 4);
      assert.deepEqual(back?.phaseIds, first?.phaseIds);
    });

    it("know since when they are paused, over loads and a swap of their file, not over a resume", async () => {
      const MINUTE = 60_000;
      const save = (at: number, ...paused: boolean[]) =>
        use.store.saveWorkflows(
          paused.map((one, file) => loadedFile({ name: `${file}.toml`, phases: [loadedPhase({ paused: one })] })),
          at,
        );
      const since = async (): Promise<number[]> =>
        (await use.store.pausedPhases()).map((one) => one.since).toSorted((a, b) => a - b);
      await save(NOW, true, false);
      await save(NOW + 1, true, true);
      assert.deepEqual(await since(), [NOW, NOW + 1], "of each file its own");
      await save(NOW + 2);
      assert.deepEqual(await since(), []);
      await save(NOW + MINUTE, true, true);
      assert.deepEqual(await since(), [NOW, NOW + 1]);
      await save(NOW + MINUTE + 1, true, false);
      await save(NOW + MINUTE + 2, true, true);
      assert.deepEqual(await since(), [NOW, NOW + MINUTE + 2]);
      await save(NOW + MINUTE + 3);
      await save(NOW + 3 * MINUTE, true);
      assert.deepEqual(await since(), [NOW + 3 * MINUTE]);
    });

    it("keep the last good version in force while the file is broken", async () => {
      const [good] = await use.store.saveWorkflows([loadedFile()], NOW);
      const issue = { severity: "error", code: "syntax", line: 1, column: 2, message: "no", remedy: "do" } as const;
      const broken = loadedFile({ source: "[[", checksum: "sum-2", accepted: false, phases: [], issues: [issue] });
      const [kept] = await use.store.saveWorkflows([broken], NOW + 1);
      assert.deepEqual(kept, good);
      assert.deepEqual(await use.store.acceptedVersions(), [
        { name: "sales.toml", path: "workflows/sales.toml", versionId: good?.versionId, source: "[[phase]]" },
      ]);
      const [never] = await use.store.saveWorkflows([{ ...broken, name: "new.toml" }], NOW + 2);
      assert.deepEqual(never, { name: "new.toml", versionId: 0, phaseIds: new Map() });
    });

    it("give records and decisions their names", async () => {
      const [saved] = await use.store.saveWorkflows([loadedFile()], NOW);
      const phaseId = saved?.phaseIds.get("fetch") ?? 0;
      const id = await use.create({ phaseId, decision: decision({ phaseId }) });
      const { task, decisions } = await use.one(String(id));
      assert.equal(task.workflow, "sales.toml");
      assert.deepEqual(decisions[0]?.phase, { task: "fetch", workflow: "sales.toml" });
    });
  });
  describe("values of the instance", () => {
    it("are stored, replaced and removed", async () => {
      await use.store.putState(
        new Map([
          ["a", "1"],
          ["b", "2"],
        ]),
      );
      await use.store.putState(
        new Map([
          ["a", "3"],
          ["b", null],
        ]),
      );
      assert.deepEqual([await use.store.getState("a"), await use.store.getState("b")], ["3", null]);
      await use.store.watchedFiles.mark([{ path: "/in/a", fingerprint: "1" }]);
      await use.store.watchedFiles.mark([{ path: "/in/a", fingerprint: "2" }]);
      assert.deepEqual(await use.store.watchedFiles.fingerprints(["/in/b", "/in/a", "/in/a"]), [null, "2", "2"]);
      assert.deepEqual(
        [await use.store.watchedFiles.fingerprint("/in/a"), await use.store.watchedFiles.fingerprint("/in/b")],
        ["2", null],
      );
    });
  });
  describe("lists of tasks", () => {
    const ids = async (filter: Parameters<typeof taskFilter>[0]) =>
      (await use.store.reads.tasks(taskFilter(filter))).map((row) => row.info);

    beforeEach(async () => {
      const kinds = [
        ["a", "x"],
        ["a", "y"],
        ["b", ""],
        ["b", "x"],
      ] as const;
      const task = (n: number) => {
        const [type, job] = kinds[n % 4]!;
        return newTask({ message: taskMessage({ type, job, info: `${n}` }) });
      };
      await use.store.createTasks(
        Array.from({ length: 16 }, (_, n) => task(n)),
        NOW,
      );
      const result = (n: number) => (n < 4 ? "complete" : n < 8 ? "error" : "warn");
      const done = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((n) => doneMessage({ ...task(n).message, result: result(n) }));
      await use.store.ingestDone(done, doneDecider(), NOW);
    });

    it("go back from the newest by page", async () => {
      const first = await use.store.reads.tasks(taskFilter({ limit: 3 }));
      assert.deepEqual(
        first.map((row) => row.info),
        ["15", "14", "13"],
      );
      assert.deepEqual(await ids({ limit: 2, before: first[2]!.record_id }), ["12", "11"]);
    });

    it("filter by type, job, result and state, in any combination", async () => {
      assert.deepEqual(await ids({ type: "a" }), ["13", "12", "9", "8", "5", "4", "1", "0"]);
      assert.deepEqual(await ids({ type: "b", job: "" }), ["14", "10", "6", "2"]);
      assert.deepEqual(await ids({ job: "x", limit: 3 }), ["15", "12", "11"]);
      assert.deepEqual(await ids({ result: "error" }), ["7", "6", "5", "4"]);
      assert.deepEqual(await ids({ result: "complete", limit: 2 }), ["3", "2"]);
      assert.deepEqual(await ids({ state: "finished", limit: 2 }), ["8", "7"]);
      assert.deepEqual(await ids({ state: "queued", limit: 2 }), ["15", "14"]);
      assert.deepEqual(await ids({ type: "b", result: "error" }), ["7", "6"]);
      assert.deepEqual(await ids({ type: "b", job: "x", state: "queued" }), ["15", "11"]);
      assert.deepEqual(await ids({ type: "a", state: "finished", result: "warn" }), ["8"]);
      assert.deepEqual(await ids({ state: "queued", result: "error" }), []);
      assert.deepEqual(await ids({ type: "c" }), []);
    });
  });
}
