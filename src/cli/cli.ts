import { Command, InvalidArgumentError, Option } from "commander";
import { nearName } from "../core/text/near-name.ts";
import type { CliContext } from "./context.ts";
import type { ConfigFlags } from "./find-config.ts";
import { UsageError } from "./usage-error.ts";

/** Shared by all commands: where they print, and the exit code of the one that ran. */
export class Cli {
  readonly context: CliContext;
  readonly program: Command;
  /** 0 = success, 1 = a problem was found or something failed, 2 = invalid usage. */
  exitCode = 0;

  constructor(context: CliContext, program: Command) {
    this.context = context;
    this.program = program;
  }

  /** A command with a configuration. `parent` is the program, or a group, whose default it may be. */
  command(
    usage: string,
    summary: string,
    examples: readonly string[],
    parent: Command = this.program,
    isDefault = false,
  ): Command {
    return this.#described(parent.command(usage, { isDefault }), summary, examples);
  }

  /** A command about this machine: it refuses to ask an instance elsewhere. */
  localCommand(usage: string, summary: string, examples: readonly string[], parent: Command = this.program): Command {
    return this.#local(parent.command(usage), summary, examples, parent);
  }

  /** A noun with commands below it. Its flags may come before such a command: `withGroupFlags`. */
  group(name: string, summary: string, examples: readonly string[]): Command {
    return (
      this.command(name, summary, examples)
        // Otherwise flags after a command would be read as flags of the group.
        .enablePositionalOptions()
        .addOption(new Option("--json").hideHelp())
    );
  }

  /** The command of a group that runs when none is named. */
  list(group: Command, summary: string, examples: readonly string[]): Command {
    return asList(this.#described(group.command("list", { isDefault: true }), summary, examples), group);
  }

  /** The same of a group that is about this machine. */
  localList(group: Command, summary: string, examples: readonly string[]): Command {
    return asList(this.#local(group.command("list", { isDefault: true }), summary, examples, group), group);
  }

  /** A former name of a command: it works until 1.0, and help shows only the new one. */
  formerCommand(usage: string, now: string, parent: Command): Command {
    return this.#described(parent.command(usage, { hidden: true }), `Former name of flowlord ${now}.`, [
      `flowlord ${now} --help`,
    ]);
  }

  #local(command: Command, summary: string, examples: readonly string[], parent: Command): Command {
    for (const option of serverOptions()) command.addOption(option.hideHelp());
    return this.#withConfig(command, summary, examples).hook("preAction", (called) => {
      const { server, key, keyFile } = called.optsWithGlobals<ConfigFlags>();
      const name = parent === this.program ? called.name() : `${parent.name()} ${called.name()}`;
      if ((server ?? key ?? keyFile) !== undefined)
        throw new UsageError(`flowlord ${name} is about this machine: leave --server, --key and --key-file out.`);
    });
  }

  #described(command: Command, summary: string, examples: readonly string[]): Command {
    const described = this.#withConfig(command, summary, examples);
    for (const option of serverOptions()) described.addOption(option);
    return described;
  }

  #withConfig(command: Command, summary: string, examples: readonly string[]): Command {
    return command
      .description(summary)
      .option("-c, --config <file>", "the config file (default: ./flowlord.toml)")
      .addOption(
        new Option("--set <key=value>", "set a configuration key; overrides file and environment").argParser(collect),
      )
      .addHelpText("after", afterHelp(examples));
  }

  /** Wraps the action of a command, which returns the exit code. */
  action<Args extends unknown[]>(act: (...args: Args) => Promise<number>): (...args: Args) => Promise<void> {
    return async (...args) => {
      this.exitCode = await act(...args);
    };
  }
}

function asList(command: Command, group: Command): Command {
  return command.allowExcessArguments().hook("preAction", (_, { args: [word] }) => {
    if (word !== undefined) throw unexpectedWord(group, word);
  });
}

/** Of every command that can ask an instance elsewhere. */
function serverOptions(): readonly Option[] {
  return [
    new Option("--server <url>", "ask the instance at this address, and not this machine (default: FLOWLORD_SERVER)"),
    new Option(
      "--key <key>",
      "its key (default: FLOWLORD_KEY); others on this machine can see it in the list of processes",
    ),
    new Option("--key-file <file>", "a file with its key (default: FLOWLORD_KEY_FILE)"),
  ];
}

/** The flags of a command below a group, with those before its name. */
export function withGroupFlags<Flags extends ConfigFlags>(group: Command, own: Flags): Flags {
  return { ...group.opts<ConfigFlags>(), ...own };
}

/** The error for a word after a group that is not one of its commands, and for a word after its list. */
function unexpectedWord(group: Command, word: string): UsageError {
  const name = `flowlord ${group.name()}`;
  if (group.args[0] === "list") return new UsageError(`${name} list does not take the argument "${word}".`);
  const commands = group.createHelp().visibleCommands(group);
  const near = nearName(
    word,
    commands.map((command) => command.name()),
  );
  const remedy = near === null ? `${name} --help lists them.` : `Did you mean ${near}?`;
  return new UsageError(`${name} has no command "${word}". ${remedy}`);
}

/** The end of every help text, below the flags. */
export function afterHelp(examples: readonly string[]): string {
  return `\nExamples:\n${examples.map((example) => `  $ ${example}`).join("\n")}\n\n${EXIT_CODES}`;
}

const EXIT_CODES = "Exit codes: 0 success, 1 failure, 2 usage error.";

function collect(text: string, earlier: readonly string[] | undefined): readonly string[] {
  return [...(earlier ?? []), text];
}

/** Parses an option: a type of task, without its job. */
export function typeOption(text: string): string {
  const mistake = typeMistake(text);
  if (mistake === null) return text;
  throw new InvalidArgumentError(mistake);
}

/** Why no task has this type, as a sentence; null: one may. */
export function typeMistake(text: string): string | null {
  const [type = "", ...job] = text.split(":");
  return job.length === 0 ? null : `A type has no colon: write --type ${type} --job ${job.join("-")}.`;
}

/** Parses an option: an integer from `min` to `max`. */
export function integerBetween(min: number, max: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (!/^\d+$/.test(text) || number < min || number > max) {
      throw new InvalidArgumentError(`It takes an integer from ${min} to ${max}.`);
    }
    return number;
  };
}
