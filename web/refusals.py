#!/usr/bin/env python3
"""What the modules say when something is wrong, in Chinese. The sentences of C are English: a page
that is Chinese knows each by its format (web/page/common.js), and puts what C has put into it
behind {1}, {2} in its translation; a part that is a sentence or a word of this list is translated,
too. web/test/refusals.py finds what C can say and this list has not.

    [what C says, what the Chinese page says]"""
import json
import re
import sys

# What stands in other sentences.
WORDS = [
    ["the photograph", "照片"],
    ["the painting", "画"],
    ["the first picture", "起始图"],
    ["photograph", "照片"],
    ["painting", "画"],
    ["the style", "风格文件"],
    ["the decoder", "解码器"],
    ["the weights of paintnet", "paintnet 的权重"],
    ["the run", "这次运行"],
    ["yes or no", "yes 或 no"],
    ["a whole number", "一个整数"],
    ["a number", "数"],
    ["a weight", "权重"],
    ["a factor", "倍数"],
    ["a decay", "衰减"],
    ["a learning rate", "学习率"],
    ["three numbers", "三个数"],
    ["pixels", "像素数"],
    ["steps", "步数"],
    ["evaluations", "计算次数"],
    ["pairs", "对数"],
    ["sizes", "大小的个数"],
    ["a whole number of %s", "{1}，整数，"],
    ["%s from %g to %g", "{1}，从 {2} 到 {3}"],
    ["%s of at least %g", "{1}，至少 {2}"],
    ["one of %s", "其中一个：{1}"],
    ["'%s', '%s LOW HIGH' or '%s DEVIATION'", "“{1}”、“{2} 最小 最大”或“{3} 标准差”"],
    ["at most %d stages as %s", "至多 {1} 个阶段，例如 512:500,800:200：512 像素画 500 步，再 800 像素画 200 步"],
    ["two numbers, the lower one first, or none", "两个数，小的在前；或者 none"],
    ["crop it, for it is too narrow", "图太窄，请裁剪"],
    ["use --size %d (a style, --style-size) or more", "请用 {1} 像素或更大的长边"],
]

# How a run ends.
ENDS = [
    ["all steps are done", "全部步数已完成"],
    ["stopped on request", "已按要求停止"],
    ["all evaluations are done", "全部计算次数已用完"],
    ["the line search finds no lower loss", "线搜索找不到更低的损失"],
    ["a pixel is no longer a finite number", "有像素不再是有限的数"],
    ["the loss hardly falls any more", "损失几乎不再下降"],
    ["the loss or the gradient is not a finite number%s", "损失或梯度不再是有限的数"],
]

# The page's own side of the module, and web/.
PAGE = [
    ["the module has ended itself (%s)", "模块自己结束了（{1}）"],
    ["the file is damaged at %s; load it again", "文件在 {1} 处损坏；请重新载入"],
    ["the file is no .safetensors file; load another one", "这不是 .safetensors 文件；请换一个"],
    ["the file is no style; 'stylegrad train-style' makes one",
     "这不是风格文件；stylegrad train-style 可以生成"],
    ["the style is of another version; train it again", "风格文件的版本不同；请重新训练"],
    ["the file is no decoder of any style; load the page again",
     "这不是任意风格的解码器；请重新载入网页"],
    ["the decoder is of another version; load the page again", "解码器的版本不同；请重新载入网页"],
    ["there is no memory for %zu more bytes of %s; choose a smaller size",
     "内存不够，{2}还要 {1} 字节；请选小一些的长边"],
    ["%s:%d: %s: %s does not hold]", "程序自身出了错：{4} 不成立]（{1} 第 {2} 行）"],
    ["the decoder's light is %g; load the page again", "解码器的明暗是 {1}；请重新载入网页"],
    ["load the decoder first", "请先载入解码器"],
    ["choose a painting first", "请先选一幅画"],
    ["choose a style first", "请先选一种风格"],
    ["choose %s first", "请先选{1}"],
    ["there is no picture %d", "没有第 {1} 张图"],
    ["%s has %d x %d pixels; a page takes up to %d x %d",
     "{1}有 {2} × {3} 像素；网页最多能用 {4} × {5} 像素"],
    ["%s is %d x %d pixels; each side needs at least %d; choose a larger picture",
     "{1}只有 {2} × {3} 像素；每边至少要 {4} 像素，请换一张大一些的"],
    ["%s would be %d x %d pixels; choose a smaller size, or a picture that is less narrow",
     "{1}会有 {2} × {3} 像素；请选小一些的长边，或换一张不那么窄的"],
    ["there is no setting '%s'", "没有叫“{1}”的设置"],
    ["%s '%s': write %s", "{1} 不能是“{2}”：请写{3}"],
    ["size %d: a page paints up to %d pixels; choose a smaller size, or use the program",
     "长边 {1}：网页最多画 {2} 像素；请选小一些的，或者用程序画"],
    ["init stylized: a page has no network for that; choose content, noise or style",
     "起始图 stylized：网页没有所需的网络；请选 content、noise 或 style"],
    ["size %d: choose one from %d to %d pixels", "长边 {1}：请选 {2} 到 {3} 像素"],
]

