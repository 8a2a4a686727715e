"""What the book says around its pages, in both languages."""

WORDS = {
    "en": {
        "lang": "en", "other": "zh", "other_lang": "zh-CN", "other_name": "中文",
        "skip": "Skip to the text", "menu": "Contents", "search": "Search",
        "search_key": "Search the book (press /)", "search_hint": "Words, or a part of one",
        "nothing": "Nothing found for", "close": "Close", "one": "result", "many": "results",
        "theme": "Light or dark", "sections": "On this page", "previous": "Previous",
        "next": "Next", "contents": "Table of contents", "code": "Source code",
        "tagline": "neural style transfer from scratch in C",
        "pages": "Previous and next page",
        "run_here": "Run it here",
        "run_noscript": "The program runs in this page with JavaScript, which is switched off.",
    },
    "zh": {
        "lang": "zh-CN", "other": "en", "other_lang": "en", "other_name": "English",
        "skip": "跳到正文", "menu": "目录", "search": "搜索",
        "search_key": "搜索全书（按 / 键）", "search_hint": "一个词，或词的一部分",
        "nothing": "没有找到", "close": "关闭", "one": "条结果", "many": "条结果",
        "theme": "浅色或深色", "sections": "本页内容", "previous": "上一页",
        "next": "下一页", "contents": "全书目录", "code": "源代码",
        "tagline": "用 C 语言从零实现的神经风格迁移",
        "pages": "上一页和下一页",
        "run_here": "就在这里运行",
        "run_noscript": "程序要用 JavaScript 才能在本页运行，而它被关闭了。",
    },
}
