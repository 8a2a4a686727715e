#!/bin/sh
# lessons/zh.po has all that the grader and the lessons say, no more, and with the same %d
# and %s. Prints what is not so.
#
# Every string of their sources is looked for, so that a new sentence cannot be
# forgotten. Those of tests/english.txt stay English, as do strings without two letters
# side by side, and names with a digit, a dot or the like in them.
if ! command -v msgfmt >/dev/null || ! command -v xgettext >/dev/null; then
    [ -z "${STYLEGRAD_CI:-}" ] || echo "gettext is not here: ./setup.sh installs it"
    exit 0
fi
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
export LC_ALL=C.UTF-8

# The strings of a .po file, one a line as C has them.
strings() {
    msgcat --no-wrap --no-location "$1" | awk '
        /^msgid "/ { text = substr($0, 8, length($0) - 8); in_id = 1; next }
        /^"/ && in_id { text = text substr($0, 2, length($0) - 2); next }
        in_id { if (text != "") print text; in_id = 0 }
        END { if (in_id && text != "") print text }' | sort
}
complain() { sed "s|^|lessons/zh.po: $1: |"; }

xgettext --extract-all --from-code=UTF-8 --output="$folder/c.pot" \
    $(ls lessons/*.[ch] lessons/check/*.[ch] lessons/own/*.[ch] lessons/speed/*.[ch] |
        grep -v -e caption -e documents -e gallery -e page -e textures) 2>/dev/null
xgettext --language=Python --keyword=tr --from-code=UTF-8 --output="$folder/python.pot" \
    notebooks/kernel/*.py
# Lessons print what the library says of its losses and of errata; most of it they do not.
xgettext --extract-all --from-code=UTF-8 --output="$folder/library.pot" \
    losses/*.c errata/*.c 2>/dev/null
msgcat "$folder/c.pot" "$folder/python.pot" >"$folder/all.pot"
strings "$folder/all.pot" >"$folder/used"
{ cat "$folder/used"; strings "$folder/library.pot"; } | sort -u >"$folder/possible"

# The conversions of printf are known from the sources. lessons/translate.c wants them in the
# same order.
msgmerge --quiet --no-fuzzy-matching lessons/zh.po "$folder/all.pot" >"$folder/merged.po"
msgfmt --check-format --output-file=/dev/null "$folder/merged.po" 2>&1
grep -n '%[0-9][0-9]*\$' lessons/zh.po | complain 'numbers a conversion'

msgattrib --only-fuzzy lessons/zh.po >"$folder/fuzzy.po"
strings "$folder/fuzzy.po" | complain 'is fuzzy'
msgattrib --untranslated lessons/zh.po >"$folder/empty.po"
strings "$folder/empty.po" | complain 'has no Chinese'
strings lessons/zh.po >"$folder/known"
comm -13 "$folder/possible" "$folder/known" | complain 'nothing says this any more'

grep -v '^#' tests/english.txt | sort >"$folder/english"
comm -23 "$folder/used" "$folder/known" | comm -23 - "$folder/english" |
    while IFS= read -r string; do
        letters=$(printf '%s\n' "$string" |
            sed 's/\\[nt"]/ /g; s/%[-+# 0]*[0-9*]*\(\.[0-9*]*\)\{0,1\}[hlz]*[a-zA-Z%]/ /g')
        printf '%s\n' "$letters" | grep -q '[A-Za-z][A-Za-z]' || continue
        printf '%s\n' "$string" | grep -qE '^[^ ]*[-0-9_./:=+()*^][^ ]*$' && continue
        printf '%s\n' "$string"
    done | complain 'is missing, with its Chinese'
comm -13 "$folder/used" "$folder/english" |
    sed 's|^|tests/english.txt: nothing says this any more: |'
comm -12 "$folder/known" "$folder/english" |
    sed 's|^|tests/english.txt: has a translation: |'
