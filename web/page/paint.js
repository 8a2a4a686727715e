// The page: reads its settings, starts runs, and shows what they send.
"use strict";
(function () {
  const { words, by, fill, complain, translated, copy } = Page;
  const recipes = PLAY.recipes;
  const one = (selector) => document.querySelector(selector);
  const OURS = { scene: "assets/scene.png", painting: "assets/painting.png",
                 mosaic: "assets/mosaic.png" };
  const WHICH = ["photograph", "painting"];
  const chart = new Curves.Chart(by("curves"), words);
  const pictures = {};                     // by their names, and { photograph, painting } own ones
  const own = { photograph: null, painting: null };
  let state, running = "no";               // no, yes, paused, over
  let started = 0, spent = 0, weights = null, runner = null, ready = false, changed = false;

  const say = (text) => { by("status").textContent = text; };

  // ---- Settings ----

  const recipe = () => recipes[state.recipe];

  function showLayers(term) {
    const chosen = state[`${term}-layers`].split(",");
    for (const box of by(`${term}-layers`).querySelectorAll("input"))
      box.checked = chosen.includes(box.value);
  }

  function showState() {
    by("recipe").value = state.recipe;
    by("recipe-source").textContent = recipe().source +
      (Settings.isOwn(recipe()) ? "" : " — " + words.other_network);
    for (const name of Settings.WEIGHTS)
      by(name).value = Settings.placeOf(recipe(), name, state[name]);
    for (const name of ["size", "steps", "optim", "init", "seed", "colors"])
      by(name).value = state[name];
    showLayers("content");
    showLayers("style");
    for (const which of WHICH) {
      const radio = one(`input[name=${which}][value=${state[which]}]`);
      radio.checked = true;
      showPicture(which);
    }
    showTexts();
  }

  // What follows from the settings: numbers beside sliders, command, address.
  function showTexts() {
    for (const output of document.querySelectorAll("output"))
      output.textContent = state[output.htmlFor.value] +
        (output.htmlFor.value === "size" ? " px" : "");
    for (const name of Settings.WEIGHTS) by(name).setAttribute("aria-valuetext", state[name]);
    const files = Object.fromEntries(WHICH.map((which) => [which,
      state[which] === "own" ? (own[which] ? own[which].name : `${which}.jpg`)
                             : OURS[state[which]]]));
    one("#command code").textContent = Settings.command(recipe(), state, files);
    Page.setAddress(Settings.toAddress(state, recipes));
    if (running === "no") chart.clear(Number(state.steps));
    showButtons();
  }

  function set(name, value) {
    state[name] = value;
    changed = running !== "no";
    complain("");
    showTexts();
  }

  function chooseRecipe(name) {
    const kept = { photograph: state.photograph, painting: state.painting, size: state.size,
                   steps: state.steps };
    state = { ...Settings.base(recipes[name]), recipe: name, ...kept };
    changed = running !== "no";
    showState();
  }

  function readAddress() {
    const { state: said, bad } = Settings.fromAddress(location.hash, recipes);
    state = said;
    for (const which of WHICH)
      if (state[which] === "own" && !own[which]) {
        state[which] = which === "photograph" ? "scene" : "painting";
        complain(words[`choose_${which}`]);
      }
    if (bad.length) complain(fill(words.bad_address, { what: bad.join(", ") }));
    showState();
  }

  function chooseLayer(term) {
    const chosen = [...by(`${term}-layers`).querySelectorAll("input:checked")]
      .map((box) => box.value);
    if (!chosen.length) {
      complain(words.no_layer);
      showLayers(term);
      return;
    }
    set(`${term}-layers`, chosen.join(","));
  }

  function makeControls() {
    for (const name of Object.keys(recipes)) by("recipe").append(new Option(name));
    by("recipe").onchange = () => chooseRecipe(by("recipe").value);
    for (const name of Settings.WEIGHTS)
      by(name).oninput = () => set(name, Settings.weightAt(recipe(), name, by(name).value));
    for (const name of ["size", "steps"]) by(name).oninput = () => set(name, by(name).value);
    for (const name of ["optim", "init", "colors"])
      by(name).onchange = () => set(name, by(name).value);
    by("seed").onchange = () => {
      const seed = Math.min(Math.max(Math.round(Number(by("seed").value)) || 0, 0), 999999);
      by("seed").value = seed;
      set("seed", String(seed));
    };
    for (const term of ["content", "style"])
      for (const layer of Settings.LAYERS) {
        const label = document.createElement("label"), box = document.createElement("input");
        Object.assign(box, { type: "checkbox", value: layer });
        box.onchange = () => chooseLayer(term);
        label.append(box, " " + layer);
        by(`${term}-layers`).append(label);
      }
    by("reset").onclick = () => chooseRecipe(state.recipe);
    window.onhashchange = readAddress;
  }

  // ---- Pictures ----

  const pictureOf = (which) => (state[which] === "own" ? own[which] : pictures[state[which]]);

  function showPicture(which) {
    const picture = pictureOf(which);
    if (picture) Pictures.show(by(`${which}-canvas`), picture.pixels);
    showButtons();
  }

  async function take(which, file) {
    if (!file) return;
    complain("");
    say(fill(words.reading, { name: file.name }));
    const read = await Pictures.read(file);
    say(words.ready);
    if (read.wrong) {
      complain(fill(words[read.wrong], read.said));
      return;
    }
    own[which] = { ...read, name: file.name };
    by(`${which}-name`).textContent = `${file.name}, ${read.width} × ${read.height}`;
    one(`input[name=${which}][value=own]`).parentElement.hidden = false;
    one(`input[name=${which}][value=own]`).checked = true;
    set(which, "own");
    showPicture(which);
    if (Math.max(read.width, read.height) > Pictures.MOST_SIDE)
      say(fill(words.made_smaller, { name: file.name, ...read, w: read.pixels.width,
                                     h: read.pixels.height }));
  }

  function makePictures() {
    for (const which of WHICH) {
      const box = by(`${which}-box`), file = by(`${which}-file`);
      file.onchange = () => take(which, file.files[0]);
      for (const radio of box.querySelectorAll("input[type=radio]"))
        radio.onchange = () => {
          set(which, radio.value);
          showPicture(which);
        };
      box.ondragover = (event) => {
        event.preventDefault();
        box.classList.add("over");
      };
      box.ondragleave = () => box.classList.remove("over");
      box.ondrop = (event) => {
        event.preventDefault();
        box.classList.remove("over");
        take(which, event.dataTransfer.files[0]);
      };
    }
    // Beside the boxes a file that is dropped would take the page's place.
    window.addEventListener("dragover", (event) => event.preventDefault());
    window.addEventListener("drop", (event) => event.preventDefault());
  }

  // ---- A run ----

  function showButtons() {
    const painting = running === "yes" || running === "paused";
    by("start").disabled = !ready || !WHICH.every(pictureOf);
    by("start").textContent = painting ? words.start_anew : words.start;
    by("pause").disabled = !painting;
    by("pause").textContent = running === "paused" ? words.go_on : words.pause;
    by("again").disabled = running === "no" || !changed;
    by("save").disabled = running === "no";
  }

  function change(to) {
    running = to;
    by("settings").dataset.run = to;
    showButtons();
  }

  function showNumbers(numbers) {
    const row = { step: numbers.step, total: numbers.total };
    for (const term of ["content", "style", "tv"]) row[term] = weights[term] * numbers[term];
    for (const name of Curves.NAMES)
      by(`number-${name}`).textContent = row[name].toPrecision(4);
    by("progress").value = numbers.works ? numbers.work / numbers.works : 0;
    return row;
  }

  function begun({ numbers, weights: used, picture }) {
    weights = used;
    spent = 0;
    started = performance.now();
    chart.clear(numbers.steps);
    chart.add(showNumbers(numbers));
    Pictures.show(by("result"), picture);
    change("yes");
  }

  function step({ numbers, picture }) {
    spent += numbers.seconds;
    chart.add(showNumbers(numbers));
    if (picture) Pictures.show(by("result"), picture);
    const left = numbers.work > 0 ? spent * (numbers.works - numbers.work) / numbers.work : 0;
    const said = { ...numbers, left: Tools.timeOf(left, words), number: numbers.stage + 1 };
    if (running === "yes")
      say(fill(numbers.stages > 1 ? words.step_of_stage : words.step, said));
  }

  function end({ numbers, picture, why }) {
    showNumbers(numbers);
    if (picture) Pictures.show(by("result"), picture);
    by("progress").value = 1;
    const took = ((performance.now() - started) / 1000).toFixed(1);
    say(fill(words.over, { why: translated(why), steps: numbers.step, took }));
    change("over");
  }

  function wrong({ text, lost }) {
    complain(translated(text));
    say(lost ? words.loading : words.ready);
    if (lost) ready = false;
    change("no");
  }

  function start(again) {
    complain("");
    changed = false;
    say(words.preparing);
    const settings = Settings.forModule(recipe(), state);
    if (again) runner.again(settings);
    else runner.start(settings, pictureOf("photograph").pixels, pictureOf("painting").pixels);
    change("yes");
  }

  function makeActions() {
    // A tab that is closed in mid-run is asked about, by the browser in its own words.
    window.addEventListener("beforeunload", (event) => {
      if (running === "yes" || running === "paused") event.preventDefault();
    });
    by("settings").onsubmit = (event) => event.preventDefault();
    by("start").onclick = () => start(false);
    by("again").onclick = () => start(true);
    by("pause").onclick = () => {
      if (running === "paused") runner.go();
      else runner.pause();
      change(running === "paused" ? "yes" : "paused");
      if (running === "paused") say(words.paused);
    };
    by("save").onclick = () => Page.save(by("result"));
    by("copy-command").onclick = () => copy(one("#command code").textContent);
    by("copy-link").onclick = () => copy(location.href);
  }

  // ---- Begin ----

  // Not before the module is here, which comes last.
  async function openRunner() {
    if (!Tools.canCompute()) {
      complain(words.old_browser);
      return;
    }
    runner = new Runner({ begun, step, end, wrong,
                          ready() {
                            ready = true;
                            say(words.ready);
                            showButtons();
                          } });
    PLAY.runner = runner;
  }

  async function begin() {
    makeControls();
    makePictures();
    makeActions();
    readAddress();
    for (const [name, address] of Object.entries(PLAY.pictures))
      pictures[name] = await Pictures.readOurs(address);
    WHICH.forEach(showPicture);
    Pictures.show(by("result"), pictureOf("photograph").pixels);
  }

  begin();
  window.addEventListener("DOMContentLoaded", openRunner);
})();