LIBRARY = [
    ["%s: no tensor %s, so these are not the weights of a decoder; name another file",
     "{1}：没有张量 {2}，所以不是解码器的权重；请换一个文件"],
    ["%s: %s is %s, this program's decoder needs %s; use a newer stylegrad, or another file",
     "{1}：{2} 是 {3}，本程序的解码器要 {4}；请用新一些的 stylegrad，或换一个文件"],
    ["%s: %s holds NaN or infinite numbers; the file is damaged, get it again",
     "{1}：{2} 里有 NaN 或无穷大；文件已损坏，请重新获取"],
    ["the picture is too small: a style paints at least %d x %d pixels, got %d x %d (width x "
     "height); use a larger one", "图太小：风格至少要画 {1} × {2} 像素，这里是 {3} × {4}（宽 × 高）；请换大一些的"],
    ["the %s is too small: any style needs at least %d x %d pixels, got %d x %d (width x height); "
     "use a larger one", "{1}太小：任意风格至少要 {2} × {3} 像素，这里是 {4} × {5}（宽 × 高）；请换大一些的"],
    ["there is no network \"%.60s\"; choose %s", "没有叫“{1}”的网络；请选 {2}"],
    ["%s has no layer \"%.40s\"; choose from%s", "{1} 没有叫“{2}”的层；可以选{3}"],
    ["%s has no weights for layer %s%s%s; name other layers or use a complete file",
     "{1} 没有 {2}{3}{4} 层的权重；请选别的层，或用完整的文件"],
    ["the image is too small: layer %s of %s needs at least %d x %d pixels, got %d x %d (width x "
     "height); use a larger image (--size) or a layer nearer the input",
     "图太小：{2} 的 {1} 层至少要 {3} × {4} 像素，这里是 {5} × {6}（宽 × 高）；请用大一些的长边，或靠前一些的层"],
    ["%s: no tensor %s.weight, so these are not the weights of %s; it holds %zu tensor%s%s; %s",
     "{1}：没有张量 {2}.weight，所以不是 {3} 的权重；里面有 {4} 个张量"],
    ["%s: tensor %s%s.%s is missing although %s is there; %s",
     "{1}：有 {5}，却没有张量 {2}{3}.{4}；文件不完整"],
    ["%s ends at %s, but layer %s was asked for; choose layers up to %s or use a complete file",
     "{1} 到 {2} 层为止，要的却是 {3} 层；请选不晚于 {4} 的层，或用完整的文件"],
    ["%s: layer %s: %s is %s, %s needs %s; %s", "{1}：{2} 层的 {3} 是 {4}，{5} 要的是 {6}"],
    ["%s: layer %s: %s holds NaN or infinite numbers; the file is damaged, get it again",
     "{1}：{2} 层的 {3} 里有 NaN 或无穷大；文件已损坏，请重新获取"],
    ["%s: it looks like %s, not %s: choose that network or another file",
     "{1}：看起来是 {2}，不是 {3}：请选那个网络，或换一个文件"],
    ["%s: its kernels are Theano's, turned by 180 degrees; %s",
     "{1}：卷积核是 Theano 的，转了 180 度；请转换后再用"],
    ["a style, which paints by itself and compares nothing; %s", "一个风格文件，它自己会画，但不能用来比较"],
    ["kernels in TensorFlow's order, (height, width, in, out); %s",
     "卷积核按 TensorFlow 的次序排列（高、宽、入、出）；请转置后再用"],
    ["a %s with batch normalisation, which is not read: %s", "带批归一化的 {1}，不支持；请用不带批归一化的权重"],
    ["a %s, which is not read: recipes name layers that it does not have; %s",
     "{1}，不支持；请用 vgg19 或 vgg16 的权重"],
    ["%s: is %d x %d pixels after scaling; each side needs at least %d; %s",
     "{1}缩放后是 {2} × {3} 像素；每边至少要 {4} 像素；{5}"],
    ["%s: would be %d x %d pixels; choose a smaller --size", "{1}会有 {2} × {3} 像素；请选小一些的长边"],
    ["all weights are 0, so there is nothing to minimise; %s",
     "所有权重都是 0，没有什么可以最小化；请给内容或风格一个权重"],
    ["the style form %s compares means, which a mask would shift; choose another --style-form",
     "风格形式 {1} 比较均值，遮罩会使它偏移；请选另一种"],
    ["--pyramid %d: a run of %d steps to %d pixels has room for %d level%s, %s",
     "金字塔 {1} 层太多：{2} 步画到 {3} 像素，只够 {4} 层，每层是下一层的一半"],
    ["layers are written as name:weight,name:weight; see --help", "层写成 名字:权重,名字:权重"],
    ["layer %s: '%s' is not a weight; write %s:1", "层 {1}：“{2}”不是权重；请写 {3}:1"],
    ["'%s' is not the name of a layer", "“{1}”不是层的名字"],
    ["more than %d layers in one list; %s", "一个列表里超过了 {1} 层；请去掉几层"],
    ["layer %s is named twice; name it once, with the sum of the weights",
     "层 {1} 写了两次；请只写一次，权重相加"],
    ["the stages have %.0f steps together, and may have %d", "各阶段一共 {1} 步，最多 {2} 步"],
    ["size is %d, but the first stage has %d; make them equal", "长边是 {1}，第一阶段却是 {2}；请改成一样"],
    ["steps is %d, but the first stage has %d; make them equal", "步数是 {1}，第一阶段却是 {2}；请改成一样"],
    ["store half rounds features to 11 bits, which is not for double precision; use stylegrad, or "
     "remove store", "store half 把特征舍入到 11 位，双精度不用它；请用 stylegrad，或者去掉 store"],
    ["with 'input pixels' the network reads the recipe's range, so its features cannot be scaled; "
     "remove input or features", "用 input pixels 时，网络按配方的范围读取，特征不能再缩放；请去掉 input 或 features"],
    ["decay and drop-step are two plans for one rate; keep one",
     "decay 和 drop-step 是学习率的两种安排；请只留一种"],
    ["decay and decay-every belong together; give both", "decay 和 decay-every 要一起给出"],
    ["drop-step says when, but not to what; give drop-lr", "drop-step 说了何时，没说降到多少；请给出 drop-lr"],
    ["a rate that changes must begin somewhere; give lr", "会变的学习率要有开头；请给出 lr"],
    ["clamp-steps says when, but not to what; give clamp",
     "clamp-steps 说了何时，没说限制到多少；请给出 clamp"],
    ["clamp cannot be combined with line-search, %s", "clamp 不能和 line-search 一起用；请去掉其中一个"],
    ["the weights end at %s, too early to paint with; %s", "权重到 {1} 层为止，太早，不够用来作画；请指定层"],
    ["--optim %s has no usual rate for these losses; %s", "优化器 {1} 对这些损失没有通用的学习率；请换一个优化器"],
    ["--lr %g: is too small for --optim anneal, whose temperature would be infinite; %s",
     "学习率 {1} 对退火太小，温度会是无穷大；请用大一些的"],
]

