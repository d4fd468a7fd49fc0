import type { Command, Option } from "commander";

/** What may follow the words of a command line. */
export interface CommandNode {
  /** `""` is `flowlord` itself, `alerts list` a command of a group. */
  readonly path: string;
  readonly commands: readonly { readonly name: string; readonly summary: string }[];
  readonly flags: readonly FlagNode[];
}

export interface FlagNode {
  /** `--json`. */
  readonly long: string;
  /** `-n`; null when it has none. */
  readonly short: string | null;
  readonly summary: string;
  readonly takesValue: boolean;
  /** The possible values; empty: any, a file with `isFile`. */
  readonly choices: readonly string[];
  readonly isFile: boolean;
}

/** Every command that help shows, with its flags; former names and hidden flags are left out. */
export function commandTree(command: Command, path = ""): readonly CommandNode[] {
  const help = command.createHelp();
  const shown = help.visibleCommands(command);
  const node: CommandNode = {
    path,
    commands: shown.map((one) => ({ name: one.name(), summary: one.description() })),
    flags: help.visibleOptions(command).map(flagNode),
  };
  // The help command that commander adds is not one of `commands`.
  const deeper = command.commands.filter((one) => shown.includes(one) && one.name() !== "help");
  return [node, ...deeper.flatMap((one) => commandTree(one, path === "" ? one.name() : `${path} ${one.name()}`))];
}

function flagNode({ long, short, flags, description, required, optional, argChoices }: Option): FlagNode {
  return {
    long: long ?? short ?? flags,
    short: long === undefined ? null : (short ?? null),
    summary: description,
    takesValue: required || optional,
    choices: argChoices ?? [],
    isFile: /<(?:file|path)>/.test(flags),
  };
}
