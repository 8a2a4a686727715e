#!/bin/sh
# Writes the manual page of a program from its --help: man.sh PROGRAM >stylegrad.1
#
# help2man makes the page of the program itself; each of its commands is one section, with
# the command's own --help.
set -eu
program=$1
name=$(basename "$program")
sections=$(mktemp)
trap 'rm -f "$sections"' EXIT

# What begins with a dot or a quote would be a request to troff; a backslash is its own.
verbatim() {
    printf '.nf\n'
    sed -e 's/\\/\\e/g' -e 's/-/\\-/g' -e "s/^\([.']\)/\\\\\&\1/"
    printf '.fi\n'
}
"$program" --help | awk '/^  [a-z]/ && $1 != "stylegrad" { print $1 }' | while read -r command; do
    printf '[THE COMMAND %s]\n' "$(echo "$command" | tr '[:lower:]' '[:upper:]')"
    "$program" "$command" --help | verbatim
    printf '\n'
done >>"$sections"
help2man --no-info --section 1 --include "$sections" \
    --name 'neural style transfer, built from scratch in C' "$program"
