import type { FileQueries } from "../../file-queries.ts";
import type { Statements } from "../database/connection.ts";
import type { TaskGenerations } from "../lineage/task-generations.ts";
import { FileArrivals } from "./file-arrivals.ts";
import { FileHistories } from "./file-histories.ts";
import { FileLists } from "./file-lists.ts";
import { FileOutcomes } from "./file-outcomes.ts";
import { FileStats } from "./file-stats.ts";
import { FileTasks } from "./file-tasks.ts";

/** The queries about file events, on the read connection. */
export class FileReader {
  readonly lists: FileLists;
  readonly histories: FileHistories;
  readonly outcomes: FileOutcomes;
  readonly arrivals: FileArrivals;
  readonly stats: FileStats;

  constructor(statements: Statements, generations: TaskGenerations) {
    const tasks = new FileTasks(statements, generations);
    this.lists = new FileLists(statements, tasks);
    this.outcomes = new FileOutcomes(statements, tasks);
    this.histories = new FileHistories(statements, this.lists, tasks);
    this.arrivals = new FileArrivals(statements);
    this.stats = new FileStats(statements, this.lists, this.arrivals);
  }
}

/** `query` runs a query on that connection. */
export function fileQueries(query: <T>(query: (files: FileReader) => T) => T): FileQueries {
  return {
    list: async (filter, page) => query(({ lists }) => lists.list(filter, page)),
    counts: async (filter) => query(({ lists }) => lists.counts(filter)),
    outcomes: async (ids) => query(({ outcomes }) => outcomes.of(ids)),
    select: async (filter, request) => query(({ lists }) => lists.select(filter, request)),
    show: async (id) => query(({ histories }) => histories.show(id)),
    newestOf: async (path) => query(({ lists }) => lists.newestOf(path)),
    arrivals: async (request) => query(({ arrivals }) => arrivals.of(request)),
    stats: async (request) => query(({ stats }) => stats.answer(request)),
  };
}