# What a tape refuses: CHECKs, which a reader's formula can meet.
TAPE = [
    ["broadcast: %s to %s; a side must be the same, or 1 in the first",
     "broadcast：{1} 变不成 {2}；每一边要相同，或者前者是 1"],
    ["%s: axis %d is none of 0, 1, 2, 3", "{1}：轴 {2} 不是 0、1、2、3 中的一个"],
    ["matmul: %s%s times %s%s does not fit", "matmul：{1}{2} 乘 {3}{4} 的形状不合"],
    ["%s: %s against %s", "{1}：{2} 与 {3} 的形状不同"],
    ["pow: element %zu is %g, whose power %g is not real", "pow：第 {1} 个数是 {2}，它的 {3} 次幂不是实数"],
    ["gradcheck: a step of %g", "梯度检验：步长 {1} 不行"],
    ["backward: no variable leads to node %d (%s)", "反向：没有变量通向节点 {1}（{2}）"],
    ["gram of %s: the divisor is 0", "{1} 的 gram：除数是 0"],
    ["conv2d: stride %d, pad %d", "conv2d：步长 {1}、填充 {2} 不行"],
    ["conv2d: %d groups, dilation %d", "conv2d：{1} 组、空洞 {2} 不行"],
    ["conv2d: %d groups for %d output channels: %s against %s",
     "conv2d：{1} 组分不了 {2} 个输出通道：{3} 与 {4}"],
    ["conv2d: input has %d channels, weight needs %lld: %s against %s",
     "conv2d：输入有 {1} 个通道，权重要 {2} 个：{3} 与 {4}"],
    ["conv2d: %s is too small to be mirrored by %d pixels, with weight %s",
     "conv2d：{1} 太小，不能镜像 {2} 个像素（权重 {3}）"],
    ["conv2d: kernel is larger than input with pad %d: %s against %s",
     "conv2d：填充 {1} 时，卷积核比输入大：{2} 与 {3}"],
    ["conv2d: bias %s against weight %s", "conv2d：偏置 {1} 与权重 {2} 不合"],
    ["%s: kernel %d, not 1 to 16", "{1}：窗口 {2} 不在 1 到 16 之间"],
    ["%s: stride %d", "{1}：步长 {2} 不行"],
    ["%s: pad %d is more than half of kernel %d", "{1}：填充 {2} 超过了窗口 {3} 的一半"],
    ["%s: kernel %d does not fit into %s, pad %d", "{1}：窗口 {2} 放不进 {3}（填充 {4}）"],
    ["upsample: %s by a factor of %d", "upsample：{1} 不能放大 {2} 倍"],
    ["no memory for %zu more bytes of %s", "内存不够，{2}还要 {1} 字节"],
    ["shape %s has an empty side", "形状 {1} 有一边是空的"],
    ["shape %s is too large", "形状 {1} 太大"],
    ["%g: a whole number from 0 to 64 is needed", "{1}：要 0 到 64 的整数"],
    ["a loss is one number, not %s", "损失是一个数，不是 {1}"],
]

