// The page that paints in one pass: a photograph, or the camera, frame by frame.
"use strict";
(function () {
  const { words, by, fill, complain } = Page;
  const STYLES = ["painting", "mosaic"], RANGE = [64, 1024];
  const state = { style: "painting", size: "256" };
  let photograph = null, photographName = "assets/scene.png", ownStyle = null, worker = null;
  let ready = false, busy = false, waiting = false, video = null, frames = 0, since = 0;

  const say = (text) => { by("status").textContent = text; };

  // ---- The worker ----

  function open() {
    ready = busy = false;
    worker = Tools.workerOf(PLAY.worker);
    worker.onmessage = ({ data }) => on[data.is](data);
    worker.onerror = (event) => on.wrong({ text: event.message, lost: true });
    worker.postMessage({ do: "open", wasm: Page.bytesOf(PLAY.module) });
  }

  function sendStyle() {
    if (state.style === "own")
      worker.postMessage({ do: "style", bytes: ownStyle.bytes, name: ownStyle.name });
    else
      worker.postMessage({ do: "style", bytes: Page.bytesOf(PLAY.styles[state.style]), packed: true,
                           name: state.style });
  }

  // Never two pictures at a time: while one is painted, the latest wish waits.
  function paint() {
    if (!ready || !photograph) return;
    waiting = busy;
    if (busy) return;
    busy = true;
    worker.postMessage({ do: "paint", photograph, size: Number(state.size) });
  }

  const on = {
    ready() {
      ready = true;
      sendStyle();
      paint();
    },
    styled() {},
    painted({ picture, seconds }) {
      busy = false;
      by("save").disabled = false;
      Pictures.show(by("result"), picture);
      const said = { width: picture.width, height: picture.height, ms: Math.round(1000 * seconds) };
      if (video) {
        frames++;
        said.rate = (frames / ((performance.now() - since) / 1000)).toFixed(1);
      }
      say(fill(video ? words.camera_on : words.painted, said));
      if (video) nextFrame();
      else if (waiting) paint();
    },
    wrong({ text, about, lost }) {
      busy = false;
      complain(text);
      if (about === "style") chooseStyle("painting");
      if (lost) {
        worker.terminate();
        open();
      }
    },
  };

  // ---- Settings ----

  function show() {
    by("style").value = state.style;
    by("size").value = state.size;
    document.querySelector("output[for=size]").textContent = `${state.size} px`;
    const style = state.style === "own" ? ownStyle.name : state.style;
    const word = (text) => (/^[\w./-]+$/.test(text) ? text : `'${text.replace(/'/g, "'\\''")}'`);
    document.querySelector("#command code").textContent = `stylegrad stylize ${word(style)} ` +
      `${word(photographName)} --size ${state.size} -o painting.png`;
    const out = new URLSearchParams();
    if (state.style !== "painting" && state.style !== "own") out.set("style", state.style);
    if (state.size !== "256") out.set("size", state.size);
    Page.setAddress("#" + out);
  }

  function chooseStyle(name) {
    state.style = name;
    show();
    if (ready) sendStyle();
    paint();
  }

  function readAddress() {
    const said = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
    const bad = [];
    for (const [name, value] of Object.entries(said)) {
      const good = name === "style" ? STYLES.includes(value)
        : name === "size" && /^\d+$/.test(value) && value >= RANGE[0] && value <= RANGE[1];
      if (good) state[name] = value;
      else bad.push(`${name}=${value}`.slice(0, 60));
    }
    if (bad.length) complain(fill(words.bad_address, { what: bad.join(", ") }));
    show();
  }

  // ---- Photograph and camera ----

  function use(pixels, name) {
    photograph = pixels;
    photographName = name;
    Pictures.show(by("photograph-canvas"), pixels);
    show();
    paint();
  }

  async function take(file) {
    if (!file) return;
    complain("");
    stopCamera();
    const read = await Pictures.read(file);
    if (read.wrong) complain(fill(words[read.wrong], read.said));
    else use(read.pixels, file.name);
  }

  async function takeStyle(file) {
    if (!file) return;
    complain("");
    ownStyle = { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) };
    if (!by("style").querySelector("[value=own]"))
      by("style").append(new Option(file.name, "own"));
    by("style").querySelector("[value=own]").textContent = file.name;
    chooseStyle("own");
  }

  function nextFrame() {
    if (!video || video.readyState < 2) {
      if (video) requestAnimationFrame(nextFrame);
      return;
    }
    const factor = Number(state.size) / Math.max(video.videoWidth, video.videoHeight);
    photograph = Pictures.pixelsOf(video, Math.round(video.videoWidth * factor),
                                   Math.round(video.videoHeight * factor));
    Pictures.show(by("photograph-canvas"), photograph);
    paint();
  }

  function stopCamera() {
    if (!video) return;
    video.srcObject.getTracks().forEach((track) => track.stop());
    video = null;
    by("camera").setAttribute("aria-pressed", "false");
    by("camera").textContent = words.camera;
  }

  async function toggleCamera() {
    if (video) {
      stopCamera();
      return;
    }
    complain("");
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ video: true });
      video = Object.assign(document.createElement("video"), { srcObject: stream, muted: true });
      await video.play();
    } catch (error) {
      video = null;
      complain(words.no_camera);
      return;
    }
    frames = 0;
    since = performance.now();
    photographName = "frame.png";
    by("camera").setAttribute("aria-pressed", "true");
    by("camera").textContent = words.camera_stop;
    show();
    nextFrame();
  }

  // ---- Begin ----

  function makeControls() {
    by("settings").onsubmit = (event) => event.preventDefault();
    by("style").onchange = () => chooseStyle(by("style").value);
    by("size").oninput = () => {
      state.size = by("size").value;
      show();
      paint();
    };
    by("photograph-file").onchange = () => take(by("photograph-file").files[0]);
    by("style-file").onchange = () => takeStyle(by("style-file").files[0]);
    by("camera").onclick = toggleCamera;
    by("copy-command").onclick = () => Page.copy(document.querySelector("#command code").textContent);
    by("copy-link").onclick = () => Page.copy(location.href);
    by("save").onclick = () => Page.save(by("result"));
    const box = by("photograph-box");
    window.addEventListener("dragover", (event) => {
      event.preventDefault();
      box.classList.add("over");
    });
    window.addEventListener("dragleave", () => box.classList.remove("over"));
    window.addEventListener("drop", (event) => {
      event.preventDefault();
      box.classList.remove("over");
      const file = event.dataTransfer.files[0];
      if (file && /\.style$/.test(file.name)) takeStyle(file);
      else take(file);
    });
    window.onhashchange = readAddress;
  }

  async function begin() {
    makeControls();
    readAddress();
    open();
    use((await Pictures.readOurs(PLAY.pictures.scene)).pixels, photographName);
  }

  begin();
})();
