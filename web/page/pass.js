// The page that paints in one pass: a photograph, or the camera, frame by frame; with a style that
// was trained, or as any painting.
"use strict";
(function () {
  const { words, by, fill, complain } = Page;
  const TRAINED = ["painting", "mosaic"], OURS = ["painting", "mosaic"], SIZES = [64, 1024];
  const state = { style: "painting", size: "256", painting: "painting", alpha: "1" };
  const paintings = {};                 // by their names: { pixels, name }
  let photograph = null, photographName = "assets/scene.png", ownStyle = null, worker = null;
  let ready = false, busy = false, waiting = false, anyThere = false, styled = "";
  const camera = new Camera(takeFrame);

  const say = (text) => { by("status").textContent = text; };
  const isAny = () => state.style === "any";

  // ---- The worker ----

  function open() {
    ready = busy = anyThere = false;
    styled = "";
    worker = Tools.workerOf(PLAY.worker);
    worker.onmessage = ({ data }) => on[data.is](data);
    worker.onerror = (event) => on.wrong({ text: event.message, lost: true });
    worker.postMessage({ do: "open", wasm: Page.bytesOf(PLAY.module) });
  }

  async function sendTrained() {
    if (state.style === "own") {
      worker.postMessage({ do: "style", bytes: ownStyle.bytes, name: ownStyle.name });
      return;
    }
    const name = state.style;
    await Tools.load(`style.${name}.data.js`);
    worker.postMessage({ do: "style", bytes: Page.bytesOf(PLAY.styles[name]), packed: true, name });
  }

  async function sendAny() {
    const { painting, size, alpha } = state;
    await Promise.all(["weights.data.js", "anystyle.data.js"].map(Tools.load));
    if (!anyThere)
      worker.postMessage({ do: "any", weights: Page.bytesOf(PLAY.weights),
                           decoder: Page.bytesOf(PLAY.anystyle) });
    anyThere = true;
    worker.postMessage({ do: "painting", painting: paintings[painting].pixels,
                         size: Number(size), alpha: Number(alpha) });
  }

  // What the worker's style depends on.
  const wanted = () => (isAny() ? ["any", state.painting, state.size, state.alpha,
                                   paintings[state.painting].name] : [state.style]).join(" ");

  // Never two pictures at a time: while one is painted, the latest wish waits.
  async function paint() {
    if (!ready || !photograph) return;
    waiting = busy;
    if (busy) return;
    busy = true;
    try {
      const wish = wanted();
      if (wish !== styled) await (isAny() ? sendAny() : sendTrained());
      styled = wish;
      worker.postMessage({ do: "paint", photograph, size: Number(state.size) });
    } catch (error) {
      busy = false;
      complain(fill(words.not_loaded, { text: error.message }));
    }
  }

  const on = {
    ready() {
      ready = true;
      paint();
    },
    styled() {},
    painted({ picture, seconds }) {
      busy = false;
      by("save").disabled = false;
      Pictures.show(by("result"), picture);
      const said = { width: picture.width, height: picture.height, ms: Math.round(1000 * seconds),
                     rate: camera.on ? camera.rate : "" };
      say(fill(camera.on ? words.camera_on : words.painted, said));
      if (camera.on) camera.next();
      else if (waiting) paint();
    },
    wrong({ text, about, lost }) {
      busy = false;
      styled = "";
      complain(Page.translated(text));
      if (about === "style") chooseStyle("painting");
      if (lost) {
        worker.terminate();
        open();
      }
    },
  };

  // ---- Settings ----

  const word = (text) => (/^[\w./-]+$/.test(text) ? text : `'${text.replace(/'/g, "'\\''")}'`);

  function command() {
    const painting = paintings[state.painting] ? paintings[state.painting].name : "painting.jpg";
    const style = state.style === "own" ? ownStyle.name : state.style;
    const alpha = state.alpha === "1" ? "" : ` --alpha ${state.alpha}`;
    return "stylegrad stylize " + (isAny() ? `--style ${word(painting)}${alpha}` : word(style)) +
      ` ${word(photographName)} --size ${state.size} -o painting.png`;
  }

  function show() {
    for (const name of ["style", "size", "alpha"]) by(name).value = state[name];
    document.querySelector("output[for=size]").textContent = `${state.size} px`;
    document.querySelector("output[for=alpha]").textContent = state.alpha;
    by("painting-box").hidden = by("alpha-box").hidden = !isAny();
    document.querySelector(`input[name=painting][value=${state.painting}]`).checked = true;
    if (isAny() && paintings[state.painting])
      Pictures.show(by("painting-canvas"), paintings[state.painting].pixels);
    document.querySelector("#command code").textContent = command();
    const out = new URLSearchParams();
    const usual = { style: "painting", painting: "painting", alpha: "1", size: "256" };
    for (const [name, value] of Object.entries(usual))
      if (state[name] !== value && state[name] !== "own" && (isAny() || /style|size/.test(name)))
        out.set(name, state[name]);
    Page.setAddress("#" + out);
  }

  function set(name, value) {
    state[name] = value;
    show();
    paint();
  }

  const chooseStyle = (name) => set("style", name);

  const isGood = {
    style: (value) => [...TRAINED, "any"].includes(value),
    painting: (value) => OURS.includes(value),
    size: (value) => /^\d+$/.test(value) && value >= SIZES[0] && value <= SIZES[1],
    alpha: (value) => /^[01](\.\d+)?$/.test(value) && Number(value) <= 1,
  };

  function readAddress() {
    const said = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
    const bad = [];
    for (const [name, value] of Object.entries(said))
      if (Object.hasOwn(isGood, name) && isGood[name](value)) state[name] = value;
      else bad.push(`${name}=${value}`.slice(0, 60));
    if (bad.length) complain(fill(words.bad_address, { what: bad.join(", ") }));
    show();
    paint();
  }

  // ---- Pictures, styles, and the camera ----

  function use(pixels, name) {
    photograph = pixels;
    photographName = name;
    Pictures.show(by("photograph-canvas"), pixels);
    show();
    paint();
  }

  async function read(file, then) {
    if (!file) return;
    complain("");
    const picture = await Pictures.read(file);
    if (picture.wrong) complain(fill(words[picture.wrong], picture.said));
    else then(picture.pixels, file.name);
  }

  function take(file) {
    if (file) stopCamera();
    read(file, use);
  }

  const takePainting = (file) => read(file, (pixels, name) => {
    paintings.own = { pixels, name };
    by("painting-name").textContent = name;
    by("painting-name").parentElement.hidden = false;
    set("painting", "own");
  });

  async function takeStyle(file) {
    if (!file) return;
    complain("");
    ownStyle = { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) };
    if (!by("style").querySelector("[value=own]"))
      by("style").append(new Option(file.name, "own"));
    by("style").querySelector("[value=own]").textContent = file.name;
    styled = "";
    chooseStyle("own");
  }

  function takeFrame(video) {
    const factor = Number(state.size) / Math.max(video.videoWidth, video.videoHeight);
    photograph = Pictures.pixelsOf(video, Math.round(video.videoWidth * factor),
                                   Math.round(video.videoHeight * factor));
    Pictures.show(by("photograph-canvas"), photograph);
    paint();
  }

  function showCamera() {
    by("camera").setAttribute("aria-pressed", String(camera.on));
    by("camera").textContent = camera.on ? words.camera_stop : words.camera;
  }

  function stopCamera() {
    camera.stop();
    showCamera();
  }

  async function toggleCamera() {
    if (camera.on) {
      stopCamera();
      return;
    }
    complain("");
    try {
      await camera.start();
    } catch (error) {
      camera.stop();
      complain(words.no_camera);
      return;
    }
    photographName = "frame.png";
    showCamera();
    show();
    camera.next();
  }

  // ---- Begin ----

  // A file that is dropped on the painting's box is a painting; elsewhere it is a style by its
  // name, or a photograph.
  function makeDrop() {
    const boxOf = (event) => (event.target.closest && event.target.closest("#painting-box")) ||
      by("photograph-box");
    const over = (box) => {
      for (const one of document.querySelectorAll(".drop")) one.classList.toggle("over", one === box);
    };
    window.addEventListener("dragover", (event) => {
      event.preventDefault();
      over(boxOf(event));
    });
    window.addEventListener("dragleave", () => over(null));
    window.addEventListener("drop", (event) => {
      event.preventDefault();
      over(null);
      const file = event.dataTransfer.files[0];
      if (boxOf(event) === by("painting-box")) takePainting(file);
      else if (file && /\.style$/.test(file.name)) takeStyle(file);
      else take(file);
    });
  }

  function makeControls() {
    by("settings").onsubmit = (event) => event.preventDefault();
    by("style").onchange = () => chooseStyle(by("style").value);
    for (const name of ["size", "alpha"]) by(name).oninput = () => set(name, by(name).value);
    for (const radio of document.querySelectorAll("input[name=painting]"))
      radio.onchange = () => set("painting", radio.value);
    by("photograph-file").onchange = () => take(by("photograph-file").files[0]);
    by("painting-file").onchange = () => takePainting(by("painting-file").files[0]);
    by("style-file").onchange = () => takeStyle(by("style-file").files[0]);
    by("camera").onclick = toggleCamera;
    by("copy-command").onclick = () => Page.copy(command());
    by("copy-link").onclick = () => Page.copy(location.href);
    by("save").onclick = () => Page.save(by("result"));
    window.onhashchange = readAddress;
  }

  async function begin() {
    makeControls();
    makeDrop();
    if (!Tools.canCompute()) {
      complain(words.old_browser);
      return;
    }
    for (const name of OURS)
      paintings[name] = { name: `assets/${name}.png`,
                          pixels: (await Pictures.readOurs(PLAY.pictures[name])).pixels };
    readAddress();
    open();
    use((await Pictures.readOurs(PLAY.pictures.scene)).pixels, photographName);
  }

  begin();
})();
