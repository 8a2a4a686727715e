#!/bin/sh
# Prints the names that the library and the program define twice: a type in two files, a
# function in two headers, and a static function with the name of a public one. A compiler
# sees one file at a time, and a reader who searches for the name finds both.
set -u
# Templates: the file that includes one gives the functions their names.
git ls-files '*.h' '*.c' '*.inc' |
    grep -E '^(tensor|autograd|nn|losses|optim|io|transfer|train|errata|app)/' |
    grep -vx 'autograd/elementwise.h\|losses/tv_differences.h\|losses/distance.h' | xargs awk '
    function define(kind, name) {
        if (index(files[kind, name], " " FILENAME " ")) return
        files[kind, name] = files[kind, name] " " FILENAME " "
        count[kind, name]++
        kinds[kind, name] = kind; names[kind, name] = name
    }
    # "typedef struct X X;" announces a type that one file defines.
    /^typedef (struct|enum|union) [A-Za-z0-9_]+ [A-Za-z0-9_]+;/ && $3 ";" == $4 { next }
    /^(typedef )?(struct|enum|union) [A-Za-z0-9_]+ \{/ {
        define("type", $1 == "typedef" ? $3 : $2)
        next
    }
    /^typedef .*\(\*[A-Za-z0-9_]+\)/ {
        match($0, /\(\*[A-Za-z0-9_]+\)/)
        define("type", substr($0, RSTART + 2, RLENGTH - 3))
        next
    }
    /^typedef [^{(]*;/ {
        match($0, /[A-Za-z0-9_]+( *\[.*\])?( *__attribute__.*)?;/)
        name = substr($0, RSTART)
        sub(/[^A-Za-z0-9_].*/, "", name)
        define("type", name)
        next
    }
    /^[a-z_A-Z][^=;]*[ *][a-z0-9_]+\(/ && !/^(typedef|extern|else|return) / {
        match($0, /[a-z0-9_]+\(/)
        name = substr($0, RSTART, RLENGTH - 1)
        if (name == "__attribute__") next
        if (FILENAME ~ /\.h$/) define("function", name)
        else if (/^static /) local[name] = local[name] " " FILENAME
    }
    END {
        for (key in count)
            if (count[key] > 1) print kinds[key], names[key] ":" files[key]
        for (name in local)
            if (("function", name) in count)
                print "function", name ":" files["function", name] "and static in" local[name]
    }' | sort
