import type { FileQueries } from "../../file-queries.ts";
import type { Statements } from "../database/connection.ts";
import { FileArrivals } from "./file-arrivals.ts";
import { FileHistories } from "./file-histories.ts";
import { FileLists } from "./file-lists.ts";
import { FileStats } from "./file-stats.ts";

/** The queries about file events, on the read connection. */
export class FileReader {
  readonly lists: FileLists;
  readonly histories: FileHistories;
  readonly arrivals: FileArrivals;
  readonly stats: FileStats;

  constructor(statements: Statements) {
    this.lists = new FileLists(statements);
    this.histories = new FileHistories(statements, this.lists);
    this.arrivals = new FileArrivals(statements);
    this.stats = new FileStats(statements, this.lists, this.arrivals);
  }
}

/** `query` runs a query on that connection. */
export function fileQueries(query: <T>(query: (files: FileReader) => T) => T): FileQueries {
  return {
    list: async (filter, page) => query(({ lists }) => lists.list(filter, page)),
    select: async (filter, request) => query(({ lists }) => lists.select(filter, request)),
    show: async (id) => query(({ histories }) => histories.show(id)),
    newestOf: async (path) => query(({ lists }) => lists.newestOf(path)),
    arrivals: async (request) => query(({ arrivals }) => arrivals.of(request)),
    stats: async (request) => query(({ stats }) => stats.answer(request)),
  };
}
