-- Builds the page of a lesson, for pandoc: see page.h.
--
-- Metadata: root, the folder of the project; name, "07_content_loss"; folder, where the
-- lesson left its pictures. The pages are root/docs/{en,zh}/NAME.md. In them,
--
--   a paragraph with only  [f](../../lessons/07_content_loss.c#f)  becomes function f of
--   that file, with its comment; a block of code below it, which is for readers of the text
--   itself (docs/generate/quotes.py), is left out, as is one below a transcript;
--   a paragraph with only  [its text](../../lessons/exercises/07_content_loss.c)  becomes
--   that exercise, with its points and commands;
--   a paragraph with only  [its text](hints/07_content_loss.md)  becomes these hints, folded.
--   Behind them are the answers to the questions, folded, when docs/{en,zh}/answers/NAME.md
--   is there: a handout has none;
--   a paragraph with only  [transcript](../../lessons/07_content_loss.expected)  becomes
--   what the program has printed just now, as does one in Chinese of lessons/zh/;
--   ![caption](../figures/07_content_loss/loss.svg)  is the picture of this run, out/'s and
--   not the small one of docs/figures/ for readers of the text itself; so is one of
--   ../figures/07_content_loss/zh/, where the run has left it; alone in its paragraph
--   with a caption, several in one paragraph beside each other;
--   links to pages of other lessons lead to their index.html, and those to other pages of
--   docs/ to theirs when it is there.
--
-- Metadata that may be missing: own, when the run had images or options of the reader.
--
-- For a page of the book (docs/site/build.py) two more say what is wanted: book, the one
-- language, and source, the place of the text; text, when a script has written it elsewhere.
-- Then the output is the text alone. Links
-- and pictures keep their places in the project, marked "rel:", as seen from the source, or
-- "repo:", as seen from root; build.py knows where they are in the book.

local root, name, folder, own, book, source, text_file
local languages = { "en", "zh" }
local words = {
  en = { lang = "en", course = "The course", missing = "This picture was not made in this run: ",
         data = "data", script = "script", pictures = "What the lesson left",
         transcript = "What it printed", contents = "On this page",
         own = "This run used images or options of yours. The text below describes the run "
            .. "without them: what it says about the tower, or about a number, may not hold "
            .. "for yours.",
         exercise = "The exercise in C", points = "points", ["function"] = "function",
         all = "together",
         mine = "`make mine` draws this with your functions: ",
         to_answers = "Answers to the questions",
         start = "copies the blank exercise to mine/%s.c, where you write",
         check = "grades it: each function for itself", hints = "Hints",
         answers = "Answers to the questions (for teachers, and for whoever learns alone)" },
  zh = { lang = "zh-CN", course = "课程目录", missing = "这次运行没有画出这张图：",
         data = "数据", script = "脚本", pictures = "本课留下的图", transcript = "程序的输出",
         contents = "本页内容",
         own = "这次运行用了你自己的图片或选项。下文讲的是不带它们的运行："
            .. "关于塔、关于某个数的说法，对你的图不一定成立。",
         exercise = "编程练习", points = "分值", ["function"] = "函数", all = "合计",
         mine = "这张图由 `make mine` 用你写的函数来画：",
         to_answers = "思考题的答案",
         start = "把空白练习复制到 mine/%s.c，在那里写",
         check = "打分：每个函数各算各的", hints = "提示",
         answers = "思考题的答案（供教师和自学者）" },
}
-- Identifiers of headings are those of the repository's web view.
local FORMAT = "markdown-implicit_figures+lists_without_preceding_blankline+gfm_auto_identifiers"

-- The last line on stderr is the reason that the program shows.
local function stop(format, ...)
  io.stderr:write(string.format(format, ...), "\n")
  os.exit(1)
end

local function read(path)
  local file = io.open(path, "r")
  if not file then return nil end
  local text = file:read("a")
  file:close()
  return text
end

local function exists(path)
  local file = io.open(path, "r")
  if file then file:close() end
  return file ~= nil
end

-- Where a run has left a file for this language: in zh/ what has Chinese text in it, for a
-- lesson whose transcript is there. Pictures without text are the same in both.
local function in_language(path, language)
  local place, file = path:match("^(.*)/([^/]*)$")
  if not place or not exists(place .. "/" .. language .. "/transcript.txt") then return path end
  local translated = place .. "/" .. language .. "/" .. file
  return exists(translated) and translated or path
end

-- The names in a folder, sorted.
local function names_in(path)
  local names = {}
  for line in pandoc.pipe("ls", { path }, ""):gmatch("[^\n]+") do names[#names + 1] = line end
  table.sort(names)
  return names
end

-- ---- Code, by the name of its function ----

-- The lines of a file.
local function lines_of(path)
  local text = read(path) or stop("%s: a page quotes it, but it cannot be read", path)
  local lines = {}
  for line in (text .. "\n"):gmatch("(.-)\r?\n") do lines[#lines + 1] = line end
  return lines
end

-- Whether the definition of `what` begins in this line: at the margin, and with a { at
-- the end of a line before any ; is.
local function begins(lines, at, what)
  local line = lines[at]
  if line:find("^[%s/*#}]") or not line:find("%f[%w_]" .. what .. "%f[^%w_]") then return false end
  for i = at, math.min(at + 8, #lines) do
    if lines[i]:find("{%s*$") then return true end
    if lines[i]:find(";%s*$") then return lines[i]:find("=") ~= nil and i == at end
  end
  return false
end

-- The first line of the comment that ends in the line before `at`.
local function with_comment(lines, at)
  if at > 1 and lines[at - 1]:find("%*/%s*$") then
    local start = at - 1
    while start > 1 and not lines[start]:find("^/%*") do start = start - 1 end
    return start
  end
  local start = at
  while start > 1 and lines[start - 1]:find("^//") do start = start - 1 end
  return start
end

local function quote(path, what)
  local lines = lines_of(root .. "/" .. path)
  for at = 1, #lines do
    if begins(lines, at, what) then
      local last = at
      while last < #lines and not lines[last]:find("^}") and not (last == at and lines[at]:find(";%s*$")) do
        last = last + 1
      end
      return table.concat(lines, "\n", with_comment(lines, at), last), at
    end
  end
  stop("%s has no function %s, which page %s quotes", path, what, name)
end

-- ---- Paths ----

-- "docs/demo.jpg" of "docs/en/../demo.jpg".
local function without_dots(path)
  local parts = {}
  for part in path:gmatch("[^/]+") do
    if part == ".." then table.remove(parts)
    elseif part ~= "." then parts[#parts + 1] = part end
  end
  return table.concat(parts, "/")
end

-- "lessons/07.c" of "../../lessons/07.c", as seen from docs/en/; nil for links elsewhere.
local function inside(target)
  if target:find("^%a[%w+.-]*:") or target:find("^#") or target:find("^/") then return nil end
  if book then return without_dots(source:match("^(.*/)") .. target) end
  local up = target:match("^%.%./%.%./(.*)$")
  return up
end

-- The place of a file of the project, as seen from the page.
local function from_page(path)
  if book then return "repo:" .. path end
  if folder == "out/" .. name then return "../../" .. path end
  local base = root
  if not base:find("^/") then base = pandoc.system.get_working_directory() .. "/" .. base end
  return "file://" .. base .. "/" .. path
end

-- Whether out/ has, or will have, a page of docs/{en,zh}/WHICH.md. Lessons make their own;
-- those of other texts are made together, before any lesson: make pages.
local function has_page(which)
  local function is_lesson(page) return exists(root .. "/lessons/" .. page .. ".c") end
  if is_lesson(which) then return true end
  if not exists(root .. "/docs/en/" .. which .. ".md") then return false end
  return not is_lesson(name) or exists(folder .. "/../" .. which .. "/index.html")
end

-- Where a link leads. Those that this file makes itself begin with "page:".
local function link_target(target, language)
  if book then
    target = target:gsub("^page:", "")
    local elsewhere = target:find("^#") or target:find("^%a[%w+.-]*:")
    return elsewhere and target or "rel:" .. target
  end
  local text, part = target:match("^([%w_]+)%.md#?(.*)$")
  if text == "README" then return "../index.html" end
  if text and has_page(text) then
    return "../" .. text .. "/index.html" .. (part ~= "" and "#" .. language .. "-" .. part or "")
  end
  if target:find("^page:") then return (target:gsub("^page:", "")) end
  if target:find("^#") then return "#" .. language .. "-" .. target:sub(2) end
  if target:find("^%a[%w+.-]*:") then return target end
  local path = (inside(target) or ""):gsub("(%.[ch])#.*$", "%1")
  path = path ~= "" and path or nil
  local out, file = (path or ""):match("^out/([%w_]+)/(.*)$")
  if out == name then return file end
  if out then return "../" .. out .. "/" .. file end
  return from_page(path or ("docs/" .. language .. "/" .. target))
end

-- ---- Blocks ----

-- Code of a file, and below it a link to the file.
local function quoted(code, path, where)
  local link = pandoc.Link({ pandoc.Str(where) }, "page:" .. from_page(path))
  return pandoc.Div({ pandoc.CodeBlock(code, pandoc.Attr("", { "c" })),
                      pandoc.Div({ pandoc.Plain({ link }) }, pandoc.Attr("", { "where" })) },
                    pandoc.Attr("", { "quoted" }))
end

local function code_block(path, what)
  local code, line = quote(path, what)
  return quoted(code, path, path .. ":" .. line)
end

local function transcript(language)
  local path = in_language(folder .. "/transcript.txt", language)
  local text = read(path) or stop("%s is missing", path)
  return pandoc.CodeBlock((text:gsub("\n$", "")), pandoc.Attr("", { "transcript" }))
end

-- ---- Exercises ----

-- Pairs of a function of the lesson's exercise and its points.
local function points_of(lesson)
  local list = {}
  for line in (read(root .. "/lessons/exercises/points.txt") or ""):gmatch("[^\n]+") do
    local where, what, points = line:match("^(%S+) (%S+) (%d+)$")
    if where == lesson then list[#list + 1] = { what, tonumber(points) } end
  end
  return list
end

local function points_table(list, language)
  local w, sum = words[language], 0
  local function row(what, points)
    return { { pandoc.Plain({ what }) }, { pandoc.Plain({ pandoc.Str(points) }) } }
  end
  local rows = {}
  for _, entry in ipairs(list) do
    rows[#rows + 1] = row(pandoc.Code(entry[1]), tostring(entry[2]))
    sum = sum + entry[2]
  end
  if #list > 1 then rows[#rows + 1] = row(pandoc.Str(w.all), tostring(sum)) end
  local head = row(pandoc.Str(w["function"]), w.points)
  local sides = { pandoc.AlignLeft, pandoc.AlignRight }
  return pandoc.utils.from_simple_table(pandoc.SimpleTable({}, sides, { 0, 0 }, head, rows))
end

-- What a student needs to begin: commands, points, and the file without its #include.
local function exercise(lesson, language)
  local w, number, path = words[language], lesson:sub(1, 2), "lessons/exercises/" .. lesson .. ".c"
  local translated = "lessons/exercises/" .. language .. "/" .. lesson .. ".c"
  if exists(root .. "/" .. translated) then path = translated end
  local text = read(root .. "/" .. path) or stop("%s: a page shows it, but it cannot be read", path)
  text = text:gsub("#include [^\n]*\n", ""):gsub("^%s+", ""):gsub("%s+$", "")
  local commands = string.format("make start-%s    # %s\nmake check-%s    # %s", number,
    string.format(w.start, lesson), number, w.check)
  local blocks = { pandoc.Header(3, { pandoc.Str(w.exercise) }, pandoc.Attr("exercise")),
                   pandoc.CodeBlock(commands, pandoc.Attr("", { "sh" })) }
  local list = points_of(lesson)
  if #list > 0 then blocks[#blocks + 1] = points_table(list, language) end
  blocks[#blocks + 1] = quoted(text, path, path)
  return blocks
end

-- A page of a folder of docs/en or docs/zh within this page, without its title; headings are
-- `deeper` levels further down, and links lead from one folder further up.
local function inner(path, deeper)
  local text = read(path)
  if not text then return nil end
  local blocks = pandoc.read(text, FORMAT).blocks
  if #blocks > 0 and blocks[1].t == "Header" then table.remove(blocks, 1) end
  return pandoc.walk_block(pandoc.Div(blocks), {
    Header = function(header)
      header.level = header.level + deeper
      header.identifier = ""
      return header
    end,
    Link = function(link)
      link.target = link.target:gsub("^%.%./", "")
      return link
    end,
  }).content
end

local function hints(lesson, language)
  local blocks = inner(root .. "/docs/" .. language .. "/hints/" .. lesson .. ".md", 2)
    or stop("page %s has no hints for %s", language, lesson)
  local head = pandoc.Header(3, { pandoc.Str(words[language].hints) }, pandoc.Attr("hints"))
  table.insert(blocks, 1, head)
  local path = "answers/" .. lesson .. ".md"
  local answers = inner(root .. "/docs/" .. language .. "/" .. path, 2)
  if answers and book then
    local link = pandoc.Link({ pandoc.Str(words[language].to_answers) }, path)
    blocks[#blocks + 1] = pandoc.Para({ link })
  elseif answers then
    blocks[#blocks + 1] = pandoc.RawBlock("html", '<details class="answers"><summary>' ..
      words[language].answers .. "</summary>")
    for _, block in ipairs(answers) do blocks[#blocks + 1] = block end
    blocks[#blocks + 1] = pandoc.RawBlock("html", "</details>")
  end
  return blocks
end

-- " (data, script)" behind the caption of a plot.
local function sources(file, language)
  local stem = file:match("^(.*)%.%w+$")
  if not stem or not exists(folder .. "/" .. stem .. ".gp") then return {} end
  local w = words[language]
  local place = book and "repo:" .. folder .. "/" .. stem or "page:" .. stem
  return { pandoc.Space(), pandoc.Span({
    pandoc.Link({ pandoc.Str(w.data) }, place .. ".csv"), pandoc.Str(" · "),
    pandoc.Link({ pandoc.Str(w.script) }, place .. ".gp") }, pandoc.Attr("", { "sources" })) }
end

-- Plots are as wide as the page, drawings as they are, small pictures enlarged.
local function kind(file)
  if not file:find("%.svg$") then return "picture" end
  return exists(folder .. "/" .. file:gsub("svg$", "gp")) and "plot" or "drawing"
end

-- What a page of the book says of a picture that only its reader can make.
local function readers_own(image, language)
  local text = pandoc.read(words[language].mine, FORMAT).blocks[1].content
  text[#text + 1] = pandoc.Space()
  for _, inline in ipairs(image.caption) do text[#text + 1] = inline end
  return pandoc.Div({ pandoc.Para(text) }, pandoc.Attr("", { "caption" }))
end

-- A picture with its caption below. `image.src` is as written in the page.
local function figure(image, language)
  local path = inside(image.src)
  if book and path and path:find("^out/mine/") then return readers_own(image, language) end
  local file = path and path:match("^out/" .. name .. "/(.*)$")
  local caption = { table.unpack(image.caption) }
  local place = file and (folder .. "/" .. file) or (path and root .. "/" .. path) or image.src
  if path then place = in_language(place, language) end
  if file then file = place:sub(#folder + 2) end
  if book and path and not exists(place) then stop("%s is not there; page %s shows it", path, name) end
  if not book and not exists(place) then
    io.stderr:write(name, ": ", place, " is not there\n")
    return pandoc.Div({ pandoc.Para({ pandoc.Emph({ pandoc.Str(words[language].missing .. (file or image.src)) }) }) },
                      pandoc.Attr("", { "figure" }))
  end
  for _, inline in ipairs(file and sources(file, language) or {}) do caption[#caption + 1] = inline end
  local alt = pandoc.utils.stringify(image.caption)
  if book and path then place = "repo:" .. place:gsub("^%./", "") end
  return pandoc.Div({ pandoc.Div({ pandoc.Plain({ pandoc.Image({ pandoc.Str(alt) }, place) }) },
                                 pandoc.Attr("", { "scroll" })),
                      pandoc.Div({ pandoc.Plain(caption) }, pandoc.Attr("", { "caption" })) },
                    pandoc.Attr("", { "figure", kind(file or "") }))
end

-- The images of a paragraph that has nothing else, or nil.
local function only_images(inlines)
  local images = {}
  for _, inline in ipairs(inlines) do
    if inline.t == "Image" then images[#images + 1] = inline
    elseif inline.t ~= "Space" and inline.t ~= "SoftBreak" then return nil end
  end
  return #images > 0 and images or nil
end

-- The table number `which` of another page, whose links lead from here then.
local function table_of(page, which)
  local place = source:match("^(.*/)") .. page
  local blocks = pandoc.read(read(root .. "/" .. place) or stop("%s is not there", place), FORMAT).blocks
  for _, block in ipairs(blocks) do
    if block.t == "Table" then which = which - 1 end
    if block.t == "Table" and which == 0 then
      return pandoc.walk_block(pandoc.Div({ block }), { Link = function(link)
        link.target = page:match("^(.*/)") .. link.target
        return link
      end })
    end
  end
  stop("%s has no such table", place)
end

local function paragraph(block, language)
  local only = #block.content == 1 and block.content[1]
  if only and only.t == "Link" then
    local path, what = only.target:match("^%.%./%.%./([%w_/.-]+%.[chl][%w]*)#([%w_]+)$")
    if path then return code_block(path, what) end
    local lesson = only.target:match("^%.%./%.%./lessons/exercises/([%w_]+)%.c$")
    if lesson then return exercise(lesson, language) end
    lesson = only.target:match("^hints/([%w_]+)%.md$")
    if lesson then return hints(lesson, language) end
    if only.target:find("^%.%./%l%l/[%w_]+%.md$") then return {} end -- the other language is here
    if only.target:find("%.expected$") then return transcript(language) end
    local page, part = only.target:match("^(.*%.md)#table(%d*)$")
    if page then return table_of(page, tonumber(part) or 1) end
  end
  local images = only_images(block.content)
  if not images then return nil end
  local figures = {}
  for i, image in ipairs(images) do figures[i] = figure(image, language) end
  if #figures == 1 then return figures[1] end
  return pandoc.Div(figures, pandoc.Attr("", { "row" }))
end

-- ---- The whole page ----

-- Pictures and transcript only, for a lesson whose page is not written.
local function without_page(language)
  local blocks = { pandoc.Header(1, { pandoc.Str(name) }),
                   pandoc.Header(2, { pandoc.Str(words[language].pictures) }) }
  for _, file in ipairs(names_in(folder)) do
    if file:find("%.png$") or file:find("%.svg$") then
      blocks[#blocks + 1] = figure({ src = "../../out/" .. name .. "/" .. file,
                                     caption = { pandoc.Str(file) } }, language)
    end
  end
  blocks[#blocks + 1] = pandoc.Header(2, { pandoc.Str(words[language].transcript) })
  blocks[#blocks + 1] = transcript(language)
  return blocks
end

-- A line break in the source between two Chinese characters is no space.
local function without_breaks(inlines)
  local out = {}
  for i, inline in ipairs(inlines) do
    local before, after = inlines[i - 1], inlines[i + 1]
    local chinese = inline.t == "SoftBreak" and before and after
      and pandoc.utils.stringify(before):find("[\227-\239][\128-\191][\128-\191]$")
      and pandoc.utils.stringify(after):find("^[\227-\239][\128-\191][\128-\191]")
    if not chinese then out[#out + 1] = inline end
  end
  return out
end

-- pandoc lets every parenthesis grow with what it encloses, as only \left( should; and it
-- leaves what it cannot read as it is.
local function readable(math)
  if not pandoc.write or not PANDOC_WRITER_OPTIONS then return nil end
  local html = pandoc.write(pandoc.Pandoc({ pandoc.Plain({ math }) }), "html",
                            { html_math_method = "mathml" })
  if not html:find("<math") then stop("pandoc cannot read the formula %s", math.text) end
  if math.text:find("\\left%A") or math.text:find("\\begin") then return nil end
  return pandoc.RawInline("html", (html:gsub('stretchy="true"', 'stretchy="false"')))
end

-- A formula in a line of its own scrolls in a box when it is wider than the page.
local function formula(math)
  local result = readable(math)
  if math.mathtype ~= "DisplayMath" then return result end
  return pandoc.Span({ result or math }, pandoc.Attr("", { "formula" }))
end

-- Links to the sections of a long page.
local function contents(blocks, language)
  local items = {}
  local also = { [language .. "-exercise"] = true, [language .. "-hints"] = true }
  for _, block in ipairs(blocks) do
    if block.t == "Header" and (block.level == 2 or also[block.identifier]) then
      local text = pandoc.Str(pandoc.utils.stringify(block))
      items[#items + 1] = { pandoc.Plain({ pandoc.Link({ text }, "#" .. block.identifier) }) }
    end
  end
  if #items < 4 then return nil end
  return pandoc.Div({ pandoc.Plain({ pandoc.Strong({ pandoc.Str(words[language].contents) }) }),
                      pandoc.BulletList(items) }, pandoc.Attr("", { "contents" }))
end

-- The place of the first block behind the title.
local function behind_title(blocks)
  for i, block in ipairs(blocks) do
    if block.t == "Header" and block.level == 1 then return i + 1 end
  end
  return 1
end

-- Whether a paragraph is replaced by code or by a transcript.
local function is_quote(block)
  local only = block.t == "Para" and #block.content == 1 and block.content[1]
  return only and only.t == "Link"
    and (only.target:find("%.[chl]%w*#[%w_]+$") or only.target:find("%.expected$")) ~= nil
end

-- Without what the text has only for those who read it as it is. Which edition of a picture
-- is shown depends on the run: see in_language.
local function of_this_run(blocks, language)
  local kept = {}
  for i, block in ipairs(blocks) do
    local copy = block.t == "CodeBlock" and i > 1 and is_quote(blocks[i - 1])
    if not copy then kept[#kept + 1] = block end
  end
  return pandoc.walk_block(pandoc.Div(kept), {
    Image = function(image)
      image.src = image.src:gsub("^%.%./figures/([%w_]+/)" .. language .. "/", "../figures/%1")
        :gsub("^%.%./figures/", "../../out/")
      return image
    end,
  }).content
end

-- The blocks of one language, its links and pictures put in place.
local function article(language)
  local text = read(root .. "/" .. (text_file or "docs/" .. language .. "/" .. name .. ".md"))
  local blocks = text and pandoc.read(text, FORMAT).blocks or without_page(language)
  blocks = of_this_run(blocks, language)
  local div = pandoc.Div(blocks, pandoc.Attr(language, { "page" }, { lang = words[language].lang }))
  div = pandoc.walk_block(div, { Para = function(block) return paragraph(block, language) end })
  return pandoc.walk_block(div, {
    Link = function(link)
      link.target = link_target(link.target, language)
      return link
    end,
    Inlines = without_breaks,
    Math = formula,
    Header = function(header)
      if header.identifier ~= "" and not book then header.identifier = language .. "-" .. header.identifier end
      return header
    end,
    Table = function(block) return pandoc.Div({ block }, pandoc.Attr("", { "table" })) end,
  })
end

-- "07 · Content loss", the first line of a page.
local function title(lesson, language)
  local text = read(root .. "/docs/" .. language .. "/" .. lesson .. ".md") or ""
  return text:match("^#%s*([^\n]+)") or lesson
end

-- The lessons before and after this one.
local function neighbours()
  local before, after
  if not name:find("^%d%d_") then return nil, nil end
  for _, file in ipairs(names_in(root .. "/lessons")) do
    local lesson = file:match("^(%d%d_[%w_]+)%.c$")
    if lesson and lesson < name then before = lesson end
    if lesson and lesson > name and not after then after = lesson end
  end
  return before, after
end

local function navigation(language, where)
  local before, after = neighbours()
  local function link(lesson, class, arrow)
    if not lesson then return pandoc.Span({}, pandoc.Attr("", { class })) end
    local text = arrow == "←" and "← " .. title(lesson, language) or title(lesson, language) .. " →"
    return pandoc.Span({ pandoc.Link({ pandoc.Str(text) }, "../" .. lesson .. "/index.html") },
                       pandoc.Attr("", { class }))
  end
  return pandoc.Div({ pandoc.Plain({
    link(before, "before", "←"),
    pandoc.Span({ pandoc.Link({ pandoc.Str(words[language].course) }, "../index.html") }, pandoc.Attr("", { "up" })),
    link(after, "after", "→") }) }, pandoc.Attr("", { "navigation", where }))
end

local function page(doc)
  root = pandoc.utils.stringify(doc.meta.root)
  name = pandoc.utils.stringify(doc.meta.name)
  folder = pandoc.utils.stringify(doc.meta.folder)
  own = doc.meta.own ~= nil
  if doc.meta.book then
    book = pandoc.utils.stringify(doc.meta.book)
    source = pandoc.utils.stringify(doc.meta.source)
    text_file = pandoc.utils.stringify(doc.meta.text or doc.meta.source)
    return pandoc.Pandoc(article(book).content, doc.meta)
  end
  local blocks = {}
  for _, language in ipairs(languages) do
    local div = article(language)
    local begin, list = behind_title(div.content), contents(div.content, language)
    if list then table.insert(div.content, begin, list) end
    if own then
      local warning = pandoc.Para({ pandoc.Str(words[language].own) })
      table.insert(div.content, begin, pandoc.Div({ warning }, pandoc.Attr("", { "own" })))
    end
    table.insert(div.content, 1, navigation(language, "top"))
    div.content[#div.content + 1] = navigation(language, "bottom")
    blocks[#blocks + 1] = div
  end
  doc.meta.pagetitle = title(name, "en")
  return pandoc.Pandoc(blocks, doc.meta)
end

-- Without pandoc's list of callers behind a message.
function Pandoc(doc)
  local good, result = pcall(page, doc)
  return good and result or stop("%s", tostring(result))
end
