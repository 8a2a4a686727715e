/* The subcommands, one file each; every one returns the program's exit status. */
#ifndef APP_COMMANDS_H
#define APP_COMMANDS_H

#include "app/options.h"

extern const Command command_paint, command_rerun, command_stylize, command_video,
    command_train_style, command_train_any_style, command_train_features, command_eval,
    command_features, command_gradcheck, command_convert_loss, command_recipes,
    command_weights, command_bench, command_errata;

#endif
