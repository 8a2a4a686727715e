# Compares two transcripts: awk -f same.awk NN_name.expected transcript.txt. Exit status 1
# when they differ. They must have the same words, and the same numbers digit by digit; a
# number behind a ~ (lesson_about) may differ by a third or by 1 in its last digit, and its
# line in spaces. In Chinese there may be no space around a number.

function distance(a, b) { return a > b ? a - b : b - a }
function size(a) { return a < 0 ? -a : a }
# 0.01 of "~0.43", 1e-7 of "~1.30e-05".
function last_digit(a,   digits, exponent) {
    exponent = a ~ /e/ ? substr(a, index(a, "e") + 1) + 0 : 0
    sub(/e.*/, "", a)
    digits = index(a, ".") ? length(a) - index(a, ".") : 0
    return 10 ^ (exponent - digits)
}
function close_to(a, b,   x, y) {
    x = substr(a, 2) + 0
    y = substr(b, 2) + 0
    if (distance(x, y) <= 1.001 * last_digit(a)) return 1
    return distance(x, y) <= (size(x) > size(y) ? size(x) : size(y)) / 3
}
function is_about(word) { return word ~ /^~-?[0-9]/ }

# The same but for numbers behind a ~.
function same_line(a, b,   m, n, i, x, y) {
    gsub(ABOUT, " & ", a)
    gsub(ABOUT, " & ", b)
    m = split(a, x)
    n = split(b, y)
    if (m != n) return 0
    for (i = 1; i <= n; i++)
        if (x[i] != y[i] && !(is_about(x[i]) && is_about(y[i]) && close_to(x[i], y[i])))
            return 0
    return 1
}

BEGIN { ABOUT = "~-?[0-9]+(\\.[0-9]+)?(e[-+]?[0-9]+)?" }
FILENAME == ARGV[1] { line[FNR] = $0; lines = FNR; next }
{ printed = FNR }
$0 == line[FNR] && FNR <= lines { next }
FNR > lines || line[FNR] !~ /~/ || !same_line(line[FNR], $0) { different = 1 }
END { exit different || printed != lines }
