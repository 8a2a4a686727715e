# Completion of stylegrad and stylegrad-double for bash. Commands, options and their values
# are those that the installed program's --help lists, so they are never out of date.

# The help text of a command, or of the program; options are at the left, values behind them.
_stylegrad_help() { # PROGRAM [COMMAND]
    "$@" --help 2>/dev/null
}

_stylegrad_values() { # PROGRAM COMMAND OPTION
    if [ "$3" = --recipe ]; then
        "$1" recipes 2>/dev/null | awk '/^[a-z]/ { print $1 }'
    fi
    _stylegrad_help "$1" "$2" | awk -v option="$3" '
        $1 ~ /^-.,$/ { $1 = "" }
        $1 == option && $2 ~ /\|/ { print $2 }' | tr '|' '\n' | grep -v '[A-Z]'
}

_stylegrad() {
    local program=${COMP_WORDS[0]} command=${COMP_WORDS[1]}
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
    COMPREPLY=()
    if [ "$COMP_CWORD" = 1 ]; then
        mapfile -t COMPREPLY < <(compgen -W "--help --version $(_stylegrad_help "$program" |
            awk '/^  [a-z]/ && $1 != "stylegrad" { print $1 }')" -- "$word")
        return
    fi
    # readline cuts --name=value into three words.
    if [ "$word" = = ]; then
        word=
    elif [ "$before" = = ]; then
        before=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    case $before in
    --*)
        mapfile -t COMPREPLY < <(compgen -W "$(_stylegrad_values "$program" "$command" \
            "$before")" -- "$word")
        ;;
    esac
    [ ${#COMPREPLY[@]} = 0 ] || return
    case $word in
    -*) mapfile -t COMPREPLY < <(compgen -W "$(_stylegrad_help "$program" "$command" |
        grep -oE '^(-.,| ) *--[a-z0-9-]+' | grep -oE -- '--[a-z0-9-]+')" -- "$word") ;;
    *)
        case $command in
        recipes)
            mapfile -t COMPREPLY < <(compgen -W "$(_stylegrad_values "$program" "$command" \
                --recipe)" -- "$word")
            ;;
        errata | gradcheck) ;;
        esac
        ;;
    esac
}

complete -o default -F _stylegrad stylegrad stylegrad-double
