"""The tables of docs/{en,zh}/recipes.md: the settings are those of the files recipes/*.recipe, the
rest is in docs/generate/recipes.txt. The pages keep their text; the tables stand between marks."""
import glob
import re

from generate import c_text
from generate.records import cell, read, records, table

TEXTS = "docs/generate/recipes.txt"
KEYS = ("recipe", "source", "zh-source", "en", "zh")
BEGINS, ENDS = "<!-- docs/pages.py: from recipes/*.recipe -->", "<!-- end -->"
WORDS = {
    "en": {
        "heads": (("recipe", "source", "what is special"),
                  ("recipe", "network", "pooling", "content layers", "style layers",
                   "content, style, tv", "weights of content, style, tv"),
                  ("recipe", "starts from", "optimiser", "rate", "steps", "size, pixels", "file")),
        "titles": ("Where they come from", "What they compare", "How they run"),
        "none": "A dash: the file leaves it open, and the usual value holds.",
        "of": "{1} {0}", "like": "like `{}`", "noise share": "{} ({} of it)",
        "drop": "{}, {} from step {} on", "decay": "{}, times {} every {} steps",
        "new": "a new one from step {} on"},
    "zh": {
        "heads": (("配方", "出处", "特别之处"),
                  ("配方", "网络", "池化", "内容层", "风格层", "内容、风格、全变分的形式",
                   "内容、风格、全变分的权重"),
                  ("配方", "从什么开始", "优化器", "学习率", "步数", "大小（像素）", "文件")),
        "titles": ("出处", "比较什么", "怎样运行"),
        "none": "短横表示文件没有写，用惯常的值。",
        "of": "{1} {0}", "like": "同 `{}`，改动见文件", "noise share": "{}（占 {}）",
        "drop": "{0}，第 {2} 步起 {1}", "decay": "{0}，每 {2} 步乘 {1}",
        "new": "第 {} 步起换新的"}}
SIDES = {"en": {"longer": "longer side", "shorter": "shorter side", "height": "height",
                "width": "width"},
         "zh": {"longer": "长边", "shorter": "短边", "height": "高", "width": "宽"}}
STARTS = {"en": {"content": "the photograph", "noise": "noise", "style": "the painting"},
          "zh": {"content": "照片", "noise": "噪声", "style": "画"}}
METHODS = {"en": {"gd": "gradient descent", "adam": "Adam", "lbfgs": "L-BFGS",
                  "anneal": "annealing"},
           "zh": {"gd": "梯度下降", "adam": "Adam", "lbfgs": "L-BFGS", "anneal": "模拟退火"}}


def own_lines(name):
    """key -> value, as the file says it."""
    lines = (line.split("#")[0].strip() for line in read(f"recipes/{name}.recipe").splitlines())
    return {key: value.strip() for key, _, value in (line.partition(" ") for line in lines if line)}


def settings(name):
    """key -> value, with what the recipe takes from another."""
    own = own_lines(name)
    return {**(settings(own["like"]) if "like" in own else {}), **own}


def recipes():
    """The records with the settings; stops when files and records are not the same."""
    rows = records(TEXTS, KEYS)
    names = [row["recipe"] for row in rows]
    files = {c_text.stem(path) for path in glob.glob("recipes/*.recipe")}
    for name in sorted(files - set(names)):
        raise SystemExit(f"{TEXTS}: there is no record for recipes/{name}.recipe")
    for name in names:
        if name not in files or names.count(name) > 1:
            raise SystemExit(f"{TEXTS}: {name} stands there twice, or has no file in recipes/")
    for row in rows:
        row["set"] = settings(row["recipe"])
        if row["set"]["source"] != row["source"]:
            raise SystemExit(f"{TEXTS}: recipes/{row['recipe']}.recipe has another source: "
                             f"\"{row['set']['source']}\"; mend source and zh-source")
    return rows


def layers(text):
    """relu1_1:0.2,relu2_1:0.2 in words; long weights are rounded, a common one is said once."""
    items = [item.partition(":")[::2] for item in text.split(",")]
    weights = [weight if len(weight) < 8 else f"{float(weight):.4g}" for _, weight in items]
    names = [name for name, _ in items]
    if len(set(weights)) == 1 and weights[0]:
        together = " ".join(names) if len(names) == 1 else f"({' '.join(names)})"
        return f"{together} × {weights[0]}"
    return ", ".join(name + (f" × {weight}" if weight else "")
                     for name, weight in zip(names, weights))


def rate(values, words):
    lr = values.get("lr", "–")
    if values.get("drop-step", "0") != "0":
        if "drop-lr" in values:
            return words["drop"].format(lr, values["drop-lr"], values["drop-step"])
        return f"{lr}; " + words["new"].format(values["drop-step"])
    if values.get("decay-every", "0") != "0":
        return words["decay"].format(lr, values["decay"], values["decay-every"])
    return lr


def size(values, language):
    if "stages" in values:
        return ", ".join(stage.split(":")[0] for stage in values["stages"].split(","))
    number = values.get("size", "–")
    side = values.get("size-of", "longer")
    return number if number == "–" else WORDS[language]["of"].format(number, SIDES[language][side])


def steps(values):
    if "stages" in values:
        return ", ".join(stage.split(":")[1] for stage in values["stages"].split(","))
    return values.get("steps", "–")


def start(values, language):
    if "init" not in values:
        return "–"
    first, share = STARTS[language][values["init"]], values.get("noise-share")
    return WORDS[language]["noise share"].format(first, share) if share else first


def rows(language, row):
    """Its row of each table."""
    name, values = row["recipe"], row["set"]

    def get(key):
        return values.get(key, "–")

    def three(end):
        return ", ".join(get(f"{loss}-{end}") for loss in ("content", "style", "tv"))

    link = f"[`{name}`](../../recipes/{name}.recipe)"
    method = METHODS[language][values["optim"]] if "optim" in values else "–"
    like = own_lines(name).get("like")
    note = WORDS[language]["like"].format(like) if like else "–"
    special = row[language]
    return ((f"`{name}`", row["source" if language == "en" else "zh-source"], special),
            (f"`{name}`", get("net"), get("pool"), layers(get("content-layers")),
             layers(get("style-layers")), three("form"), three("weight")),
            (link, start(values, language), method, rate(values, WORDS[language]),
             steps(values), size(values, language), note))


def tables(language):
    words, all_rows = WORDS[language], [rows(language, row) for row in recipes()]
    parts = [BEGINS]
    for i, title in enumerate(words["titles"]):
        body = [tuple(map(cell, row[i])) for row in all_rows]
        parts.append(f"### {title}")
        if i == 1:
            parts.append(words["none"])
        parts.append(table(words["heads"][i], body))
    return "\n\n".join(parts + [ENDS])


def page(language):
    path = f"docs/{language}/recipes.md"
    text, count = re.subn(re.escape(BEGINS) + ".*?" + re.escape(ENDS), lambda _: tables(language),
                          read(path), flags=re.S)
    if count != 1:
        raise SystemExit(f"{path}: has no place for the tables, {BEGINS} ... {ENDS}")
    return text
