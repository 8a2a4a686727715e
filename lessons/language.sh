# The user's language, for scripts:
#
#     . "${0%/*}/language.sh"
#     say '%s is missing\n' '没有 %s\n' "$file"
#
# lessons/check/language.c is the same for programs.

# Whether it is Chinese: LANGUAGE=zh, or LANG=zh_CN.UTF-8.
chinese() {
    case ${LANGUAGE:-${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}} in
    zh*) true ;;
    *) false ;;
    esac
}

# say ENGLISH CHINESE ARGUMENT ...: prints by one of the two formats.
say() {
    say_format=$1
    ! chinese || say_format=$2
    shift 2
    # shellcheck disable=SC2059  # that format
    printf "$say_format" "$@"
}
