// "Run it here", in the page of a lesson: its program, with the reader's pictures; what it
// prints, and what it draws. lesson_files.js and plot.js stand before it.
"use strict";
(function () {
  const section = document.querySelector(".run-here"), words = PLAY.words;
  const language = section.dataset.language, name = section.dataset.lesson;
  const lesson = { name, ...PLAY.lessons[name] };
  const own = lesson.pictures.map(() => null), figures = new Map();
  let worker = null, began = 0, complaint = "", table = {};

  function make(kind, attributes, parent, text) {
    const made = Object.assign(document.createElement(kind), attributes);
    if (text !== undefined) made.textContent = text;
    if (parent) parent.append(made);
    return made;
  }

  // ---- The page ----

  make("p", {}, section, Tools.fill(lesson.pictures.length ? words.lead_pictures : words.lead,
                                    { time: Tools.timeOf(lesson.seconds, words) }));
  const work = make("div", { className: "work" }, section);
  const pictures = make("div", { className: "pictures" }, work);
  const actions = make("p", { className: "actions" }, work);
  const start = make("button", { type: "button", className: "main" }, actions, words.run);
  const stop = make("button", { type: "button", disabled: true }, actions, words.stop);
  const status = make("p", { className: "status" }, work);
  status.setAttribute("role", "status");
  const trouble = make("p", { className: "trouble", hidden: true }, work);
  trouble.setAttribute("role", "alert");
  const transcript = make("pre", { hidden: true }, section);
  transcript.setAttribute("aria-label", words.transcript);
  const shown = make("div", { className: "shown", hidden: true }, section);

  function complain(text) {
    trouble.textContent = text;
    trouble.hidden = !text;
  }

  // ---- Pictures of the reader ----

  async function take(i, file, box) {
    if (!file) return;
    complain("");
    const read = await Pictures.read(file);
    if (read.wrong) {
      complain(Tools.fill(words[read.wrong], read.said));
      return;
    }
    own[i] = { name: file.name, pixels: read.pixels };
    box.canvas.hidden = box.back.hidden = false;
    Pictures.show(box.canvas, read.pixels);
    box.canvas.setAttribute("aria-label", file.name);
    box.note.textContent = file.name;
  }

  function leave(i, box) {
    own[i] = null;
    box.canvas.hidden = box.back.hidden = true;
    box.input.value = "";
    box.note.textContent = Tools.fill(words.ours, { name: `${lesson.pictures[i]}.png` });
    box.input.focus();
  }

  lesson.pictures.forEach((ours, i) => {
    const field = make("fieldset", { className: "drop" }, pictures), box = {};
    make("legend", {}, field, words[lesson.labels[i]]);
    box.canvas = make("canvas", { className: "chosen", hidden: true }, field);
    box.canvas.setAttribute("role", "img");
    box.note = make("p", { className: "note" }, field,
                    Tools.fill(words.ours, { name: `${ours}.png` }));
    const label = make("label", { className: "file" }, field, `${words.choose} `);
    box.input = make("input", { type: "file", accept: "image/*" }, label);
    box.back = make("button", { type: "button", hidden: true }, field, words.back);
    box.input.onchange = () => take(i, box.input.files[0], box);
    box.back.onclick = () => leave(i, box);
    field.ondragover = (event) => {
      event.preventDefault();
      field.classList.add("over");
    };
    field.ondragleave = () => field.classList.remove("over");
    field.ondrop = (event) => {
      event.preventDefault();
      field.classList.remove("over");
      take(i, event.dataTransfer.files[0], box);
    };
  });

  // ---- What the program leaves ----

  // The figure of a file, which a later file of the same name takes over.
  function figureOf(file) {
    let figure = figures.get(file);
    if (!figure) {
      figure = make("div", { className: "figure" }, shown);
      figures.set(file, figure);
    }
    figure.replaceChildren();
    shown.hidden = false;
    return figure;
  }

  // The words of the page about the figure of its own run; not about one of other pictures.
  function captionOf(file) {
    const stem = file.replace(/\.\w+$/, "");
    const image = own.some(Boolean) ? null
      : [...document.images].find((one) => one.src.replace(/\.\w+$/, "").endsWith(`${name}/${stem}`));
    return image ? image.alt : "";
  }

  function addCaption(figure, file, links) {
    const caption = make("p", { className: "caption" }, figure, `${file} `);
    for (const [word, content, as] of links) {
      const button = make("button", { type: "button" }, caption, word);
      button.onclick = () => Tools.save(new Blob([content]), as);
      caption.append(" ");
    }
  }

  function showPicture(file, bytes) {
    const pixels = LessonFiles.pixelsOf(bytes);
    if (!pixels) return;
    const figure = figureOf(file), canvas = make("canvas", {}, figure);
    Pictures.show(canvas, pixels);
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", captionOf(file) || file);
    const caption = make("p", { className: "caption" }, figure, `${file} `);
    const save = make("button", { type: "button" }, caption, words.save_picture);
    save.onclick = () => canvas.toBlob((blob) => Tools.save(blob, file));
  }

  function showPlot(file, script) {
    const data = table[file.replace(/gp$/, "csv")], plot = data && Plots.read(script, data);
    if (!plot) return;
    const figure = figureOf(file);
    if (plot.title) make("p", { className: "plot-title" }, figure, plot.title);
    const place = make("div", { className: "curves" }, figure);
    let width = 0;
    new ResizeObserver(() => {
      if (place.clientWidth !== width) Plots.draw(place, plot);
      width = place.clientWidth;
    }).observe(place);
    addCaption(figure, file.replace(/gp$/, "svg"),
               [[words.data, data, file.replace(/gp$/, "csv")], [words.script, script, file]]);
  }

  function showGraph(file, text) {
    const graph = Dot.read(text);
    if (!graph) return;
    const figure = figureOf(file), scroll = make("div", { className: "scroll" }, figure);
    Dot.draw(scroll, graph, captionOf(file) || file);
    addCaption(figure, file.replace(/dot$/, "svg"), [[words.script, text, file]]);
  }

  // Files of zh/ take the place of those of the same name before it.
  function takeFile(path, bytes) {
    const file = path.split("/").pop(), kind = file.split(".").pop();
    const text = () => new TextDecoder().decode(bytes);
    if (kind === "png") showPicture(file, bytes);
    else if (kind === "csv") table[file] = text();
    else if (kind === "gp") showPlot(file, text());
    else if (kind === "dot") showGraph(file, text());
  }

  // ---- A run ----

  function running(now) {
    start.disabled = now;
    stop.disabled = !now;
    section.dataset.run = now ? "yes" : "no";
  }

  function end(text) {
    if (worker) worker.terminate();
    worker = null;
    running(false);
    status.textContent = text;
    window.lookAgain();
  }

  const took = () => ((performance.now() - began) / 1000).toFixed(1);
  const sentence = (text) => Tools.translated(
    text.trim().split("\n").pop().replace(`${name}: `, ""), words.sentences);

  const hear = {
    said({ text }) {
      transcript.hidden = false;
      transcript.append(text);
    },
    complained({ text }) { complaint += text; },
    file({ path, bytes }) { takeFile(path, bytes); },
    end({ status: code }) {
      if (code && complaint) complain(sentence(complaint));
      else if (code) complain(words.failed);
      else if (complaint) hear.said({ text: complaint });
      end(Tools.fill(code ? words.ended : words.done, { took: took() }));
    },
    wrong({ text }) {
      complain(Tools.fill(words.stopped_itself, { text: sentence(complaint || text) }));
      end(Tools.fill(words.ended, { took: took() }));
    },
  };

  function clear() {
    complain("");
    complaint = "";
    table = {};
    figures.clear();
    shown.replaceChildren();
    transcript.textContent = "";
    transcript.hidden = shown.hidden = true;
  }

  async function run() {
    if (lesson.together && own.some(Boolean) && !own.every(Boolean)) {
      complain(words.together);
      return;
    }
    clear();
    running(true);
    status.textContent = words.loading;
    const mine = began = performance.now();
    let message;
    try {
      message = await LessonFiles.messageFor(lesson, own, language);
    } catch (error) {
      complain(Tools.fill(words.not_loaded, { text: error.message }));
      end("");
      return;
    }
    if (mine !== began) return; // stopped meanwhile
    status.textContent = Tools.fill(words.running, { time: Tools.timeOf(lesson.seconds, words) });
    began = performance.now();
    worker = Tools.workerOf(PLAY.lesson_worker);
    worker.onmessage = ({ data }) => hear[data.is](data);
    worker.onerror = (event) => hear.wrong({ text: event.message });
    worker.postMessage(message);
  }

  start.onclick = run;
  stop.onclick = () => {
    const text = Tools.fill(words.stopped, { took: took() });
    began = 0;
    end(text);
    start.focus();
  };
  running(false);
  if (!Tools.canCompute()) {
    start.disabled = true;
    complain(words.old_browser);
  }
})();
