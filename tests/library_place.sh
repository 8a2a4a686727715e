#!/bin/sh
# Where make install and make uninstall do not work: they say why, and touch nothing. Called
# by make test-library.
failed=0
complain() {
    echo "library_place.sh: $1; it said:" >&2
    printf '%s\n' "$said" >&2
    failed=1
}

# refused TARGET PREFIX WORDS: it says WORDS and fails.
refused() {
    said=$(${MAKE:-make} -s "$1" PREFIX="$2" 2>&1) && complain "make $1 PREFIX='$2' succeeds"
    case $said in
    *"make $1: "*"$3"*) ;;
    *) complain "make $1 PREFIX='$2' does not say \"$3\"" ;;
    esac
}

kept=$(mktemp -d) || exit 1
mkdir -p "$kept/a" "$kept/lib" && touch "$kept/a/mine" || exit 1
for target in install uninstall; do
    refused "$target" "$kept/a b" "has a space"
    refused "$target" "lib/prefix" "it begins with /"
    refused "$target" "" "it begins with /"
done
[ -e "$kept/a/mine" ] && [ ! -e lib ] || complain "a file was touched"
rm -rf "$kept"
[ "$failed" = 0 ]
