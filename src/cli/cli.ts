import { Command, InvalidArgumentError, Option } from "commander";
import type { CliContext } from "./context.ts";

/** What the commands share: where they print, and the exit code that the one that ran leaves. */
export class Cli {
  readonly context: CliContext;
  readonly program: Command;
  /** 0 = well, 1 = a problem was found or something failed, 2 = the command line cannot be meant. */
  exitCode = 0;

  constructor(context: CliContext, program: Command) {
    this.context = context;
    this.program = program;
  }

  /** A command with a configuration. `parent` is the program, or a command with commands of its own. */
  command(usage: string, summary: string, examples: readonly string[], parent: Command = this.program): Command {
    return parent
      .command(usage)
      .description(summary)
      .option("-c, --config <file>", "the config file (default: ./flowlord.toml, else the quickstart)")
      .addOption(new Option("--set <key=value>", "a configuration key, before file and environment").argParser(collect))
      .addHelpText("after", `\nExamples:\n${examples.map((example) => `  $ ${example}`).join("\n")}\n\n${EXIT_CODES}`);
  }

  /** The action of a command: its number is the exit code. */
  action<Args extends unknown[]>(act: (...args: Args) => Promise<number>): (...args: Args) => Promise<void> {
    return async (...args) => {
      this.exitCode = await act(...args);
    };
  }
}

const EXIT_CODES = "Exit codes: 0 well, 1 a problem was found or something failed, 2 wrong usage.";

function collect(text: string, earlier: readonly string[] | undefined): readonly string[] {
  return [...(earlier ?? []), text];
}

/** For options: a whole number from `least` to `most`. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (!/^\d+$/.test(text) || number < least || number > most) {
      throw new InvalidArgumentError(`It takes an integer from ${least} to ${most}.`);
    }
    return number;
  };
}
