#!/bin/sh
# Makes the archive of the course that a teacher gives out: handout.sh FILE.tar.gz. It has
# the files that git tracks, as they are now, but for those of lessons/withheld.txt.
archive=$1
top=stylegrad-course

git rev-parse --is-inside-work-tree >/dev/null 2>&1 || {
    echo "a handout is made of the files that git tracks, and this folder is no checkout;" \
        "clone the project, then make handout" >&2
    exit 1
}
mkdir -p "$(dirname "$archive")" || exit 1
set -f # the patterns are for git, not for the shell
withheld=$(sed '/^#/d; /^$/d; s/^/:(exclude)/' lessons/withheld.txt) || exit 1

# The same files give the same bytes: sorted names, one date, no owner.
date=$(git log -1 --format=%cI)
list=$archive.list
# shellcheck disable=SC2086
git ls-files -- . $withheld >"$list" &&
    tar --create --sort=name --mtime="$date" --owner=0 --group=0 --numeric-owner \
        --transform="s|^|$top/|" --files-from="$list" \
        --use-compress-program='gzip -n' --file="$archive.new" &&
    mv "$archive.new" "$archive" || exit 1
echo "$archive: $(wc -l <"$list") of $(git ls-files | wc -l) files, without answers;" \
    "tar xf $archive, then cd $top"
rm "$list"
