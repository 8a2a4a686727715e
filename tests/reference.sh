#!/bin/sh
# The reference of the public headers: tests/reference.sh FOLDER, where `make reference` has
# written it. Every header of library/public.txt has a page, pages need nothing but what is
# in their folder, and a name that is not documented stops the build.
set -eu
folder=$(cd "$1" && pwd)
cd "$(dirname "$0")/.."
fail() { echo "reference: $1" >&2; exit 1; }

# Pages: links lead somewhere, and there are no scripts and no addresses.
python3 - "$folder" <<'END'
import os, re, sys
folder = sys.argv[1]
headers = [line.strip() for line in open("library/public.txt")
           if line.strip() and not line.startswith("#")]
pages = {name: open(os.path.join(folder, name), encoding="utf-8").read()
         for name in os.listdir(folder) if name.endswith(".html")}
wrong = []
titles = {re.search(r"<title>(.*?) · stylegrad", text)[1] for text in pages.values()}
wrong += [f"{path} has no page" for path in headers if path not in titles]
for name, text in pages.items():
    if "<script" in text or 'name="viewport"' not in text:
        wrong.append(f"{name}: a script, or no viewport")
    places = set(re.findall(r'(?:id|name)="([^"]+)"', text))
    for link in re.findall(r'(?:href|src)="([^"]+)"', text):
        path, _, place = link.partition("#")
        if link.startswith("../index.html"):  # the book's
            continue
        if ":" in link or path and not os.path.exists(os.path.join(folder, path)):
            wrong.append(f"{name} links to {link}")
        elif place and path in pages and f'"{place}"' not in pages[path]:
            wrong.append(f"{name} links to a place that is not in {link}")
        elif place and not path and place not in places:
            wrong.append(f"{name} has no place {place}")
print("\n".join(wrong[:20]), file=sys.stderr)
sys.exit(bool(wrong))
END

# In a copy of the headers without some of their comments, each is named.
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
cp -R autograd io losses nn optim tensor train transfer reference single library "$copy"
remove() { # FILE TEXT: takes out the text, which is there
    grep -qF "$2" "$copy/$1" || fail "$1 no longer says: $2"
    python3 - "$copy/$1" "$2" <<'END'
import sys
path, text = sys.argv[1:]
whole = open(path).read().replace(text, "", 1)
open(path, "w").write(whole)
END
}
remove tensor/tensor.h "/* A tensor of zeros. */"                          # a function
remove tensor/tensor.h "/* The sides of a tensor. */"                      # a type
remove tensor/tensor.h " /* shape_size(shape) numbers, owned by an arena */"        # a field
remove tensor/arena.h "/* Bytes: a cache line, and the widest vector register. */" # a macro
remove losses/style.h " /* \"cs231n\" */"                                  # an enumerator
remove tensor/tensor.h " to \`value\`"                                     # a parameter
if "$copy/reference/make.py" "$copy/out" >"$copy/said" 2>&1; then fail "nothing is missed"; fi
for name in tensor_alloc "Compound Shape" "real *data; of Tensor" ARENA_ALIGNMENT STYLE_CS231N \
            "tensor_fill() does not explain value"; do
    grep -qF "$name" "$copy/said" || fail "nothing is said of $name: $(cat "$copy/said")"
done
[ ! -e "$copy/out" ] || fail "a reference with gaps is left behind"
echo "reference: all passed"
