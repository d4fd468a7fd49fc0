/**
 * How many `done` messages with two children each go through bus → transaction → outbox → bus in a second, against a
 * bare loop that makes the same row changes; on a new file and, with `--records`, on one with a long history.
 */
import { join } from "node:path";
import { connect } from "../../src/store/sqlite/database/connection.ts";
import { seedDatabase } from "../seed-database/seed-database.ts";
import { openEmbedded } from "../support/embedded.ts";
import { median, mustHold, printNote, reportFigure, shown } from "../support/figures.ts";
import { readFlags } from "../support/flags.ts";
import { inScratch } from "../support/scratch.ts";
import { storeSql, type SqlByName } from "../support/sql.ts";
import { controlRound } from "./control.ts";
import { flowlordRound } from "./flowlord.ts";
import { phaseOf, prepareTasks, writeWorkflow } from "./prepare.ts";

interface Site {
  readonly name: string;
  readonly database: string;
  readonly workflows: string;
  readonly sql: SqlByName;
  readonly phaseIds: ReadonlyMap<string, number>;
  readonly rounds: Round[];
}

/** Messages a second, and microseconds of CPU a message. */
interface Round {
  readonly rate: number;
  readonly controlRate: number;
  readonly cpu: number;
  readonly controlCpu: number;
}

async function openSite(name: string, dir: string, records: number): Promise<Site> {
  const database = join(dir, `${records}.db`);
  const workflows = await writeWorkflow(dir);
  if (records > 0) {
    const start = performance.now();
    const history = { tasks: records, days: 365, seed: 1, until: Date.now(), quietHours: 6 };
    await seedDatabase({ path: database, ...history, search: false });
    reportFigure(`${name}: filled in`, (performance.now() - start) / 1000, "s");
  }
  const sql = await storeSql(database);
  const embedded = await openEmbedded(database, workflows);
  const phaseIds = new Map(["clean", "count"].map((type) => [type, phaseOf(embedded, type).id]));
  await embedded.close();
  return { name, database, workflows, sql, phaseIds, rounds: [] };
}

/** Flowlord, then the control, each with its own tasks on the same file, so that it grows alike for both. */
async function playRound(site: Site, messages: number): Promise<void> {
  const { database, workflows, sql, phaseIds } = site;
  const before = rowsOf(database);
  const mine = await prepareTasks(database, workflows, messages);
  const { lap, groupSize } = await flowlordRound(database, workflows, mine);
  const between = rowsOf(database);
  const theirs = await prepareTasks(database, workflows, messages);
  const control = controlRound(database, sql, theirs, phaseIds);
  const after = rowsOf(database);
  const rows = (one: Rows, two: Rows): string => one.map((count, index) => (two[index] ?? 0) - count).join(" ");
  mustHold(
    `both make the same rows (${rows(before, between)}, ${rows(between, after)})`,
    rows(before, between) === rows(between, after),
  );
  mustHold(
    "three records and two relationships a message",
    rows(before, between).startsWith(`${messages * 3} ${messages * 2} `),
  );
  mustHold("the outbox is empty afterwards", after[4] === 0);
  const round: Round = {
    rate: messages / lap.seconds,
    controlRate: messages / control.seconds,
    cpu: (lap.cpuSeconds * 1e6) / messages,
    controlCpu: (control.cpuSeconds * 1e6) / messages,
  };
  site.rounds.push(round);
  printNote(
    `${site.name}: ${shown(round.rate)}/s in groups of ${shown(groupSize)}, control ${shown(round.controlRate)}/s, ` +
      `ratio ${shown(round.rate / round.controlRate)}; CPU ${shown(round.cpu)} µs each, control ${shown(round.controlCpu)} µs`,
  );
}

type Rows = readonly number[];

/** Records, relationships, decisions and finished in the counters; then rows left in the outbox. */
function rowsOf(database: string): Rows {
  const db = connect(database, { readonly: true, cacheKib: 1024 });
  const rows = [
    "SELECT max(id) AS n FROM task_records",
    "SELECT count(*) AS n FROM task_relationships WHERE phase_id IN (SELECT id FROM workflow_phases WHERE removed_at IS NULL)",
    "SELECT max(id) AS n FROM decisions",
    "SELECT sum(total) * 1000000 + sum(complete) AS n FROM task_counts_daily",
    "SELECT count(*) AS n FROM outbox",
  ].map((sql) => db.prepare<[], { n: number | null }>(sql).get()?.n ?? 0);
  db.close();
  return rows;
}

const flags = readFlags("bench done: `done` messages a second, each starting two children, against a bare loop.", {
  messages: { default: 10_000, smoke: 2000, help: "done messages of one round" },
  rounds: { default: 11, smoke: 1, help: "rounds, of which the median counts" },
  records: { default: 0, smoke: 3000, help: "finished records in the second file; 0 = no second file" },
});
if (flags !== null) {
  await inScratch("done", async (dir) => {
    const sites = [await openSite("new file", join(dir, "new"), 0)];
    if (flags.records > 0) {
      sites.push(await openSite(`${shown(flags.records)} records`, join(dir, "long"), flags.records));
    }
    for (let round = 0; round < flags.rounds; round += 1) {
      for (const site of sites) await playRound(site, flags.messages);
    }
    printNote("");
    for (const { name, rounds } of sites) {
      const of = (figure: (round: Round) => number): number => median(rounds.map(figure));
      const ratio = of((round) => round.rate / round.controlRate);
      const cpuRatio = of((round) => round.cpu / round.controlCpu);
      const rate = of((round) => round.rate);
      const controlRate = of((round) => round.controlRate);
      const cpu = of((round) => round.cpu);
      reportFigure(`${name}: done messages a second`, rate, "/s", { target: 8000, ratio });
      reportFigure(`${name}: the control's`, controlRate, "/s");
      reportFigure(`${name}: ratio, each to the control of its round`, ratio, "", { target: 0.8 });
      reportFigure(`${name}: CPU a message`, cpu, "µs", { ratio: cpuRatio });
    }
    const [fresh, long] = sites;
    if (fresh === undefined || long === undefined) return;
    const shares = (figure: (round: Round) => number): number[] =>
      long.rounds.map((round, index) => figure(round) / figure(fresh.rounds[index] ?? round));
    const rateShare = median(shares((round) => round.rate));
    const cpuShare = median(shares((round) => round.cpu));
    reportFigure("with the history: share of the new file's rate", rateShare, "", { target: 0.85 });
    reportFigure("with the history: CPU a message, to the new file's", cpuShare, "");
  });
}
