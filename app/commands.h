/* The subcommands, one file each; every one returns the program's exit status. */
#ifndef APP_COMMANDS_H
#define APP_COMMANDS_H

#include "app/options.h"

extern const Command command_paint, command_eval, command_features, command_gradcheck,
    command_recipes, command_bench, command_train_features, command_weights,
    command_rerun, command_errata, command_convert_loss, command_train_style,
    command_train_any_style, command_stylize;

#endif