LESSONS = [
    ["cannot make the folder %s: %s; choose another name", "建不了文件夹 {1}：{2}"],
    ["cannot %s %s: %s; %s", "读不了 {2}：{3}；请换一张图片"],
    ["%s is larger than %zu bytes, the most that is read; %s", "{1} 超过了 {2} 字节，太大了"],
    ["%s changed its size while being read; %s", "{1} 在读取时变了大小；请再试一次"],
    ["%s is empty; is it the right file?", "{1} 是空的；文件对吗？"],
    ["%s is a folder; name a file in it", "{1} 是文件夹；请选里面的一个文件"],
    ["cannot write %s: an image's name ends in %s", "写不了 {1}：图片的名字要以 .png 等结尾"],
    ["cannot write %s: %d x %d pixels are too many for this format; make the image smaller",
     "写不了 {1}：{2} × {3} 像素太多；请把图缩小"],
    ["cannot write %s: the image contains NaN; lower the learning rate",
     "写不了 {1}：图里有 NaN；请降低学习率"],
    ["cannot write %s: %s; choose another name", "写不了 {1}：{2}"],
    ["%s: a plot ends in .png or .svg; choose one of them", "{1}：曲线图要以 .png 或 .svg 结尾"],
    ["%s: a plot needs a name before its ending", "{1}：曲线图要有名字"],
    ["a plot cannot be written to a name with a line break or another control character; %s",
     "曲线图的名字里不能有换行或别的控制字符"],
    ["no side of an image may be shorter than 18 pixels", "图的每一边至少要 18 像素"],
    ["give two frames of a film, which have the same size, and a painting",
     "请给出一段影片里大小相同的两帧，和一幅画"],
    ["%s: %s has no layer relu1_1; lessons look at layers of a VGG, take the weights of one",
     "{1}：{2} 没有 relu1_1 层；课程要看 VGG 的层，请用 VGG 的权重"],
    ["no memory for the transcript", "内存不够，记不下输出"],
    ["%s: is %d x %d pixels; each side needs at least %d; enlarge or crop the image first",
     "{1} 只有 {2} × {3} 像素；每边至少要 {4} 像素，请换一张大一些的"],
    ["%s: a page reads pictures; choose one", "{1}：网页读的是图片；请选一张"],
    ["%s is not here; load the page again", "没有 {1}；请重新载入网页"],
    ["there is no memory for a file; close other pages", "内存不够，放不下一个文件；请关掉别的网页"],
    ["%s: the page has not decoded it; choose another picture", "{1}：网页没能解码；请换一张图片"],
    ["%s is damaged; load the page again", "{1} 损坏了；请重新载入网页"],
    ["there is no lesson %s", "没有 {1} 这一课"],
]

ALL = WORDS + ENDS + PAGE + LIBRARY + TAPE + LESSONS

# What is said of something: "style-layers: layer relu1_1 is named twice".
OF_SOMETHING = ["^(.*?): (.*)$", "{1}：{2}"]

CONVERSION = re.compile(r"%[-+ #0]*[\d.]*(?:hh|h|ll|l|z)?[a-zA-Z]")


def pattern(english):
    """A regular expression that finds the sentence, and what C has put into it."""
    parts = [re.sub(r"([.*+?^${}()|\[\]\\/])", r"\\\1", part) for part in CONVERSION.split(english)]
    return "^" + "(.*?)".join(parts) + "$"


def sentences():
    """For the page: [pattern, translation], the most special one first."""
    ordered = sorted(ALL, key=lambda pair: -len(CONVERSION.sub("", pair[0])))
    return [[pattern(english), chinese] for english, chinese in ordered] + [OF_SOMETHING]


if __name__ == "__main__":
    json.dump(sentences(), sys.stdout, ensure_ascii=False)
