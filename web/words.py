"""What the pages say, in both languages. JS of each language is for its scripts, the rest for its
texts. `sentences` are those of the modules, by their patterns: refusals.py."""
import refusals

# What every page says.
EVERY = {
    "en": {
        "lang": "en",
        "other_lang": "zh-CN",
        "other_name": "中文",
        "skip": "Skip to the page",
        "tagline": "neural style transfer from scratch in C",
        "theme": "Light or dark",
        "noscript": "This page computes with JavaScript and WebAssembly, which are switched off.",
        "js": {
            "copied": "Copied.",
            "not_copied": "The browser does not allow it: select and copy by hand.",
            "sentences": [],
            "not_loaded": "A part of the page could not be loaded: {text}. Load the page again.",
            "old_browser": "This browser lacks WebAssembly, workers or streams that unpack; a newer "
                           "one has all of them.",
            "seconds": "{seconds} s", "minutes": "{minutes} min {seconds} s",
        },
    },
    "zh": {
        "lang": "zh-CN",
        "other_lang": "en",
        "other_name": "English",
        "skip": "跳到正文",
        "tagline": "用 C 语言从零实现的神经风格迁移",
        "theme": "浅色或深色",
        "noscript": "本页要用 JavaScript 和 WebAssembly 来计算，而它们被关闭了。",
        "js": {
            "copied": "已复制。",
            "not_copied": "浏览器不允许复制：请选中后手动复制。",
            "sentences": refusals.sentences(),
            "not_loaded": "网页的一部分没有载入：{text}。请重新载入网页。",
            "old_browser": "这个浏览器没有 WebAssembly、Worker 或解压用的流；新一些的浏览器都有。",
            "seconds": "{seconds} 秒", "minutes": "{minutes} 分 {seconds} 秒",
        },
    },
}

# What those with pictures say.
WITH_PICTURES = {
    "en": {
        "pictures": "Pictures",
        "photograph": "Photograph",
        "result": "Result",
        "save": "Save as PNG",
        "loading": "The network is being loaded.",
        "settings": "Settings",
        "size": "Longer side",
        "elsewhere": "The same elsewhere",
        "copy_command": "Copy the command",
        "copy_link": "Copy a link to these settings",
        "js": {
            "too_small": "{name} has {width} × {height} pixels; each side needs at least 16: choose a "
                         "larger picture.",
            "too_large": "{name} has {width} × {height} pixels, which is too much for a page: make it "
                         "smaller first.",
            "no_picture": "{name} is no picture that the browser can read: choose a JPEG, PNG or WebP.",
            "bad_address": "The address has something that is no setting, and that is left out: {what}.",
        },
    },
    "zh": {
        "pictures": "图片",
        "photograph": "照片",
        "result": "结果",
        "save": "存为 PNG",
        "loading": "正在载入网络。",
        "settings": "设置",
        "size": "长边",
        "elsewhere": "在别处画同一幅图",
        "copy_command": "复制命令",
        "copy_link": "复制带有这些设置的链接",
        "js": {
            "too_small": "{name} 只有 {width} × {height} 像素；每边至少要 16 像素：请换一张大一些的图片。",
            "too_large": "{name} 有 {width} × {height} 像素，网页处理不了：请先把它缩小。",
            "no_picture": "{name} 不是浏览器能读的图片：请选 JPEG、PNG 或 WebP。",
            "bad_address": "地址里有不是设置的内容，已略去：{what}。",
        },
    },
}

