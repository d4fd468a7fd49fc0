import { Argument } from "commander";
import type { Cli } from "../cli.ts";
import { bashScript } from "./bash.ts";
import { commandTree, type CommandNode } from "./command-tree.ts";
import { fishScript } from "./fish.ts";
import { zshScript } from "./zsh.ts";

const SCRIPTS: Readonly<Record<string, (tree: readonly CommandNode[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

/** `flowlord completions SHELL`: made from the definitions of the commands. */
export function addCompletions(cli: Cli): void {
  cli
    .localCommand("completions", "Print the completions of commands and flags for a shell.", [
      "flowlord completions bash > ~/.local/share/bash-completion/completions/flowlord",
      "flowlord completions zsh > ~/.zfunc/_flowlord",
      "flowlord completions fish > ~/.config/fish/completions/flowlord.fish",
    ])
    .addArgument(new Argument("<shell>", "whose completions").choices(Object.keys(SCRIPTS)))
    .action(
      cli.action(async (shell: string) => {
        cli.context.out((SCRIPTS[shell] ?? bashScript)(commandTree(cli.program)).trimEnd());
        return 0;
      }),
    );
}
