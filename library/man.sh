#!/bin/sh
# Writes the manual page of a program from its --help: man.sh PROGRAM >stylegrad.1
#
# help2man makes the page of the program itself; each of its commands is one section, made
# from the command's own --help.
set -eu
command -v help2man >/dev/null || {
    echo "make install writes the manual page with help2man; ./setup.sh installs it" >&2
    exit 1
}
program=$(realpath "$1")
name=$(basename "$program")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# Lines such as "-o, --out FILE   where the result goes" become tagged paragraphs; a long
# option has its text on the next line. All other lines stay as they are. What begins with a
# dot or a quote would be a request to troff; a backslash is its own.
sections() {
    sed -e 's/\\/\\e/g' -e 's/-/\\-/g' | awk '
        function safe(line) { return line ~ /^[.\047]/ ? "\\&" line : line }
        function fill() { if (!filled) print ".fi"; filled = 1 }
        BEGIN { print ".nf"; filled = 0 }
        match($0, /^(\\-.,|   ) \\-\\-[^ ]*( [^ ]+)*/) {
            words = substr($0, 1, RLENGTH)
            rest = substr($0, RLENGTH + 1)
            sub(/^ */, "", words)
            sub(/^ */, "", rest)
            fill()
            print ".TP\n\\fB" words "\\fR"
            if (rest != "") print safe(rest)
            next
        }
        filled && /^          / { sub(/^ */, ""); print safe($0); next }
        { if (filled) { print ".PP\n.nf"; filled = 0 } print safe($0) }
        END { if (!filled) print ".fi" }'
}

{
    printf '[SYNOPSIS]\n.B %s\n.I COMMAND\n\\&[options]\n\n' "$name"
    "$program" --help | awk '/^  [a-z]/ && $1 != "stylegrad" { print $1 }' |
        while read -r command; do
            printf '[THE COMMAND %s]\n' "$(echo "$command" | tr '[:lower:]' '[:upper:]')"
            "$program" "$command" --help | sections
            printf '\n'
        done
    printf '[EXAMPLES]\n.B %s paint photo.jpg painting.jpg \\-o out.png\n\n' "$name"
    printf '[ENVIRONMENT]\n'
    printf '.TP\n\\fBOMP_NUM_THREADS\\fR\nhow many threads compute\n'
    printf '.TP\n\\fBSTYLEGRAD_ASSETS\\fR, \\fBSTYLEGRAD_RECIPES\\fR\n'
    printf 'folders of the files that come with the program, in place of the installed ones\n\n'
} >"$folder/sections"

# The usage line is the synopsis above, and the end of the text says where to read on.
mkdir "$folder/bin"
cat >"$folder/bin/$name" <<END
#!/bin/sh
"$program" "\$@" | sed -e '/^usage:/d' -e '/COMMAND --help/,\$d'
END
chmod +x "$folder/bin/$name"
version=$("$program" --version | awk '{ print $2; exit }')
help2man --no-info --section 1 --version-string "$version" --include "$folder/sections" \
    --name 'neural style transfer, built from scratch in C' "$folder/bin/$name"