PAINT = {
    "en": {
        "to_tape": "The tape", "to_pass": "In one pass",
        "title": "Paint in the browser", "heading": "Paint in the browser",
        "lead": "A photograph takes on the style of a painting, step by step. The C library of this "
                "project, compiled to WebAssembly, computes it here, in this page: nothing is "
                "installed, and no picture leaves this computer.",
        "painting": "Painting",
        "photograph_now": "The photograph that is chosen", "painting_now": "The painting that is chosen",
        "scene": "valley (ours)", "brush": "brush strokes (ours)", "mosaic": "mosaic (ours)",
        "own": "yours", "own_photograph": "or yours: choose a file, or drop it here",
        "own_painting": "or yours: choose a file, or drop it here",
        "result_now": "The picture that is painted", "start": "Start",
        "pause": "Pause", "again": "Go on with these settings",
        "again_help": "From the picture that is here, with the settings as they are now",
        "progress": "Part of the run that is done",
        "total": "total", "content_part": "content", "style_part": "style", "tv_part": "TV",
        "recipe": "Recipe", "content_weight": "Content weight",
        "style_weight": "Style weight", "tv_weight": "Total variation weight",
        "steps": "Steps", "optim": "Optimiser", "gd": "gradient descent",
        "anneal": "annealing", "init": "First picture", "init_content": "the photograph",
        "init_noise": "noise", "init_style": "the painting", "seed": "Seed of the noise",
        "colors": "Colours", "colors_style": "of the painting",
        "colors_luminance": "of the photograph, brightness painted",
        "colors_match": "painting in the photograph’s", "layers": "Layers",
        "content_layers": "Content", "style_layers": "Style",
        "layers_help": "Early layers see edges and colours, late ones whole strokes. The weight of a "
                       "term is shared among its layers.",
        "reset": "As the recipe says",
        "command_lead": "This command of the program paints the same picture:",
        "how": "The page runs the same sources as the program, on one processor and in vectors of "
               "128 bits: with <code>STYLEGRAD_VECTORS=128</code> the program’s picture is equal to "
               "the last bit, if both read the same pixels. The pictures of this page are smaller "
               "files than those of the project. TV is total variation; curves and numbers show "
               "each term with its weight.",
        "js": {
            "curves": "Loss by step", "total": "total", "content": "content", "style": "style",
            "tv": "TV", "start": "Start", "start_anew": "Start anew", "pause": "Pause",
            "go_on": "Go on", "loading": "The network is being loaded.", "ready": "Ready.",
            "preparing": "Both pictures pass the network once.",
            "step": "Step {step} of {steps}, {width} × {height} pixels, about {left} left.",
            "step_of_stage": "Step {step} of {steps}, size {number} of {stages}: {width} × {height} "
                             "pixels, about {left} left.",
            "paused": "Paused.", "over": "{steps} steps in {took} s: {why}.",
            "reading": "{name} is being read.",
            "made_smaller": "{name} has {width} × {height} pixels; the page takes it with {w} × {h}.",
            "no_layer": "Each term needs at least one layer.",
            "choose_photograph": "The link is about a photograph of its author: choose one of yours.",
            "choose_painting": "The link is about a painting of its author: choose one of yours.",
            "other_network": "here with paintnet and its layers, because the page has no VGG.",
        },
    },
    "zh": {
        "to_tape": "磁带", "to_pass": "一遍画完",
        "title": "在浏览器里作画", "heading": "在浏览器里作画",
        "lead": "一张照片一步一步地带上一幅画的风格。计算全部在这个网页里进行：本项目的 C 库编译成 WebAssembly，"
                "不用安装任何东西，图片也不会离开这台电脑。",
        "painting": "画",
        "photograph_now": "选中的照片", "painting_now": "选中的画",
        "scene": "山谷（自带）", "brush": "笔触（自带）", "mosaic": "马赛克（自带）",
        "own": "自己的", "own_photograph": "或者用自己的：选一个文件，或拖到这里",
        "own_painting": "或者用自己的：选一个文件，或拖到这里",
        "result_now": "正在画的图", "start": "开始",
        "pause": "暂停", "again": "用现在的设置接着画",
        "again_help": "从眼前这幅图开始，用现在的设置",
        "progress": "已完成的部分",
        "total": "总损失", "content_part": "内容", "style_part": "风格", "tv_part": "全变分",
        "recipe": "配方", "content_weight": "内容权重",
        "style_weight": "风格权重", "tv_weight": "全变分权重",
        "steps": "步数", "optim": "优化器", "gd": "梯度下降",
        "anneal": "退火", "init": "起始图", "init_content": "照片",
        "init_noise": "噪声", "init_style": "画", "seed": "噪声种子",
        "colors": "颜色", "colors_style": "画的颜色",
        "colors_luminance": "照片的颜色，只画明暗",
        "colors_match": "先把画换成照片的颜色", "layers": "层",
        "content_layers": "内容", "style_layers": "风格",
        "layers_help": "浅层看到边缘和颜色，深层看到整道笔触。一项的权重由它的各层平分。",
        "reset": "恢复配方的设置",
        "command_lead": "用程序画同一幅图的命令：",
        "how": "网页运行的源代码与程序相同，只用一个处理器、128 位的向量：程序加上 "
               "<code>STYLEGRAD_VECTORS=128</code>，只要读到的像素相同，画出的图每一位都相同。"
               "本页自带的图片是压缩过的，比项目里的文件小。曲线和数字是各项乘以权重之后的值。",
        "js": {
            "curves": "每一步的损失", "total": "总损失", "content": "内容", "style": "风格",
            "tv": "全变分", "start": "开始", "start_anew": "重新开始", "pause": "暂停",
            "go_on": "继续", "loading": "正在载入网络。", "ready": "准备好了。",
            "preparing": "两张图片先各通过网络一次。",
            "step": "第 {step} 步，共 {steps} 步；{width} × {height} 像素，大约还要 {left}。",
            "step_of_stage": "第 {step} 步，共 {steps} 步；第 {number} 种大小，共 {stages} 种："
                             "{width} × {height} 像素，大约还要 {left}。",
            "paused": "已暂停。", "over": "{steps} 步，用了 {took} 秒：{why}。",
            "reading": "正在读取 {name}。",
            "made_smaller": "{name} 有 {width} × {height} 像素；本页缩小到 {w} × {h} 来用。",
            "no_layer": "每一项至少要有一层。",
            "choose_photograph": "这个链接用的是作者自己的照片：请选一张你的照片。",
            "choose_painting": "这个链接用的是作者自己的画：请选一幅你的画。",
            "other_network": "这里用 paintnet 和它的层，因为网页里没有 VGG。",
        },
    },
}

