#!/bin/sh
# Runs graded programs in English and in Chinese: chinese.sh PROGRAM ... In Chinese there
# is no English sentence, and nothing but the language is different: the JSON has the same
# bytes, and all numbers are printed in the same order.
command -v msgfmt >/dev/null || {
    echo "SKIPPED: the grader in Chinese needs msgfmt; ./setup.sh installs it"
    [ -z "${STYLEGRAD_CI:-}" ]
    exit
}
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
failed=0
complain() {
    failed=$((failed + 1))
    echo "$1: $2:"
    cat "$folder/complaint"
}

# Three words, without what is the same in both: paths and commands.
english() {
    sed '/^  | /d; s/make [-a-z0-9]*//g; s|[a-z]*/[^ ]*||g; s/ 还空着：.*//' "$1" |
        grep -E '[A-Za-z]{2,}[,:]? [a-z]{2,}[,:]? [a-z]{2,}'
}

# The numbers that stand by themselves, sorted: sentences have them in another order.
numbers() {
    sed 's/还空着：.*//; s/is still blank:.*//' "$1" |
        LC_ALL=C grep -oE '(^|[^A-Za-z0-9_.])-?[0-9]+\.[0-9]+(e[-+][0-9]+)?' |
        tr -dc '0-9.e+\n-' | sort
}

run() { # LANGUAGE PROGRAM
    LANGUAGE=$1 GRADE_SEED=7 GRADE_JSON=$folder/$1.json "$2" >"$folder/$1.txt" 2>&1
    echo $? >"$folder/$1.status"
    # Where a stack without end is used up differs from run to run.
    sed -i 's/ line [0-9]*/ line/' "$folder/$1.json"
}

for program; do
    run en "$program"
    run zh_CN "$program"
    english "$folder/zh_CN.txt" >"$folder/complaint" && complain "$program" 'is English'
    head -n 1 "$folder/zh_CN.txt" | tee "$folder/complaint" | grep -q '^练习 ' ||
        complain "$program" 'does not begin in Chinese'
    cmp "$folder/en.status" "$folder/zh_CN.status" >"$folder/complaint" 2>&1 ||
        complain "$program" 'ends with another status'
    diff "$folder/en.json" "$folder/zh_CN.json" >"$folder/complaint" ||
        complain "$program" 'writes other JSON'
    numbers "$folder/en.txt" >"$folder/en.numbers"
    numbers "$folder/zh_CN.txt" | diff "$folder/en.numbers" - >"$folder/complaint" ||
        complain "$program" 'prints other numbers'
done
echo "$# programs graded in Chinese, $failed not as they should"
[ "$failed" = 0 ]
