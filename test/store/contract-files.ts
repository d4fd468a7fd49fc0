import { wallOf } from "../../src/contract/time/wall-ms.ts";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { pathFilter } from "../../src/contract/api/path-filter.ts";
import { HOUR } from "../../src/contract/time/time-units.ts";
import type { FileDecider, FileEffects } from "../../src/core/decide/decider.ts";
import { align, compileGlobOf } from "../../src/core/glob/glob-align.ts";
import { ALL_FILES, type FileFilter, type FileHistory, type FileRow } from "../../src/store/file-queries.ts";
import type { ContractDatabase } from "./contract-database.ts";
import { fileDecider, fileMessage, loadedFile, loadedPhase, newTask, NOW, taskMessage } from "./factories.ts";
import { fc, tries } from "../support/seed.ts";

const NEWEST = { limit: 100, before: null };

/** A task of the same file has an id of its own each time. */
let tasksMade = 0;

/** Matches by folder: `/7/…` goes to phase 7, `/0/…` to none. */
function byFolder(more: Partial<FileEffects> = {}): FileDecider {
  return fileDecider(({ event: { path } }) => {
    const phaseId = Number(/^\/(\d+)\//.exec(path)?.[1] ?? 0);
    if (phaseId === 0) return more;
    const message = taskMessage({ type: `load${phaseId}`, id: `file-${path}-${++tasksMade}`, info: path });
    return {
      matches: [{ phaseId, gatherKey: null }],
      tasks: [newTask({ message, origin: "file", phaseId })],
    };
  });
}

function nearMiss(phaseId: number, pattern: string, path: string): FileEffects["nearMisses"][number] {
  return { phaseId, alignment: align(compileGlobOf("files", pattern), path) };
}

export function fileContract(use: ContractDatabase): void {
  const arrive = (...messages: Parameters<typeof use.store.ingestFiles>[0]) =>
    use.store.ingestFiles(messages, byFolder(), NOW);
  const events = async (filter: Partial<FileFilter> = {}): Promise<readonly FileRow[]> =>
    (await use.store.reads.files.list({ ...ALL_FILES, ...filter }, NEWEST)).events;
  const idsOf = async (filter: Partial<FileFilter> = {}): Promise<number[]> =>
    (await events(filter)).map(({ id }) => id);
  const show = async (id: number): Promise<FileHistory> => {
    const history = await use.store.reads.files.show(id);
    assert.ok(history !== null, `event ${id}`);
    return history;
  };

  describe("file events", () => {
    it("are stored completely", async () => {
      const base = fileMessage({ busId: "m1", taskTime: wallOf(NOW), receivedAt: NOW - 40 }, "/7/a.csv");
      const more = { bucket: "b", etag: "e", generation: "17", md5: "m", crc32c: "c", updated: NOW - 5, bytecnt: 9 };
      await arrive({ ...base, event: { ...base.event, ...more } });
      const [event, ...others] = await events();
      assert.ok(event !== undefined && others.length === 0);
      const { processing_ms: took, ...rest } = event;
      assert.ok(took !== null && took >= 40);
      assert.deepEqual(rest, {
        id: 1,
        topic: "files",
        path: "/7/a.csv",
        bucket: "b",
        size: 120,
        line_count: 3,
        byte_count: 9,
        checksum: "c1",
        md5: "m",
        crc32c: "c",
        etag: "e",
        generation: "17",
        created: NOW,
        updated: NOW - 5,
        received_at: NOW - 40,
        last_received_at: null,
        deliveries: 1,
        task_time: NOW,
        task_zone: null,
        first_id: null,
        matched: 1,
        tasks: 1,
      });
    });

    it("count each delivery of one message, in its group and later", async () => {
      const message = (receivedAt: number) => fileMessage({ busId: "m1", receivedAt }, "/7/a.csv");
      await arrive(message(NOW), fileMessage({ busId: "m2" }, "/7/b.csv"), message(NOW + 1));
      await use.reopen();
      await arrive(message(NOW + 2), { ...message(NOW + 3), topic: "uploads" });
      assert.deepEqual(
        (await events()).map((row) => [row.id, row.topic, row.deliveries, row.last_received_at, row.tasks]),
        [
          [3, "uploads", 1, null, 1],
          [2, "files", 1, null, 1],
          [1, "files", 3, NOW + 2, 1],
        ],
      );
      const { decisions } = await show(1);
      assert.equal(decisions.filter(({ code }) => code === "file_repeated").length, 2);
    });

    it("of one file refer to the first of them, and to each other", async () => {
      await arrive(fileMessage({}, "/7/a"), fileMessage({}, "/7/b"), fileMessage({}, "/7/a"));
      await use.reopen();
      await arrive(fileMessage({}, "/7/a"));
      assert.deepEqual(
        (await events()).map(({ id, first_id }) => [id, first_id]),
        [
          [4, 1],
          [3, 1],
          [2, null],
          [1, null],
        ],
      );
      const { earlier, later } = await show(3);
      assert.deepEqual([earlier.map(({ id }) => id), later.map(({ id }) => id)], [[1], [4]]);
      assert.equal(await use.store.reads.files.newestOf("/7/a"), 4);
      assert.equal(await use.store.reads.files.newestOf("/7/c"), null);
      assert.deepEqual(await idsOf({ path: "/7/a" }), [4, 3, 1]);
    });

    it("that match nothing keep their near misses in order", async () => {
      const misses = [nearMiss(4, "/0/*.csv", "/0/a.csx"), nearMiss(5, "/0/b*", "/0/a.csx")];
      await use.store.ingestFiles([fileMessage({}, "/0/a.csx")], byFolder({ nearMisses: misses }), NOW);
      const { near_misses: kept, matches } = await show(1);
      assert.deepEqual(matches, []);
      assert.deepEqual(
        kept.map(({ phase_id, tokens, reason, path_at, pattern_at, wanted, found }) => [
          phase_id,
          tokens.map((token) => `${token.kind} ${token.pattern} ${token.took}`),
          [reason, path_at, pattern_at, wanted, found],
        ]),
        [
          [4, ["literal /0/ /0/", "star * a", "literal .cs .cs"], ["differs", 7, 7, "v", "x"]],
          [5, ["literal /0/ /0/"], ["differs", 3, 3, "b", "a"]],
        ],
      );
    });

    it("survive a bad one in their group, without loss and without duplicates", async () => {
      const good = byFolder();
      const decider: FileDecider = {
        ...good,
        decide: (message, state) => {
          if (message.event.path === "bad") throw new Error("no");
          return good.decide(message, state);
        },
      };
      const paths = ["/7/a", "bad", "/7/a", "/8/b"];
      const messages = paths.map((path, n) => fileMessage({ busId: `m${n}` }, path));
      const { rejected } = await use.store.ingestFiles([...messages, messages[2]!], decider, NOW);
      assert.equal(rejected, 1);
      const rows = (await events()).toReversed();
      assert.deepEqual(
        rows.map(({ path, deliveries, tasks }) => [path, deliveries, tasks]),
        [
          ["/7/a", 1, 1],
          ["/7/a", 2, 1],
          ["/8/b", 1, 1],
        ],
      );
      assert.equal(rows[1]?.first_id, rows[0]?.id);
      const { all } = await use.store.reads.files.stats(statsOf());
      assert.deepEqual([all?.events, all?.matched, all?.tasks], [3, 3, 3]);
    });

    it("are returned with their tasks, decisions and phases, as plain data", async () => {
      const [saved] = await use.store.saveWorkflows([loadedFile()], NOW);
      const phaseId = saved?.phaseIds.get("fetch") ?? 0;
      const decider = byFolder();
      await use.store.ingestFiles([fileMessage({}, `/${phaseId}/a`)], decider, NOW);
      const history = await show(1);
      assert.deepEqual(history.matches, [
        { phase_id: phaseId, task: "fetch", workflow: "sales.toml", gather_key: null, record_id: 1 },
      ]);
      assert.deepEqual(
        history.tasks.map(({ record_id, type, state }) => [record_id, type, state]),
        [[1, `load${phaseId}`, "queued"]],
      );
      assert.equal(history.decisions.length, 1);
      assert.deepEqual(structuredClone(history), history);
      assert.equal(await use.store.reads.files.show(2), null);
    });
  });

  describe("lists of file events", () => {
    const paths = ["/0/a.csv", "/0/b.txt", "/1/a.csv", "/1/c.csv", "/2/a.txt"];
    const phases = [1, 2].map((n) => loadedPhase({ key: `p${n}`, task: `t${n}:j${n}`, type: `t${n}`, job: `j${n}` }));
    const filters = fc.record({
      matched: fc.constantFrom(null, true, false),
      phase: fc.constantFrom(null, { type: "t1", job: null }, { type: "t2", job: "j2" }, { type: "t2", job: "x" }),
      path: fc.constantFrom(null, "/1/a.csv", "*.csv", "/?/a*", "nothing"),
      since: fc.constantFrom(null, NOW + 3, NOW + 50),
      until: fc.constantFrom(null, NOW + 7, NOW),
    });

    it("contain what the filter selects, newest first on any page, and oldest first for a redrive", async () => {
      await use.store.saveWorkflows([loadedFile({ phases })], NOW);
      const messages = Array.from({ length: 24 }, (_, n) =>
        fileMessage({ receivedAt: NOW + (n % 11) }, paths[(n * 7) % paths.length]),
      );
      await arrive(...messages);
      const all = await events();
      const fits = (row: FileRow, { matched, phase, path, since, until }: FileFilter): boolean =>
        (matched === null || row.matched > 0 === matched) &&
        (phase === null || (row.path.startsWith(`/${(phase.type ?? "").slice(1)}/`) && phase.job !== "x")) &&
        (path === null || pathFilter(path)(row.path)) &&
        (since === null || row.received_at >= since) &&
        (until === null || row.received_at < until);
      await fc.assert(
        fc.asyncProperty(filters, fc.integer({ min: 1, max: 9 }), async (filter, limit) => {
          const expected = all.filter((row) => fits(row, filter)).map(({ id }) => id);
          const found: number[] = [];
          for (let before: number | null = null; ;) {
            const page = await use.store.reads.files.list(filter, { limit, before });
            found.push(...page.events.map(({ id }) => id));
            if (page.next === null) break;
            before = page.next;
          }
          assert.deepEqual(found, expected);
          const selected: number[] = [];
          for (let after = 0, upTo: number | null = null; ;) {
            const part = await use.store.reads.files.select(filter, { limit, after, upTo });
            selected.push(...part.ids);
            upTo = part.up_to;
            if (part.next === null) break;
            after = part.next;
          }
          assert.deepEqual(selected, expected.toReversed());
        }),
        tries(150),
      );
    });

    it("include no event that arrived after the selection began", async () => {
      await arrive(fileMessage({}, "/7/a"), fileMessage({}, "/7/b"));
      const { up_to: upTo } = await use.store.reads.files.select(ALL_FILES, { limit: 1, after: 0, upTo: null });
      await arrive(fileMessage({}, "/7/c"));
      const { ids } = await use.store.reads.files.select(ALL_FILES, { limit: 9, after: 1, upTo });
      assert.deepEqual(ids, [2]);
    });
  });

  describe("figures of file events", () => {
    it("count by hour and phase, with their durations", async () => {
      const [saved] = await use.store.saveWorkflows(
        [loadedFile({ phases: [1, 2].map((n) => loadedPhase({ key: `p${n}`, type: `t${n}` })) })],
        NOW,
      );
      const [one = 0, two = 0] = [...(saved?.phaseIds.values() ?? [])];
      const misses = { nearMisses: [nearMiss(two, "/0/*.csv", "/0/x")] };
      const messages = [NOW, NOW + 1, NOW + HOUR].map((receivedAt) =>
        fileMessage({ receivedAt, taskTime: wallOf(receivedAt - HOUR) }, `/${one}/a`),
      );
      await use.store.ingestFiles([...messages, fileMessage({}, "/0/x")], byFolder(misses), NOW);
      const { all, phases, next } = await use.store.reads.files.stats(statsOf());
      assert.deepEqual(
        [all, ...phases].map((row) => [row?.events, row?.bytes, row?.matched, row?.unmatched, row?.tasks]),
        [
          [4, 480, 3, 1, 3],
          [3, 360, 3, 0, 3],
          [1, 0, 0, 1, 0],
        ],
      );
      assert.equal(next, null);
      assert.deepEqual(
        all?.hours.map(({ hour, events: count }) => [hour, count]),
        [
          [NOW, 3],
          [NOW + HOUR, 1],
        ],
      );
      assert.ok((all?.p95_ms ?? 0) >= 1);
      const arrivals = [
        { task_time: NOW, received_at: NOW + HOUR, file_id: 3, last_received_at: NOW + HOUR },
        { task_time: NOW - HOUR + 1, received_at: NOW + 1, file_id: 2, last_received_at: NOW + 1 },
        { task_time: NOW - HOUR, received_at: NOW, file_id: 1, last_received_at: NOW },
      ];
      assert.deepEqual(phases[0]?.arrivals, arrivals);
      const arrivalsOf = async (from: number | null, until: number | null, least: number, most: number) => {
        const wall = (at: number | null) => (at === null ? null : wallOf(at));
        return await use.store.reads.files.arrivals({
          phaseId: one,
          from: wall(from),
          until: wall(until),
          least,
          most,
        });
      };
      assert.deepEqual(await arrivalsOf(null, null, 2, 9), { arrivals: arrivals.slice(0, 2), cut: false });
      assert.deepEqual(await arrivalsOf(NOW - HOUR + 1, null, 0, 9), { arrivals: arrivals.slice(0, 2), cut: false });
      assert.deepEqual(await arrivalsOf(NOW - HOUR, NOW, 0, 1), { arrivals: arrivals.slice(1, 2), cut: true });
      const page = await use.store.reads.files.stats(statsOf({ limit: 1 }));
      assert.deepEqual([page.phases.length, page.next], [1, one]);
      const rest = await use.store.reads.files.stats(statsOf({ limit: 1, after: one }));
      assert.deepEqual([rest.phases[0]?.phase_id, rest.next], [two, null]);
      const asked = await use.store.reads.files.stats(statsOf({ phase: { type: "t2", job: null } }));
      assert.deepEqual([asked.all, asked.phases.map(({ phase_id }) => phase_id)], [null, [two]]);
      assert.deepEqual((await use.store.reads.files.stats(statsOf({ until: NOW - 1 }))).all?.events, 0);
    });
  });
}

function statsOf(more: Partial<Parameters<ContractDatabase["store"]["reads"]["files"]["stats"]>[0]> = {}) {
  return { since: NOW - HOUR, until: NOW + 2 * HOUR, phase: null, limit: 50, after: null, ...more };
}