TAPE = {
    "en": {
        "to_paint": "Paint", "title": "The tape", "heading": "The tape",
        "lead": "A formula becomes a graph on the tape of this project’s library, the same C in double "
                "precision. Walk through the forward pass and back again: each op hands its gradient "
                "to its inputs, and what is used twice gets a sum.",
        "example": "Examples", "formula": "Formula",
        "help": "+ − * / ^, @ for the product of matrices; conv2d(X, W, pad, stride), gram, tv, relu, "
                "max_pool(X, 2), avg_pool, upsample, softmax, tanh, sigmoid, softplus, exp, log, sqrt, "
                "square, abs, pow, sum, mean, transpose. An input is a number, a list such as "
                "[[1, 2], [3, 4]], or its sides, 2x3x3. A result that is not one number is summed.",
        "graph": "The graph", "first": "To the beginning", "back": "One step back",
        "next": "One step on", "last": "To the end", "step": "Step of the walk",
        "loading": "The library is being loaded.",
        "drag": "Drag a number of an input sideways, or move it with the arrow keys: the graph is "
                "computed again. x is the value, ∂ the derivative of the result by it.",
        "check": "Is the gradient right?",
        "check_lead": "A difference quotient moves one number by h and back, and needs no derivative. "
                      "With a large h it leaves out a term of size h²; with a small one it is rounding "
                      "divided by h. So the error is a V, and backpropagation is checked where it is "
                      "lowest.",
        "h": "Step", "number": "Number", "backward": "Backward", "quotient": "Quotient",
        "difference": "Difference", "copy_link": "Copy a link to this formula",
        "how": "The curve is <code>gradcheck_curve</code> of the library, over all numbers of all inputs: "
               "the error is relative to the larger of both gradients.",
        "js": {
            "curve": "Error of the gradient against the step h", "step_h": "step h",
            "median": "median", "worst": "worst", "own_formula": "one of your own",
            "start": "The inputs have values; nothing is computed yet.",
            "forward": "Forward, {op}: {math}.",
            "seed": "Backward begins at {op}: the derivative of the result by itself is 1.",
            "backward": "Backward, {op}: {derivative}.",
            "more": "and {count} more", "ops": {"neg": "negate"},
            "not_fitting": "This does not fit together: {text}",
            "unexpected": "There is a “{what}” at place {at} where something else belongs.",
            "unfinished": "The formula ends too early.",
            "no_function": "There is no function {name}; there are {all}.",
            "arguments": "{name} takes {nodes} formulas and up to {numbers} numbers after them.",
            "exponent": "An exponent is a number.",
            "uneven": "The rows of an input are equally long, and hold numbers.",
            "no_input": "“{text}” is no input: write a number, [[1, 2], [3, 4]], or sides such as 3x3.",
            "input_size": "An input has up to four sides and {most} numbers, and at least one.",
            "many_nodes": "The page draws up to {most} nodes: make the formula shorter.",
        },
    },
    "zh": {
        "to_paint": "作画", "title": "磁带", "heading": "磁带",
        "lead": "一个公式在本项目的库的磁带上变成一张图：同一份 C 代码，双精度。一步一步走完前向，再走回来：每个算子把梯度交给它的输入，"
                "用了两次的，梯度相加。",
        "example": "例子", "formula": "公式",
        "help": "+ − * / ^，@ 是矩阵乘积；conv2d(X, W, 填充, 步长)、gram、tv、relu、max_pool(X, 2)、avg_pool、"
                "upsample、softmax、tanh、sigmoid、softplus、exp、log、sqrt、square、abs、pow、sum、mean、transpose。"
                "输入是一个数、[[1, 2], [3, 4]] 这样的列表，或者各边的长度 2x3x3。结果不是一个数时求和。",
        "graph": "计算图", "first": "回到开头", "back": "退一步",
        "next": "进一步", "last": "走到最后", "step": "走到第几步",
        "loading": "正在载入库。",
        "drag": "左右拖动输入里的数，或用方向键改变它：图会重新计算。x 是值，∂ 是结果对它的导数。",
        "check": "梯度对吗？",
        "check_lead": "差商把一个数移动 h 再移回来，不需要导数。h 大时，它漏掉一项，大小是 h²；h 小时，它是舍入误差除以 h。"
                      "所以误差画出来是一个 V，反向传播就在最低处检验。",
        "h": "步长", "number": "数", "backward": "反向传播", "quotient": "差商",
        "difference": "相差", "copy_link": "复制这个公式的链接",
        "how": "曲线是库里的 <code>gradcheck_curve</code>，包括所有输入的所有数：误差相对于两个梯度中较大的一个。",
        "js": {
            "curve": "梯度的误差与步长 h", "step_h": "步长 h",
            "median": "中位数", "worst": "最大", "own_formula": "自己的公式",
            "start": "输入有值，还什么都没有计算。",
            "forward": "前向，{op}：{math}。",
            "seed": "反向从 {op} 开始：结果对自己的导数是 1。",
            "backward": "反向，{op}：{derivative}。",
            "more": "还有 {count} 个", "ops": {"neg": "取负"},
            "not_fitting": "这些合不到一起：{text}",
            "unexpected": "第 {at} 个字符“{what}”不该在这里。",
            "unfinished": "公式没有写完。",
            "no_function": "没有函数 {name}；有这些：{all}。",
            "arguments": "{name} 要 {nodes} 个公式，后面至多 {numbers} 个数。",
            "exponent": "指数必须是一个数。",
            "uneven": "输入的各行要一样长，里面都是数。",
            "no_input": "“{text}”不是输入：请写一个数、[[1, 2], [3, 4]]，或者各边的长度 3x3。",
            "input_size": "输入最多四维、{most} 个数，至少一个数。",
            "many_nodes": "网页最多画 {most} 个节点：请把公式写短一些。",
        },
    },
}

