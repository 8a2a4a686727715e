// The worker of a lesson: runs its program once. tools.js, module.js, files.js and program.js
// stand before it.
//
//     { module, args, env, files, weights }   { is: "said", text }       printed
//                                             { is: "complained", text } on stderr
//                                             { is: "file", path, bytes }
//                                             { is: "end", status }
//                                             { is: "wrong", text }      a trap
"use strict";

self.onmessage = async ({ data }) => {
  const say = (is) => (text) => self.postMessage({ is, text });
  try {
    const files = { ...data.files };
    if (data.weights)
      files["assets/paintnet.safetensors"] = Stylegrad.plain(Stylegrad.read(data.weights));
    const written = (path, bytes) => self.postMessage({ is: "file", path, bytes }, [bytes.buffer]);
    const status = Program.run(data.module, {
      args: data.args, env: data.env, files: new Files(files, written), say: say("said"),
      complain: say("complained") });
    self.postMessage({ is: "end", status });
  } catch (error) {
    self.postMessage({ is: "wrong", text: error.message });
  }
};
