#!/bin/sh
# Says what to do when there is nothing to grade: started.sh MINE FOLDER NN_name
. "${0%/*}/language.sh"
[ "$2" != "$1" ] || [ -e "$1/$3.c" ] && exit 0
say 'there is no %s yet: make start-%s makes it, with the blank functions\n' \
    '还没有 %s：make start-%s 会生成它，里面是空白的函数\n' "$1/$3.c" "${3%%_*}" >&2
exit 1