PASS = {
    "en": {
        "to_paint": "Paint", "title": "In one pass", "heading": "In one pass",
        "lead": "A network that has learned one painting paints any photograph in a fraction of a "
                "second, and so the pictures of a camera; another one paints as any painting that you "
                "choose. Nothing is installed, and no picture leaves this computer.",
        "photograph_now": "The photograph",
        "own_photograph": "Choose a file, or drop it on the page", "camera": "Camera",
        "result_now": "The picture that is painted",
        "style": "Style", "brush": "brush strokes", "mosaic": "mosaic", "any": "any painting",
        "alpha": "How far from the photograph", "painting": "Painting",
        "painting_now": "The painting that is chosen", "brush_ours": "brush strokes (ours)",
        "mosaic_ours": "mosaic (ours)", "own": "yours",
        "own_painting": "or yours: choose a file, or drop it here",
        "own_style": "or yours: a .style file of stylegrad train-style",
        "command_lead": "This command of the program does the same:",
        "how": "The networks are those of assets/styles, trained with this project from its own "
               "pictures: 0.28 million weights each. With any painting, features of paintnet are "
               "moved to the mean and covariance of the painting’s, and a decoder paints them.",
        "js": {
            "painted": "{width} × {height} pixels in {ms} ms.", "camera": "Camera",
            "camera_on": "{width} × {height} pixels in {ms} ms, {rate} pictures in a second.",
            "camera_stop": "Stop the camera",
            "no_camera": "There is no camera, or the browser was not allowed to use it.",
        },
    },
    "zh": {
        "to_paint": "作画", "title": "一遍画完", "heading": "一遍画完",
        "lead": "一个学会了某幅画的网络，不到一秒就画好任何照片，摄像头的画面也行；另一个网络可以照你选的任意一幅画来画。"
                "不用安装任何东西，图片也不会离开这台电脑。",
        "photograph_now": "照片",
        "own_photograph": "选一个文件，或拖到网页上", "camera": "摄像头",
        "result_now": "画出的图",
        "style": "风格", "brush": "笔触", "mosaic": "马赛克", "any": "任意一幅画",
        "alpha": "离照片多远", "painting": "画",
        "painting_now": "选中的画", "brush_ours": "笔触（自带）",
        "mosaic_ours": "马赛克（自带）", "own": "自己的",
        "own_painting": "或者用自己的：选一个文件，或拖到这里",
        "own_style": "或者用自己的：stylegrad train-style 生成的 .style 文件",
        "command_lead": "用程序做同样的事的命令：",
        "how": "这两个网络就是 assets/styles 里的，用本项目和它自带的图训练而成，各有 28 万个权重。选任意一幅画时，"
               "paintnet 的特征被移到这幅画的特征的均值和协方差，再由一个解码器画出来。",
        "js": {
            "painted": "{width} × {height} 像素，用了 {ms} 毫秒。", "camera": "摄像头",
            "camera_on": "{width} × {height} 像素，用了 {ms} 毫秒，每秒 {rate} 幅。",
            "camera_stop": "关闭摄像头",
            "no_camera": "没有摄像头，或者浏览器没有得到使用它的许可。",
        },
    },
}


def together(language, *parts):
    """The words of a page: its own, and those that it shares."""
    words, js = {}, {}
    for part in parts:
        words.update(part[language])
        js.update(part[language]["js"])
    return {**words, "js": js}
