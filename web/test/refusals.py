#!/usr/bin/env python3
"""What a module can say that no Chinese page knows: web/test/refusals.py MODULE.wasm SOURCE ...

A source says `error_set(err, "...", ...)`, CHECK with a message, or `new PlayError("...")`; of
those in C, the ones count whose text is in the module. Exit status 1 when one has no Chinese."""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import refusals  # noqa: E402

TEXT = r'"(?:[^"\\]|\\.)*"'
SAID = {
    "error_set": re.compile(rf"\berror_set\(\s*[^,;]+,\s*((?:{TEXT}\s*)+)"),
    "CHECK": re.compile(rf"\bCHECK\((?:[^\";]|{TEXT}(?!\s*[,)]))*?,\s*((?:{TEXT}\s*)+)[,)]"),
    "why": re.compile(rf"(?:\bwhy = |return )((?:{TEXT}\s*)+);"),
}
JS = re.compile(r"new PlayError\((?:\"([^\"]*)\"|`([^`]*)`)\)")
# About files of the page itself, which are whole; and mistakes of a program, not of its user.
OURS = ("transfer/recipe_file.c", "transfer/network_open.c", "io/npy.c")
NOT_A_SENTENCE = re.compile(r"^(%\w+|[^a-zA-Z])*$")
NUMPY = re.compile(r"^%s: (holds|most of its numbers|an image is \(3,h,w\))")
MISTAKES = re.compile(r"^(L-BFGS with|gradcheck: node|backward: node|%s: input %d is|%s: the first "
                      r"input|%s: the tape is planned|node %d|there is no node|a number below 0|"
                      r"%d (points|blocks)|workspace:|narrow:)")


def text_of(literals):
    joined = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', literals))
    return joined.encode().decode("unicode_escape").encode("latin1").decode("utf-8")


def said(path, module, checks):
    """The formats of a source."""
    with open(path, encoding="utf-8") as file:
        source = file.read()
    if path.endswith(".js"):
        return {re.sub(r"\$\{\w+\}", "%s", one or other) for one, other in JS.findall(source)}
    kinds = ["error_set"] + (["CHECK"] if checks else [])
    kinds += ["why"] if path.startswith(("transfer/paint.c", "optim/")) else []
    found = {text_of(one) for kind in kinds for one in SAID[kind].findall(source)}
    return {one for one in found if one.encode() in module}


def is_known(english, patterns):
    """Whether a sentence of this format is found, whatever C puts into it."""
    example = refusals.CONVERSION.sub("7", english)
    return any(re.match(one, example) for one in patterns)


def main():
    module_path, sources = sys.argv[1], sys.argv[2:]
    with open(module_path, "rb") as file:
        module = file.read()
    patterns = [refusals.pattern(english) for english, _ in refusals.ALL]
    count, missing = 0, []
    for path in sources:
        if path in OURS:
            continue
        for english in sorted(said(path, module, "tape" in module_path)):
            if NOT_A_SENTENCE.match(english) or MISTAKES.match(english) or NUMPY.match(english):
                continue
            count += 1
            if not is_known(english, patterns):
                missing.append(f"{path}: {english}")
    for english, chinese in refusals.ALL:
        holes = len(refusals.CONVERSION.findall(english))
        if any(int(number) > holes for number in re.findall(r"\{(\d+)\}", chinese)):
            missing.append(f"refusals.py: more is asked for than there is: {english}")
    for one in missing:
        print(f"no Chinese for: {one}")
    print(f"{os.path.basename(module_path)}: {count} sentences, {len(missing)} without Chinese")
    sys.exit(1 if missing or count < 10 else 0)


if __name__ == "__main__":
    main()
