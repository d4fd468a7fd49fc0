import type { FileQuestions } from "../../file-questions.ts";
import type { Statements } from "../database/connection.ts";
import { FileHistories } from "./file-histories.ts";
import { FileLists } from "./file-lists.ts";
import { FileStats } from "./file-stats.ts";

/** What is asked about file events, on the connection of the questions. */
export class FileReader {
  readonly lists: FileLists;
  readonly histories: FileHistories;
  readonly stats: FileStats;

  constructor(statements: Statements) {
    this.lists = new FileLists(statements);
    this.histories = new FileHistories(statements, this.lists);
    this.stats = new FileStats(statements, this.lists);
  }
}

/** `ask` runs a question on that connection. */
export function fileQuestions(ask: <T>(question: (files: FileReader) => T) => T): FileQuestions {
  return {
    list: async (filter, page) => ask(({ lists }) => lists.list(filter, page)),
    select: async (filter, wanted) => ask(({ lists }) => lists.select(filter, wanted)),
    show: async (id) => ask(({ histories }) => histories.show(id)),
    newestOf: async (path) => ask(({ lists }) => lists.newestOf(path)),
    stats: async (wanted) => ask(({ stats }) => stats.answer(wanted)),
  };
}
