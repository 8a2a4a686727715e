#!/bin/sh
# Compiles what the grader says in Chinese: catalogue.sh FILE.po FILE.mo. Without msgfmt
# there is no such file, the grader speaks English, and nothing else fails.
. "${0%/*}/language.sh"
rm -f "$2"
if command -v msgfmt >/dev/null; then
    mkdir -p "${2%/*}" && msgfmt --output-file="$2.new" "$1" && mv "$2.new" "$2"
elif chinese; then
    echo '没有 msgfmt，所以打分程序说英文；./setup.sh 会安装它（gettext 包）' >&2
fi
exit 0
