#!/bin/sh
# Follows the course as a student does, in a folder of its own: mine.sh BUILD. `make
# start`, answers to exercises 01 to 13, some of them wrong, `make check`, `make mine`.
build=$1 mine=$1/student failed=0
make="${MAKE:-make -s} MINE=$mine MINE_RESULTS=$mine/results"
said=$mine/said
rm -rf "$mine" "$build/sanitize/$mine" "$build/double/$mine"
mkdir -p "$mine" || exit 1

unset LANGUAGE LC_MESSAGES
export LC_ALL=C

# expect STATUS WORDS COMMAND: the words are an extended regular expression.
expect() {
    status=$1 words=$2
    shift 2
    $make "$@" >"$said" 2>&1
    got=$?
    [ "$status" != 0 ] || [ $got = 0 ] || complain "status $got" "$@"
    [ "$status" = 0 ] || [ $got != 0 ] || complain "status 0" "$@"
    grep -Eq "$words" "$said" || complain "no \"$words\"" "$@"
}
complain() {
    failed=$((failed + 1))
    echo "mine.sh: $*; it said:"
    cat "$said"
}
paint() { expect 0 "$1" mine ARGS="--size 24 --out $mine/out"; }
answer() {
    for name; do cp lessons/answers/"$name"_*.c "$mine" || exit 1; done
}

expect 1 "there is no $mine/08_gram.c yet: make start-08" check-08
# In Chinese, then in English.
LC_ALL=zh_CN.UTF-8
expect 0 '运行 make check-08' start-08
expect 1 'gram 还空着：g\[i \* n \+ j\]：' check-08
expect 1 '已开始的练习得 0 分' check
expect 1 "$mine/ 里还没有答案" submit NAME=李雷
sed -i 's|BLANK("g.*|g[0] = f[m];|' "$mine/08_gram.c"
expect 0 '用 0 个（共 14 个）你自己的部件画成' mine ARGS="--size 24 --out $mine/out"
expect 0 "submission-李雷.tar.gz 里有你的 1 个文件" OUT="$mine/out" submit NAME=李雷
rm -r "$mine/out" "$mine/results"
rm "$mine/08_gram.c"
LC_ALL=C
expect 0 "$mine/08_gram.c: write your functions" start-08
echo '/* mine */' >>"$mine/08_gram.c"
expect 0 "$mine/08_gram.c is there already and stays" start
grep -q '/\* mine \*/' "$mine/08_gram.c" || complain "an exercise was overwritten"
[ "$(ls "$mine"/*.c | wc -l)" = "$(ls lessons/exercises/[0-9]*.c | wc -l)" ] ||
    complain "not all exercises were started"
expect 1 'gram is still blank' check-08
# What the table says of an exercise that is not started is what its grader counts.
expect 1 '^0 of ([0-9]+) points in 19 exercises; 0 of \1 in all 19' check
paint 'painted with 0 of 14 pieces of your own'
cp lessons/exercises/08_gram.c "$mine"
expect 1 'there are no answers in .* make start-01 begins one' submit NAME=Anna

# Without exercises 14 to 19, which do not paint.
rm "$mine"/1[456789]_*.c
answer 01 02 03 04 05 06 07 08 09 10 11 12 13
expect 0 '^([0-9]+) of \1 points in 13 exercises; \1 of [0-9]+ in all 19' check
grep -q '^14_errata  *make start-14  *0 of [0-9]' "$said" ||
    complain "the table has no line for an exercise that is not started"

# One file to hand in, which no name of a student leads elsewhere.
submit() {
    status=$1 words=$2 NAME=$3
    export NAME
    expect "$status" "$words" OUT="$mine/out" submit </dev/null
}
submit 1 'whose answers are these?' ''
submit 1 'whose answers are these?' '   '
submit 1 'more than 100 bytes' "$(printf '%0101d' 0)"
submit 1 'cannot be printed' "$(printf 'An\tna')"
submit 0 "$mine/out/submission-李_雷__.._Anna.tar.gz has your 13 files" '李 雷:/../Anna'
tar -xOzf "$mine"/out/submission-*.tar.gz submission/name.txt | grep -qx '李 雷:/../Anna' ||
    complain "the name is not in the file that is handed in"
tar -xOzf "$mine"/out/submission-*.tar.gz submission/08_gram.c | cmp -s - "$mine/08_gram.c" ||
    complain "an answer is not in the file that is handed in"
paint 'painted with 14 of 14 pieces of your own'
cmp -s "$mine/out/painting.png" "$mine/out/library.png" ||
    complain "right answers paint another image than the library"

# Five mistakes: a factor, a missing +=, a blank, a crash, and no C. None of them paints.
cp "$mine/out/painting.png" "$mine/right.png"
sed -i 's|return sum / 2;|return sum;|' "$mine"/07_*.c
sed -i 's|dx\[best\] +=|dx[best] =|' "$mine"/05_*.c
cp lessons/exercises/08_gram.c "$mine"
sed -i 's|gradient\[i\] = 0;|gradient[i + 1000000] = 0;|' "$mine"/13_*.c
echo '}' >>"$mine/10_tv_loss.c"
expect 1 '07_content_loss +3 of 5' check
grep -q '10_tv_loss *does not compile; make check-10 says why' "$said" ||
    complain "an answer that does not compile was graded"
paint 'painted with 9 of 14 pieces of your own'
for number in 05 07 08 10 13; do
    grep -q "^$number .*the library's; not right yet, make check-$number" "$said" ||
        complain "the piece of exercise $number is not named"
done
cmp -s "$mine/out/painting.png" "$mine/right.png" || complain "a wrong piece has painted"

[ $failed = 0 ] && echo "the course as a student: started, checked, painted"
rm -rf "$mine" "$build/sanitize/$mine" "$build/double/$mine"
[ $failed = 0 ]
