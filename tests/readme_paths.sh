#!/bin/sh
# Prints the paths in README.md and README.zh.md that do not exist, and the folders of the
# project that their tables of folders leave out.
set -u
for page in README.md README.zh.md; do
    # Links to files: ](path), without an anchor.
    grep -oE '\]\([^)#]+' "$page" | sed 's/^](//' | grep -vE '^[a-z]+:' | sort -u |
        while read -r path; do
            [ -e "$path" ] || echo "$page: there is no $path"
        done
    # The table of folders: "name/    text", or "  name/ text" for one within the last.
    table=$(awk '/^```/ { inside = !inside } inside && /^(  )?[a-z]+\/ / {
                     indented = /^ /; name = $1
                     if (!indented) outer = name
                     print (indented ? outer : "") name }' "$page")
    for folder in $table; do
        [ -d "$folder" ] || echo "$page: there is no folder $folder"
    done
    git ls-files | sed -n 's|^\([a-z]*/\).*|\1|p' | sort -u | while read -r folder; do
        echo "$table" | grep -qx "$folder" || echo "$page: the table lacks $folder"
    done
done
