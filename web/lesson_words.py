"""What "Run it here" says in the page of a lesson, in both languages: see words.py."""

LESSON = {
    "en": {"js": {
        "lead": "The program of this lesson, the same C compiled to WebAssembly, runs in this page; "
                "here it takes about {time}.",
        "lead_pictures": "The program of this lesson, the same C compiled to WebAssembly, runs in this "
                         "page, with our pictures or with yours, which do not leave this computer; here "
                         "it takes about {time}.",
        "photograph": "Photograph", "painting": "Painting", "painting_2": "Second painting",
        "unseen": "A picture that it has not seen", "frame_1": "Frame", "frame_2": "Next frame",
        "ours": "ours: {name}", "choose": "or yours: choose a file, or drop it here",
        "back": "Take ours again", "run": "Run", "stop": "Stop", "transcript": "What it prints",
        "loading": "The program is being loaded.", "running": "It runs; this takes about {time}.",
        "done": "Done in {took} s.", "stopped": "Stopped after {took} s.",
        "ended": "It has ended after {took} s.", "failed": "A check of the program has failed: see "
        "what it prints.",
        "stopped_itself": "The program has met a fault and stopped: {text}",
        "together": "Choose all three pictures, two frames and a painting, or none.",
        "save_picture": "save", "data": "data", "script": "script",
    }},
    "zh": {"js": {
        "lead": "本课的程序就在这个网页里运行：同一份 C 代码，编译成 WebAssembly。在这里大约要 {time}。",
        "lead_pictures": "本课的程序就在这个网页里运行：同一份 C 代码，编译成 WebAssembly。图片可以用自带的，"
                         "也可以用你自己的，它们不会离开这台电脑。在这里大约要 {time}。",
        "photograph": "照片", "painting": "画", "painting_2": "第二幅画",
        "unseen": "网络没见过的图", "frame_1": "一帧", "frame_2": "下一帧",
        "ours": "自带的：{name}", "choose": "或者用自己的：选一个文件，或拖到这里",
        "back": "换回自带的", "run": "运行", "stop": "停止", "transcript": "程序的输出",
        "loading": "正在载入程序。", "running": "正在运行，大约要 {time}。",
        "done": "完成，用了 {took} 秒。", "stopped": "已停止，运行了 {took} 秒。",
        "ended": "程序已结束，运行了 {took} 秒。", "failed": "程序的一项检验没有通过：请看它的输出。",
        "stopped_itself": "程序出了错，停了下来：{text}",
        "together": "请选齐三张图（两帧和一幅画），或者一张也不选。",
        "save_picture": "保存", "data": "数据", "script": "脚本",
    }},
}
